"""`dlbench report [RUN]`."""

from __future__ import annotations

from pathlib import Path

import click

from dlbench.cli.options import results_dir
from dlbench.cli.printing import say, write_whole

_BY_SUFFIX = {".md": "markdown", ".json": "json", ".csv": "csv"}


@click.command()
@click.argument("run", required=False)
@click.option(
    "--format", "form", type=click.Choice(["terminal", "markdown", "json", "csv"]),
    help="What to print.  [default: terminal, or what FILE is called]",
)  # fmt: skip
@click.option("-o", "--output", "file", type=Path, metavar="FILE", help="Write to a file instead.")
@results_dir
def command(run: str | None, form: str | None, file: Path | None, output: str) -> None:
    """Show what a run found, also while it is still running.

    RUN is a folder, a run id or a suite's name (its latest run); without it, the latest run of all.
    """
    from dlbench import api

    report = api.report(run, output=output)
    if file is None:
        click.echo(report.render(form or "terminal"), nl=False)
        return
    form = form or _BY_SUFFIX.get(file.suffix.lower(), "terminal")
    write_whole(file, report.render(form, width=100, color=False))
    say(f"wrote {file}")
