"""`dlbench report [RUN ...]`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from dlbench.cli.options import results_dir
from dlbench.cli.printing import say, write_whole
from dlbench.reporting import FORMATS

_BY_SUFFIX = {
    ".md": "markdown", ".json": "json", ".csv": "csv", ".html": "html", ".htm": "html", ".tex": "latex",
    ".xml": "junit",
}  # fmt: skip


@click.command()
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option(
    "--format", "form", type=click.Choice(FORMATS),
    help="What to print.  [default: terminal, or what FILE is called]",
)  # fmt: skip
@click.option("-o", "--output", "file", type=Path, metavar="FILE", help="Write to a file instead.")
@click.option(
    "--items/--no-items", default=True,
    help="Whether an HTML page shows single items; without, no raw data stand in it.  [default: items]",
)  # fmt: skip
@click.option(
    "--figures", type=Path, metavar="DIR", help="Write every figure there as SVG and PNG; alone, no report is printed."
)
@click.option(
    "--ranks", type=click.Choice(["wilcoxon", "nemenyi"]), default="wilcoxon", show_default=True,
    help="How contestants are told apart over the tasks: pair by pair with Holm, or by one distance of mean ranks.",
)  # fmt: skip
@results_dir
def command(
    runs: tuple[str, ...], form: str | None, file: Path | None, items: bool, figures: Path | None,
    ranks: Literal["wilcoxon", "nemenyi"], output: str,
) -> None:  # fmt: skip
    """Show what a run found, also while it is still running.

    RUN is a folder, a run id or a suite's name (its latest run); without it, the latest run of all. Several runs
    stand side by side in one report.
    """
    from dlbench import api

    report = api.report(*runs, output=output, ranks=ranks)
    if figures is not None:
        say(f"wrote {len(report.figures(figures, items=items))} files to {figures}")
        if file is None and form is None:
            return
    if file is None:
        click.echo(report.render(form or "terminal", items=items), nl=False)
        return
    form = form or _BY_SUFFIX.get(file.suffix.lower(), "terminal")
    write_whole(file, report.render(form, width=100, color=False, items=items))
    say(f"wrote {file}")
