"""The public API: what the command line calls, and what a notebook may."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import UsageError
from dlbench.engine.events import Listener, silent
from dlbench.runs import RunFolder, find_run
from dlbench.store import Store

if TYPE_CHECKING:
    import numpy as np

    from dlbench.budget import Share
    from dlbench.core.job import JobSpec
    from dlbench.engine.rerun import Rerun
    from dlbench.engine.start import Outcome
    from dlbench.estimate import Estimate
    from dlbench.exporting.export import Exported
    from dlbench.gate import Check
    from dlbench.merging import Merged
    from dlbench.planning import Plan
    from dlbench.reporting.compare import Compared
    from dlbench.reporting.report import Report
    from dlbench.reporting.source import Source
    from dlbench.status import Status
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
    from dlbench.budget import shared_out, within
    from dlbench.planning import Reuse, plan_suite

    suite = within(suite, shared_out(suite, budget, jobs, device))
    reuse = Reuse(Store(Path(output)), force, retry_failed)
    if suite.search.halving:
        from dlbench.engine.halving import plan_halved

        return plan_halved(suite, reuse, device=device)
    return plan_suite(suite, reuse, device=device)


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
    executor: str = "local",
    address: str | None = None,
    part: tuple[int, int | None] | None = None,
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
        executor: local, or ray.
        address: of a Ray cluster's head, or `auto`; None starts one on this machine.
        part: number of a slice, and into how many the plan is cut (None for as many as can be); None runs all.
    """
    from dlbench.budget import shared_out, within
    from dlbench.engine.start import Options, start
    from dlbench.slices import Slice

    share = shared_out(suite, budget, jobs, device)
    told = share.to_json() if share else None
    options = Options(Path(output), jobs, force, retry_failed, device, listener, told, executor, address)
    return start(within(suite, share), replace(options, part=Slice(*part)) if part else options)


def slices(planned: Plan, of: int | None = None) -> list[tuple[JobSpec, ...]]:
    """Cut a plan into slices that can run apart, see `run(part=…)`.

    Args:
        planned: from `plan`.
        of: how many; None for as many as can be.
    """
    from dlbench.slices import slices as cut

    return cut(planned.jobs, of)


def share_out(
    suite: Suite, budget: float | None = None, *, jobs: int | None = None, device: str = "auto"
) -> Share | None:
    """Return how a wall target is shared out over the jobs of a suite; None where there is none.

    Args:
        suite: from `load_suite`; its `policy.budget` holds where `budget` is None.
        budget: wall seconds for the whole run.
        jobs: side by side; None for cores ÷ threads.
        device: auto, cpu or gpu.
    """
    from dlbench.budget import shared_out

    return shared_out(suite, budget, jobs, device)


def unspent(run: Any = None, *, output: str | Path = "results") -> tuple[float, float] | None:
    """Return the seconds that the jobs of a run were granted, and what of them they left; None without a budget.

    Jobs that an earlier run did are not counted; a search that jobs share is charged to the one that did it.
    """
    from dlbench.budget import unspent as left

    folder = _folder(run, Path(output))
    if not folder.header().get("budget"):
        return None
    store = folder.store
    own = [entry for entry in folder.attempts().values() if not entry["reused"]]
    granted, over = left(brief for entry in own if (brief := store.brief("jobs", entry["key"], entry["attempt"])))
    return (granted, over) if granted else None


def slot_ledger(run: Any = None, *, output: str | Path = "results") -> list[dict[str, Any]]:
    """Return where the wall of a run went, one row a session and slot, see `dlbench.engine.slot_ledger`."""
    from dlbench.engine.slot_ledger import slot_ledger as rows

    return rows(_folder(run, Path(output)).journal())


def status(run: Any = None, *, output: str | Path = "results") -> Status:
    """Return how far a run is: a folder, a run id, a suite's name, an outcome of `run`, or None for the latest."""
    from dlbench.status import status as found

    folder = _folder(run, Path(output))
    return found(folder, folder.store)


def report(*runs: Any, output: str | Path = "results") -> Report:
    """Return the report of a run, or of several side by side.

    Args:
        runs: each a folder, a run id, a suite's name or an outcome of `run`; none for the latest run of all.
        output: the results folder.

    Raises:
        UsageError: there is no such run, or the same one twice.
    """
    from dlbench.reporting.report import Report
    from dlbench.reporting.runs_together import together

    return Report(together(_sources(runs or (None,), Path(output))))


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
    from dlbench.gate.against import Asked, measured

    again = ["--force"] if rule.get("cost") else []
    asked = Asked(suite, revision, [*run_flags, *again], pip_flags, share, Path(output))
    with measured(asked) as (before, after):
        return check(after, baseline(before), **rule)


def merge(sources: Iterable[str | Path], *, output: str | Path = "results") -> Merged:
    """Join results folders into one, each key once.

    Args:
        sources: results folders; they are only read.
        output: the folder they are joined into.
    """
    from dlbench.merging import merge as merged

    return merged([Path(source) for source in sources], Path(output))


def rerun(job: str, *, output: str | Path = "results", keep: bool = False, allow_code: bool = False) -> Rerun:
    """Run a finished job again, from its record alone, and compare it with the record.

    Args:
        job: `RUN:JOB`: a run as for `report`, and the job's name or the first letters of its key.
        output: the results folder.
        keep: whether the repetition is kept as another attempt.
        allow_code: whether files that the suite included may run.
    """
    from dlbench.engine.recorded_job import find_job
    from dlbench.engine.rerun import rerun as again

    return again(find_job(job, Path(output)), keep=keep, allow_code=allow_code)


def export(
    job: str,
    folder: str | Path,
    *,
    output: str | Path = "results",
    form: str = "native",
    allow_code: bool = False,
) -> Exported:
    """Write the model of a finished job into a new folder, with scripts that need no dlbench.

    Args:
        job: `RUN:JOB`, as for `rerun`.
        folder: a new one, or empty.
        output: the results folder.
        form: native, or onnx beside the native files.
        allow_code: whether files that the suite included may run.
    """
    from dlbench.engine.recorded_job import find_job
    from dlbench.exporting.export import export as write

    return write(find_job(job, Path(output)), Path(folder), form=form, allow_code=allow_code)


def predict(model: str | Path, data: str | Path, *, file: str | Path | None = None) -> np.ndarray:
    """Return what an exported model answers for a file, (n,) or (n, classes), and write it as CSV.

    Of boxes it is (m, 7): image, class, score, left, top, width, height; masks and pictures are arrays, written as npz.

    Args:
        model: a folder from `export`.
        data: a table with the model's columns; of images an npz file, or a folder, tar or zip of pictures.
        file: to write; None prints a table.
    """
    from dlbench.exporting.predict import predict as asked

    return asked(Path(model), Path(data), None if file is None else Path(file))


def _sources(runs: Iterable[Any], output: Path) -> list[Source]:
    from dlbench.reporting.load import load_source

    folders = [_folder(run, output) for run in runs]
    for number, folder in enumerate(folders):
        if folder.path.resolve() in [earlier.path.resolve() for earlier in folders[:number]]:
            raise UsageError(f"{folder.path}: the same run twice; name two different ones")
    return [load_source(folder, folder.store) for folder in folders]


def _folder(run: Any, output: Path) -> RunFolder:
    folder = getattr(run, "folder", run)
    return folder if isinstance(folder, RunFolder) else find_run(output, None if folder is None else str(folder))
