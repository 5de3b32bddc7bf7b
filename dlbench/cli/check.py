"""`dlbench check RUN --baseline FILE`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import click

from dlbench.cli.options import format_option, output_dir


class Margin(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """`metric=0.01`, absolute, or `metric=2%`, relative to the baseline; of both the larger counts."""

    name = "metric=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, float]]:
        metric, equals, text = str(value).partition("=")
        try:
            number = float(text.removesuffix("%"))
        except ValueError:
            number = math.nan
        if not equals or not metric or not (math.isfinite(number) and number >= 0):
            self.fail(f"expected metric=value, such as accuracy=0.01 or rmse=2%, got {value!r}", param, ctx)
        return metric, ("relative", number / 100) if text.endswith("%") else ("absolute", number)


@click.command()
@click.argument("run")
@click.option("--baseline", type=Path, metavar="FILE", required=True, help="From `dlbench baseline save`.")
@click.option(
    "--margin", "margins", type=Margin(), multiple=True, help="Accepted loss: accuracy=0.01, rmse=2%; repeatable."
)
@click.option("--init-baseline", is_flag=True, help="Write the baseline where there is none yet, and pass.")
@format_option("terminal", "markdown", "json")
@output_dir
def command(
    run: str,
    baseline: Path,
    margins: tuple[tuple[str, tuple[str, float]], ...],
    init_baseline: bool,
    form: str,
    output: str,
) -> None:
    """Compare a run with a baseline, cell by cell.

    Exits 0 where every cell passes, 1 where one regressed, 3 where a cell that had a value now fails, 4 where
    nothing can be concluded or compared, which includes a baseline that is missing.
    """
    from dlbench import api
    from dlbench.cli.baseline import write_baseline
    from dlbench.gate import render

    if init_baseline and not baseline.exists():
        write_baseline(run, baseline, output)
        return
    stated: dict[str, dict[str, float]] = {}
    for metric, (kind, loss) in margins:
        stated.setdefault(metric, {})[kind] = loss
    found = api.check(run, baseline, output=output, margins=stated)
    click.echo(render(found, form), nl=False)
    click.get_current_context().exit(found.exit_code)
