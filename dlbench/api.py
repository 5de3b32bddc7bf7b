"""The public API: what the command line calls, and what a notebook may."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import NotComparable, UsageError
from dlbench.engine.events import Listener, silent
from dlbench.runs import RunFolder, find_run
from dlbench.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from dlbench.engine.start import Outcome
    from dlbench.estimate import Estimate
    from dlbench.gate import Check
    from dlbench.planning import Plan
    from dlbench.reporting.source import Source
    from dlbench.suite import Suite


def load_suite(
    source: str | Path | Mapping[str, Any], *, overrides: Mapping[str, Any] | None = None, allow_code: bool = False
) -> Suite:
    """Return a valid suite.

    Args:
        source: a YAML file, the name of an embedded suite (`quick`), or the content as a mapping.
        overrides: dotted path → value, `{"search.trials": 3}`.
        allow_code: whether `include:` may run Python files.

    Raises:
        SuiteError: with every mistake, its place and the nearest valid name.
    """
    from dlbench.suite import load_suite as load

    return load(source, overrides=overrides, allow_code=allow_code)


def plan(
    suite: Suite,
    *,
    output: str | Path = "results",
    force: bool = False,
    retry_failed: bool = False,
    device: str = "auto",
    budget: float | None = None,
    jobs: int | None = None,
) -> Plan:
    """Return what a run of the suite would do; nothing is written."""
    from dlbench.planning import Reuse, plan_suite

    suite = _within(suite, budget, jobs, device)
    return plan_suite(suite, Reuse(Store(Path(output)), force, retry_failed), device=device)


def estimate(planned: Plan, *, output: str | Path = "results", jobs: int | None = None) -> Estimate:
    """Return how long a plan will take and how much it will keep."""
    from dlbench.estimate import estimate as estimated

    return estimated(planned, Store(Path(output)), jobs)


def run(
    suite: Suite,
    *,
    output: str | Path = "results",
    jobs: int | None = None,
    force: bool = False,
    retry_failed: bool = False,
    device: str = "auto",
    budget: float | None = None,
    listener: Listener = silent,
) -> Outcome:
    """Run a suite, or resume its last run where that is unfinished.

    Args:
        suite: from `load_suite`.
        output: the results folder.
        jobs: side by side; None for cores ÷ threads.
        force: run every job again; earlier attempts are kept.
        retry_failed: run jobs again that failed before.
        device: auto, cpu or gpu.
        budget: wall seconds for the whole run, from which every job's seconds are derived.
        listener: is told what happens, see `dlbench.engine.events`.
    """
    from dlbench.engine.start import Options, start

    suite = _within(suite, budget, jobs, device)
    return start(suite, Options(Path(output), jobs, force, retry_failed, device, listener))


def report(run: Any = None, *, output: str | Path = "results") -> Report:
    """Return the report of a run: a folder, a run id, a suite's name, an outcome of `run`, or None for the latest."""
    return Report(_source(run, Path(output)))


def baseline(run: Any = None, *, output: str | Path = "results") -> dict[str, Any]:
    """Return what a gate compares later runs with, as JSON."""
    from dlbench.gate import baseline as made

    return made(_source(run, Path(output)))


def check(
    run: Any,
    baseline: str | Path | Mapping[str, Any],
    *,
    output: str | Path = "results",
    margins: Mapping[str, Any] | None = None,
    default_margin: float = 0.02,
) -> Check:
    """Hold a run against a baseline.

    Raises:
        NotComparable: there is no baseline.
    """
    from dlbench.gate import check as checked

    source = _source(run, Path(output))
    return checked(source, read_baseline(baseline), margins=margins, default_margin=default_margin)


def read_baseline(baseline: str | Path | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of a baseline file."""
    if isinstance(baseline, Mapping):
        return baseline
    try:
        content: Any = json.loads(Path(baseline).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotComparable(
            f"{baseline}: no such baseline; make one with: dlbench baseline save RUN -o {baseline}"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{baseline}: not a baseline: {error}") from error
    if not isinstance(content, dict) or content.get("format") != 1 or "cells" not in content:
        raise UsageError(f"{baseline}: not a baseline of format 1")
    return content


@dataclass(frozen=True)
class Report:
    """What a run found, in the form a person or a program wants."""

    source: Source

    def frame(self) -> pd.DataFrame:
        """Return one line a job and metric."""
        from dlbench.reporting.frame import frame

        return frame(self.source)

    @property
    def rows(self) -> list[Any]:
        """Return one entry a cell: task × point × contestant × metric."""
        from dlbench.reporting.rows import rows

        return list(rows(self.source))

    def render(
        self,
        format: str = "terminal",  # noqa: A002
        *,
        width: int | None = None,
        color: bool | None = None,
        short: bool = False,
    ) -> str:
        """Return the report as terminal, markdown, json or csv text; a short one holds verdicts and rankings alone."""
        from dlbench.reporting import render

        return render(self.source, format, width=width, color=color, short=short)


def _source(run: Any, output: Path) -> Source:
    from dlbench.reporting.load import load_source

    folder = getattr(run, "folder", run)
    if not isinstance(folder, RunFolder):
        folder = find_run(output, None if folder is None else str(folder))
    return load_source(folder, Store(folder.path.parent.parent))


def _within(suite: Suite, budget: float | None, jobs: int | None, device: str) -> Suite:
    """Return the suite with a wall target turned into seconds a job: the target shared out evenly over all jobs."""
    if budget is None:
        return suite
    from dlbench.planning import plan_suite

    count = max(1, len(plan_suite(suite, device=device).jobs))
    slots = jobs or max(1, (os.cpu_count() or 1) // suite.protocol.threads)
    overhead = 2.0
    seconds = max(0.5, budget * min(slots, count) / count - overhead)
    seconds = min(seconds, suite.search.seconds or seconds)
    return replace(suite, search=suite.search.model_copy(update={"seconds": seconds}))
