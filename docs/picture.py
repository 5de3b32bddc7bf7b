"""Draws the README's picture from the latest run of the suite `vision`: python docs/picture.py [results]."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

import dlbench

WIDTH = 104


def main() -> None:
    """Write docs/vision.svg; its fonts are the reader's own, so that it loads nothing."""
    report = dlbench.report("vision", output=sys.argv[1] if len(sys.argv) > 1 else "results")
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(report.render("terminal", width=WIDTH, color=True, short=True)), end="")
    picture = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="dlbench run vision"), flags=re.DOTALL)
    Path(__file__).with_name("vision.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
