"""`dlbench baseline save RUN -o FILE`."""

from __future__ import annotations

from pathlib import Path

import click

from dlbench.cli.options import results_dir
from dlbench.cli.printing import say, write_whole


@click.group()
def command() -> None:
    """Keep a run's values, so that `dlbench check` can compare later runs with them."""


@command.command()
@click.argument("run")
@click.option("-o", "--output", "file", type=Path, metavar="FILE", required=True, help="The baseline to write.")
@results_dir
def save(run: str, file: Path, output: str) -> None:
    """Write the baseline of RUN: a folder, a run id, or a suite's name (its latest run)."""
    write_baseline(run, file, output)


def write_baseline(run: str, file: Path, output: str) -> None:
    """Write the baseline of a run and say so."""
    from dlbench import api
    from dlbench.core.errors import NotComparable
    from dlbench.reporting.baseline import written

    made = api.baseline(run, output=output)
    if not made["cells"]:
        raise NotComparable(f"{run}: no cell has a value, so there is nothing to compare later runs with")
    write_whole(file, written(made))
    say(f"wrote the baseline {file}")
