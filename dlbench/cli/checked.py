"""Where a check is told: on the terminal, in files, and to the CI service that runs it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlbench.cli.printing import write_whole
from dlbench.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlbench.gate import Check

LARGEST_SUMMARY = 1 << 20
"""Bytes; GitHub refuses larger ones."""


def tell(found: Check, form: str, files: Mapping[Path, str]) -> None:
    """Print a check and write its files; a GitHub job gets its annotations and its summary too.

    Args:
        found: the check.
        form: what is printed.
        files: file → format.

    Raises:
        UsageError: a file cannot be written.
    """
    from dlbench.gate import render

    for file, kind in files.items():
        write_whole(file, render(found, kind, width=100, color=False))
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _append(Path(summary), render(found, "markdown"))
    text = render(found, form)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        text = _for_github(found, form, text)
    click.echo(text, nl=False)


def _for_github(found: Check, form: str, text: str) -> str:
    """Return what a GitHub job prints: no text of the check is read as a command, but its annotations are."""
    from dlbench.gate import render
    from dlbench.reporting.gate.annotations import stopped

    if form != "terminal":
        return text  # annotations by themselves, or for a program, which would stumble over commands
    return stopped(text, secrets.token_hex(16)) + render(found, "github")


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as stream:
            if stream.tell() + len(text.encode()) < LARGEST_SUMMARY:
                stream.write(f"{text}\n")
    except OSError as error:
        raise UsageError(f"{file}: GITHUB_STEP_SUMMARY cannot be written: {error.strerror}") from error
