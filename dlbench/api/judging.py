"""Reports, comparisons, baselines and checks of runs that are done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dlbench.core.errors import UsageError
from dlbench.runs import folder_of

if TYPE_CHECKING:
    from dlbench.gate import Check
    from dlbench.reporting.compare import Compared
    from dlbench.reporting.report import Report
    from dlbench.reporting.source import Source


def report(*runs: Any, output: str | Path = "results", ranks: Literal["wilcoxon", "nemenyi"] = "wilcoxon") -> Report:
    """Return the report of a run, or of several side by side.

    Args:
        runs: each a folder, a run id, a suite's name or an outcome of `run`; none for the latest run of all.
        output: the results folder.
        ranks: how contestants are told apart over the tasks: by Wilcoxon's test and Holm, or by Nemenyi's distance.

    Raises:
        UsageError: there is no such run, or the same one twice.
    """
    from dlbench.reporting.report import Report
    from dlbench.reporting.runs_together import together

    return Report(replace(together(_sources(runs or (None,), Path(output))), ranks=ranks))


def compare(first: Any, second: Any, *, output: str | Path = "results") -> Compared:
    """Return two runs matched cell by cell: task, point, contestant and metric."""
    from dlbench.reporting.compare import compare as compared

    return compared(*_sources((first, second), Path(output)))


def baseline(run: Any = None, *, output: str | Path = "results") -> dict[str, Any]:
    """Return what a gate compares later runs with, as JSON."""
    from dlbench.gate import baseline as made

    return made(*_sources((run,), Path(output)))


def check(
    run: Any,
    baseline: str | Path | Mapping[str, Any],
    *,
    output: str | Path = "results",
    margins: Mapping[str, Any] | None = None,
    default_margin: float = 0.02,
    inconclusive: str = "fail",
    cost: bool = False,
) -> Check:
    """Hold a run against a baseline.

    Args:
        run: as for `report`.
        baseline: a file of `dlbench baseline save`, or its content.
        output: the results folder.
        margins: metric → accepted loss: a number is absolute, a mapping gives `absolute`, `relative` or both, of
            which the larger counts.
        default_margin: for all other metrics: absolute, relative for those without an upper bound.
        inconclusive: how such cells count: `fail` or `pass`.
        cost: whether time and memory are checked too.

    Raises:
        NotComparable: there is no baseline.
    """
    from dlbench.gate import check as checked
    from dlbench.gate import read_baseline

    (source,) = _sources((run,), Path(output))
    return checked(
        source,
        read_baseline(baseline),
        margins=margins,
        default_margin=default_margin,
        inconclusive=inconclusive,
        cost=cost,
    )


def check_against(
    suite: str,
    revision: str,
    *,
    output: str | Path = "results",
    run_flags: Sequence[str] = (),
    pip_flags: Sequence[str] = (),
    share: bool = False,
    **rule: Any,
) -> Check:
    """Run a suite at a git revision and in the working tree, each in an environment of its own, and compare.

    With `cost`, both sides run it five times, in turn, and by these times and memory are judged.

    Args:
        suite: a file, or the name of an embedded suite.
        revision: a branch, tag or commit. Its code runs on this machine.
        output: the results folder of the working tree's run; the revision's is thrown away.
        run_flags, pip_flags: for `dlbench run` and `pip install`, the same on both sides.
        share: take dependencies from the present environment instead of installing them.
        **rule: as for `check`: margins, default_margin, inconclusive, cost.

    Raises:
        UsageError: the revision cannot be had, or a side cannot be installed or run.
    """
    from dlbench.gate import baseline as made
    from dlbench.gate import check as checked
    from dlbench.gate.against import Asked, measured
    from dlbench.gate.cost import REPEATS

    repeats, again = (REPEATS, ["--force"]) if rule.get("cost") else (1, [])
    asked = Asked(suite, revision, [*run_flags, *again], pip_flags, share, Path(output), repeats)
    with measured(asked) as (before, after):
        sides = list(zip(*(_sources(runs, Path(output)) for runs in (before, after)), strict=True))
        return checked(sides[0][1], made(sides[0][0]), repeats=sides if rule.get("cost") else (), **rule)


def _sources(runs: Iterable[Any], output: Path) -> list[Source]:
    from dlbench.reporting.load import load_source

    folders = [folder_of(run, output) for run in runs]
    for number, folder in enumerate(folders):
        if folder.path.resolve() in [earlier.path.resolve() for earlier in folders[:number]]:
            raise UsageError(f"{folder.path}: the same run twice; name two different ones")
    return [load_source(folder, folder.store) for folder in folders]
