"""`dlbench check RUN --baseline FILE`, or against another revision."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlbench.cli.options import allow_code, format_option, results_dir, twinned
from dlbench.core.margin import margin_of

if TYPE_CHECKING:
    from dlbench.gate import Check

BY_SUFFIX = {".md": "markdown", ".json": "json", ".xml": "junit", ".txt": "terminal"}


class Margin(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """`metric=0.01`, absolute, or `metric=2%`, relative to the baseline; of both the larger counts."""

    name = "metric=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, float]]:
        metric, _, text = str(value).partition("=")
        try:
            found = margin_of(text)
        except ValueError:
            found = None
        if not metric or found is None:
            self.fail(f"expected metric=value, such as accuracy=0.01 or rmse=2%, got {value!r}", param, ctx)
        return metric, found


class Written(click.Path):
    """A file whose name says what is written into it; refused before anything is run."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(str(value))
        if path.suffix.lower() not in BY_SUFFIX:
            self.fail(f"{path}: expected a name that ends in {', '.join(sorted(BY_SUFFIX))}", param, ctx)
        return path


@click.command()
@click.argument("candidate")
@click.option("--baseline", type=Path, metavar="FILE", help="From `dlbench baseline save`.")
@click.option(
    "--margin", "margins", type=Margin(), multiple=True, help="Accepted loss: accuracy=0.01, rmse=2%; repeatable."
)
@twinned(
    "--inconclusive",
    type=click.Choice(["fail", "pass"]),
    default="fail",
    show_default=True,
    help="How cells count of which neither can be said.",
)
@twinned(
    "--gate-cost", is_flag=True,
    help="Check time and memory too; only on the machine of the baseline. With --against-ref: five runs of each side.",
)  # fmt: skip
@click.option("--init-baseline", is_flag=True, help="Write the baseline where there is none yet, and pass.")
@click.option(
    "--against-ref", metavar="REV", help="Run the suite CANDIDATE at a git revision too, and compare. Runs its code."
)
@click.option("--share-packages", is_flag=True, help="For --against-ref: take dependencies from this environment.")
@click.option("--run-flags", default="", metavar="FLAGS", help="For both runs of --against-ref: '--seeds 5 -j 2'.")
@click.option("--pip-flags", default="", metavar="FLAGS", help="For the installation of REV: '--no-index -f wheels'.")
@format_option("terminal", "markdown", "json", "junit", "github")
@click.option(
    "-o", "--output", "files", type=Written(), multiple=True, metavar="FILE",
    help="Also write it: .md, .json, or .xml for JUnit; repeatable.",
)  # fmt: skip
@allow_code
@results_dir
def command(**given: Any) -> None:
    """Compare a run with a baseline, cell by cell.

    CANDIDATE is a folder, a run id or a suite's name (its latest run); with --against-ref the suite itself.

    Exits 0 where every cell passes, 1 where one regressed, 3 where a cell that had a value now fails, 4 where
    nothing can be concluded or compared, which includes a baseline that is missing.
    """
    if (given["baseline"] is None) == (given["against_ref"] is None):
        raise click.UsageError("expected --baseline FILE or --against-ref REV, and not both")
    if given["init_baseline"] and given["baseline"] and not given["baseline"].exists():
        from dlbench.cli.baseline import write_baseline

        write_baseline(given["candidate"], given["baseline"], given["output"])
        return
    found = _checked(given)
    from dlbench.cli.checked import tell

    tell(found, given["form"], {file: BY_SUFFIX[file.suffix.lower()] for file in given["files"]})
    click.get_current_context().exit(found.exit_code)


def _checked(given: dict[str, Any]) -> Check:
    from dlbench import api

    margins: dict[str, dict[str, float]] = {}
    for metric, (kind, loss) in given["margins"]:
        margins.setdefault(metric, {})[kind] = loss
    rule = {"margins": margins, "inconclusive": given["inconclusive"], "cost": given["gate_cost"]}
    if given["against_ref"] is None:
        return api.check(given["candidate"], given["baseline"], output=given["output"], **rule)
    flags = {name: shlex.split(given[name]) for name in ("run_flags", "pip_flags")}
    if given["allow_code"]:
        flags["run_flags"].append("--allow-code")
    return api.check_against(
        given["candidate"], given["against_ref"], output=given["output"], share=given["share_packages"], **flags, **rule
    )
