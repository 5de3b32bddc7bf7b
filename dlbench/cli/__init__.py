"""The command line: one file a verb. Arguments become one API call, and what comes back is printed."""

from __future__ import annotations

import sys


def main() -> None:
    """Run `dlbench` with this process's arguments and leave with its exit code."""
    from dlbench.cli.leaving import exit_code

    sys.exit(exit_code(sys.argv[1:]))
