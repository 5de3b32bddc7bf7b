"""What verbs print with: text made harmless, aligned columns, files that are whole or not there."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import click

from dlbench.core.errors import UsageError

_UNBOUNDED = 4000


def harmless(text: str) -> str:
    """Return text whose lines are kept and whose control characters are written out.

    >>> harmless("a" + chr(27) + "[2Jb")
    'a\\\\x1b[2Jb'
    """
    from dlbench.reporting.plain import lines, plain

    return lines("\n".join(plain(line) for line in text.split("\n")))


def say(text: str) -> None:
    """Print text from anywhere on stdout, control characters written out."""
    click.echo(harmless(text))


def say_json(content: Any) -> None:
    """Print JSON; everything outside ASCII is escaped, so no terminal reads it as a command."""
    from dlbench.reporting.as_json import unobeyed

    click.echo(unobeyed(json.dumps(content, indent=2, default=str)))


def columns(headers: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[int] = ()) -> str:
    """Return aligned columns under a line of headers; text from anywhere is safe in them.

    Args:
        headers: one a column.
        rows: cells; None is shown as a dash.
        numbers: positions of the columns that stand to the right.
    """
    from rich.console import Console
    from rich.table import Table

    from dlbench.reporting.plain import lines

    right = set(numbers)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for position, header in enumerate(headers):
        table.add_column(_cell(header), justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    told = StringIO()
    Console(file=told, width=width(), color_system=None, force_terminal=False, legacy_windows=False).print(table)
    return lines("\n".join(line.rstrip() for line in told.getvalue().splitlines()))


def width() -> int:
    """Return the terminal's width; where output goes to a file or a pipe, room enough that nothing wraps."""
    return shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else _UNBOUNDED


def write_whole(path: Path, text: str) -> None:
    """Write a file aside and rename it, so that it is never seen in part.

    Raises:
        UsageError: its folder is missing, or cannot be written.
    """
    from dlbench.store import write_synced

    if not path.parent.is_dir():
        raise UsageError(f"{path}: its folder {path.parent} does not exist; make it first")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file in it")
    try:
        write_synced(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error


def _cell(value: object) -> Any:
    from rich.text import Text

    from dlbench.reporting.plain import plain

    return Text("–" if value is None else plain(value))
