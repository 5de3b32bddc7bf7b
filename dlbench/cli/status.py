"""`dlbench status [RUN]`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from dlbench.cli.options import TWINS, format_option, output_dir, twinned, verbose
from dlbench.cli.printing import columns, harmless, say_json

if TYPE_CHECKING:
    from dlbench.status import Status

_PAUSE = 2.0
_SILENT = 120.0
"""Seconds without a word after which a run on another machine is followed no longer."""

_STATES = {
    "finished": "finished",
    "running": "running",
    "stopped": "stopped before the end; the same dlbench run resumes it",
    "killed": "killed: its process is gone; the same dlbench run resumes it",
    "elsewhere": "on another machine",
}


@click.command(epilog=TWINS)
@click.argument("run", required=False)
@output_dir
@twinned("-f", "--follow", is_flag=True, help="Show it again and again until the run ends.")
@format_option("terminal", "json")
@verbose
def command(run: str | None, output: str, follow: bool, form: str, verbose: bool) -> None:
    """Show how far a run is, from any terminal; the run is not disturbed.

    RUN is a folder, a run's id or a suite's name; the latest run where nothing is said.
    """
    from dlbench import api

    told = api.status(run, output=output)
    if not follow:
        _print(told, form)
        return
    _follow(told, form)


def _follow(told: Status, form: str) -> None:
    """Show a run until it ends: redrawn in a terminal, else whenever something has changed."""
    from dlbench import api
    from dlbench.reporting.as_json import unobeyed

    shown = ""
    while True:
        text = unobeyed(json.dumps(told.to_json())) if form == "json" else _text(told)
        if text != shown:
            redrawn = form == "terminal" and sys.stdout.isatty()
            click.echo(f"\x1b[H\x1b[2J{text}" if redrawn else f"{text}\n" if form == "terminal" else text)
            sys.stdout.flush()
        shown = text
        if told.over or (told.state == "elsewhere" and (told.at or 0.0) > _SILENT):
            return
        time.sleep(_PAUSE)
        told = api.status(told.run)


def _print(told: Status, form: str) -> None:
    if form == "json":
        say_json(told.to_json())
    else:
        click.echo(_text(told))


def _text(told: Status) -> str:
    """Return the whole as text; names from anywhere are safe in it."""
    rows = [(one.contestant, one.done, one.running, one.waiting, one.failed) for one in told.contestants]
    parts = [
        _headline(told),
        columns(("model", "done", "running", "waiting", "failed"), rows, numbers=(1, 2, 3, 4)),
    ]
    if told.running:
        parts.append("\n".join(harmless(_job(one)) for one in told.running))
    return "\n\n".join(parts)


def _headline(told: Status) -> str:
    from dlbench.cli.telling import clock

    ended = sum(one.done + one.failed for one in told.contestants)
    jobs = ended + sum(one.running + one.waiting for one in told.contestants)
    said = f"{told.run}: {_STATES[told.state]}\n{ended} of {jobs} jobs have ended"
    said += "" if told.left is None else f", about {clock(told.left)} left"
    if told.state == "running":
        said += f" (process {told.pid})"
    elif told.state == "elsewhere":
        said += f" (process {told.pid} on {told.host}, heard of {clock(told.at or 0.0)} ago)"
    return harmless(said)


def _job(one: Mapping[str, Any]) -> str:
    from dlbench.cli.telling import clock

    said = f"  {one['name']}  {clock(one['seconds'])}"
    if "step" in one:
        return f"{said}  {one['step']}"
    if "trial" in one:
        best = "" if one.get("best") is None else f", best {one['best']:.4g}"
        return f"{said}  trial {one['trial']} of {one['of']}{best}"
    return said
