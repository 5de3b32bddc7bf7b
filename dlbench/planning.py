"""From a suite to jobs: what will run, what is skipped and why, what is already done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.job import JobSpec, SearchSpec, SplitSpec, TaskSpec
from dlbench.facts import Facts
from dlbench.keys import Common, keyed
from dlbench.machine import device_kind
from dlbench.pairing import Skip, members_of, scorable
from dlbench.store import FAILED, RETRIED, Store

if TYPE_CHECKING:
    from dlbench.core.contestant import Contestant
    from dlbench.suite import Suite, TaskEntry

_AXES = ("rows", "trials", "epochs", "seconds")


@dataclass(frozen=True)
class Plan:
    """What a suite comes to.

    Attributes:
        suite: the suite.
        jobs: in the order in which they will run.
        skipped: pairs that do not fit.
        done: key → what the record says in short (`Store.brief`), of the jobs that need not run.
    """

    suite: Suite
    jobs: tuple[JobSpec, ...]
    skipped: tuple[Skip, ...]
    done: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def pending(self) -> tuple[JobSpec, ...]:
        """The jobs that have yet to run, each once: points of a sweep that cannot differ share a key."""
        unlike = {job.key: job for job in reversed(self.jobs) if job.key not in self.done}
        return tuple(reversed(unlike.values()))

    @property
    def stages(self) -> frozenset[str]:
        """Keys of the searches and pretrainings that jobs share."""
        return frozenset(key for job in self.jobs for key in job.makes)


@dataclass(frozen=True)
class Reuse:
    """Which records count as done: of this store, failed ones or not, none at all with `force`."""

    store: Store | None = None
    force: bool = False
    retry_failed: bool = False

    def record(self, key: str) -> Mapping[str, Any] | None:
        """Return in short the record that makes a job unnecessary, or None."""
        found = None if self.force or self.store is None else self.store.brief("jobs", key)
        if found is None or found["status"] in RETRIED or (self.retry_failed and found["status"] in FAILED):
            return None
        return found


def plan_suite(suite: Suite, reuse: Reuse | None = None, *, device: str = "auto") -> Plan:
    """Return the jobs of a suite.

    Args:
        suite: a valid suite.
        reuse: where finished jobs are looked up; None finds none.
        device: auto, cpu or gpu.
    """
    jobs: list[JobSpec] = []
    skipped: list[Skip] = []
    facts, kind = Facts(), device_kind(device)
    for task in suite.tasks:
        for entry in sorted(suite.contestants_of(task), key=lambda entry: entry.contestant.blends):
            metrics, skips = scorable(entry.contestant, task, suite.search.oracle)
            made = [
                job
                for draft in (_drafts(suite, task, entry.contestant, metrics, kind) if metrics else ())
                for job in _folds(suite, draft, Common.of(draft, facts))
            ]
            if made and entry.contestant.blends:
                made, skips = _assembled(made, jobs)
            jobs.extend(made)
            skipped.extend(skips)
    found = {job.key: (reuse or Reuse()).record(job.key) for job in jobs}
    lacking = {job.key for job in jobs if _lacks(suite, job, found[job.key] or {})}
    done = {key: record for key, record in found.items() if record and key not in lacking}
    return Plan(suite, tuple(jobs), tuple(skipped), done)


def _lacks(suite: Suite, job: JobSpec, record: Mapping[str, Any]) -> bool:
    """Whether a finished record did not keep what the policy asks for: a model, what the contestant looked at."""
    if suite.policy.keep_models == "all" and not record.get("model_bytes"):
        return True
    return record.get("status") == "ok" and job.attributions > (record.get("attributed") or 0)


def _drafts(
    suite: Suite, task: TaskEntry, contestant: Contestant, metrics: tuple[str, ...], device: str
) -> Iterator[JobSpec]:
    """Yield the first job of each point of one contestant on one task, without its keys."""
    protocol = suite.protocol
    folds = 1 if task.split == "official" else protocol.folds
    search = {one.name: getattr(suite.search, one.name) for one in fields(SearchSpec)}
    search["epochs"] = task.epochs or search["epochs"]
    split = SplitSpec(folds, 0, 0, protocol.split_seed, protocol.validation)
    for point in _points(suite.sweep):
        asked = TaskSpec(
            task.label, task.type, task.dataset_name, task.dataset_params, metrics,
            catalog.task(task.type).objective or task.metrics[0],
            point.get("rows", task.limit), task.split, protocol.groups or "",
        )  # fmt: skip
        granted = SearchSpec(**{**search, **{name: point[name] for name in _AXES[1:] if name in point}})
        yield JobSpec(
            "", "", asked, contestant, granted, split, protocol.seed, 0, point, protocol.threads, device,
            suite.policy.keep_models != "none", tuple(str(path) for path in suite.include),
            precision=protocol.precision, jit=protocol.jit, devices=protocol.devices,
        )  # fmt: skip


def _folds(suite: Suite, draft: JobSpec, common: Common) -> Iterator[JobSpec]:
    """Yield the job of every repeat, fold and fit seed, with its keys."""
    for repeat, fold in product(range(_repeats(suite, draft)), range(draft.split.folds)):
        split = replace(draft.split, repeat=repeat, fold=fold)
        for fit in range(suite.protocol.seeds):
            looked = _looked_at(suite, draft) if not (repeat or fold or fit) else 0
            yield keyed(replace(draft, split=split, fit_index=fit, attributions=looked), common)


def _repeats(suite: Suite, draft: JobSpec) -> int:
    """Return how often folds are drawn: once where the data fixes them, since again would count a finding twice."""
    asked, task = suite.protocol.repeats, draft.task
    if asked == 1 or task.split == "official":
        return 1
    return asked if catalog.dataset(task.dataset).redraws(task.params, draft.split.folds) else 1


def _looked_at(suite: Suite, job: JobSpec) -> int:
    """Return of how many test items a job keeps what its contestant looked at: none but of classes of pictures."""
    task = catalog.task(job.task.type)
    suits = task.modalities == ("image",) and task.target == "classes" and job.contestant.kind != "floor"
    return suite.policy.attributions if suits else 0


def _assembled(ensembles: Sequence[JobSpec], jobs: Sequence[JobSpec]) -> tuple[list[JobSpec], list[Skip]]:
    """Return an ensemble's jobs with the searches they rest on; none, and why, where nobody has one to give."""
    found = members_of(ensembles[0], jobs)
    if not found:
        told, task = ensembles[0].contestant, ensembles[0].task.label
        return [], [Skip(task, told.label, None, f"none of its members ({told.of}) searches on this task")]
    made = [replace(job, members=members_of(job, jobs)) for job in ensembles]
    return [keyed(job) for job in made], []


def _points(sweep: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    axes = [[(axis, value) for value in values] for axis, values in sweep.items()]
    yield from (dict(point) for point in product(*axes))
