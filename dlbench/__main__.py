"""`python -m dlbench`."""

from __future__ import annotations

from dlbench.cli import main

if __name__ == "__main__":
    main()
