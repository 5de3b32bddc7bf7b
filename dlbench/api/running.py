"""Plans, runs and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.engine.events import Listener, silent
from dlbench.runs import folder_of
from dlbench.store import Store

if TYPE_CHECKING:
    from dlbench.budget import Share
    from dlbench.core.job import JobSpec
    from dlbench.engine.start import Outcome
    from dlbench.estimate import Estimate
    from dlbench.merging import Merged
    from dlbench.planning import Plan
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

    folder = folder_of(run, Path(output))
    if not folder.header().get("budget"):
        return None
    store = folder.store
    own = [entry for entry in folder.attempts().values() if not entry["reused"]]
    granted, over = left(brief for entry in own if (brief := store.brief("jobs", entry["key"], entry["attempt"])))
    return (granted, over) if granted else None


def slot_ledger(run: Any = None, *, output: str | Path = "results") -> list[dict[str, Any]]:
    """Return where the wall of a run went, one row a session and slot, see `dlbench.engine.slot_ledger`."""
    from dlbench.engine.slot_ledger import slot_ledger as rows

    return rows(folder_of(run, Path(output)).journal())


def status(run: Any = None, *, output: str | Path = "results") -> Status:
    """Return how far a run is: a folder, a run id, a suite's name, an outcome of `run`, or None for the latest."""
    from dlbench.status import status as found

    folder = folder_of(run, Path(output))
    return found(folder, folder.store)


def merge(sources: Iterable[str | Path], *, output: str | Path = "results") -> Merged:
    """Join results folders into one, each key once.

    Args:
        sources: results folders; they are only read.
        output: the folder they are joined into.
    """
    from dlbench.merging import merge as merged

    return merged([Path(source) for source in sources], Path(output))
