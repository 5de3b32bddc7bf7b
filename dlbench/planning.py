"""From a suite to jobs: what will run, what is skipped and why, what is already done."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.canonical import digest
from dlbench.core.errors import UsageError
from dlbench.core.job import JobSpec, SearchSpec, SplitSpec, TaskSpec
from dlbench.core.pretraining import trained
from dlbench.core.source import source_hash
from dlbench.facts import Facts
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
    repeats = 1 if draft.task.split == "official" else suite.protocol.repeats
    for repeat, fold in product(range(repeats), range(draft.split.folds)):
        split = replace(draft.split, repeat=repeat, fold=fold)
        for fit in range(suite.protocol.seeds):
            looked = _looked_at(suite, draft) if not (repeat or fold or fit) else 0
            yield keyed(replace(draft, split=split, fit_index=fit, attributions=looked), common)


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


@dataclass(frozen=True)
class Common:
    """What the jobs of one contestant on one task at one point share, hashed once.

    Attributes:
        digest: of all that can change their results but repeat, fold and fit seed.
        searched: whether they need a search.
        seen: see `seen`.
        pretrain_key: of the stage that makes the weights they start from; "" where there is none.
    """

    digest: str
    searched: bool
    seen: str
    pretrain_key: str = ""

    @classmethod
    def of(cls, job: JobSpec, facts: Facts) -> Common:
        """Return what a job shares with those that differ in repeat, fold and fit seed alone."""
        search, split = asdict(job.search), asdict(job.split)
        searched = job.search.oracle != "none" and not job.contestant.blends
        searched = searched and any(link.kind != "floor" for link in job.contestant.links)
        shared = {
            "task": {
                "type": job.task.type,
                "dataset": job.task.dataset,
                "identity": facts.identity(job.task),
                "limit": job.task.limit,
                **({"groups": job.task.groups} if job.task.groups else {}),
                "split": [job.task.split, {name: split[name] for name in ("folds", "split_seed", "validation")}],
            },
            "contestant": {
                "model": job.contestant.model,
                "stages": job.contestant.stages,
                "parameters": dict(job.contestant.parameters),
                **({"threshold": job.contestant.threshold} if job.contestant.threshold else {}),
                **({"start": _start(job, facts)} if job.contestant.start else {}),
            },
            "search": {**search, "objective": job.task.objective} if searched else _given(search),
            "seed": job.seed,
            "where": _where(job),
            "source": _source(_modules(job)),
        }  # fmt: skip
        start = job.contestant.start
        return cls(digest(shared), searched, seen(job, facts), _start(job, facts) if start and start.staged else "")


def _start(job: JobSpec, facts: Facts) -> str:
    """Return the key of the weights that a job starts from: a file's content, or all that can change what is made.

    The task's data stand in it for the shape of its images, and since none of them may be learned from.
    """
    start = job.contestant.start
    assert start is not None, "asked only of contestants that start from weights"
    if not start.staged:
        return digest(facts.start(start), 32)
    of_task = {"type": job.task.type, "dataset": job.task.dataset, "identity": facts.identity(job.task)}
    data = [job.task.dataset, *([start.dataset] if start.dataset else [])]
    recipe = {
        "stage": "pretraining",
        "model": job.contestant.model,
        "parameters": {name: value for name, value in job.contestant.parameters.items() if not trained(name)},
        "start": facts.start(start),
        "seeds": [job.seed, job.split.split_seed],
        "task": of_task,
        "where": _where(job),
        "uses": {name: installed(name) for one in data for name in sorted(catalog.dataset(one).uses)},
        "source": _source(tuple(dict.fromkeys((
            type(job.contestant.head).__module__, type(catalog.task(job.task.type)).__module__,
            *(type(catalog.dataset(one)).__module__ for one in data), "dlbench.engine.pretraining",
        )))),
    }  # fmt: skip
    return digest(recipe, 32)


def keyed(job: JobSpec, common: Common | None = None) -> JobSpec:
    """Return the job with its keys: hashes of all that can change its result, and of nothing else.

    Args:
        job: whole but for its keys.
        common: of this job; None works it out.
    """
    common = common or Common.of(job, Facts())
    place: dict[str, Any] = {"common": common.digest, "repeat": job.split.repeat, "fold": job.split.fold}
    if job.members:
        place["needs"] = list(job.needs)
    search_key = digest({"stage": "search", **place}, 32) if common.searched else ""
    key = digest({**place, "fit": job.fit_index}, 32)
    return replace(job, search_key=search_key, key=key, seen=common.seen, pretrain_key=common.pretrain_key)


def seen(job: JobSpec, facts: Facts | None = None) -> str:
    """Return a digest of the data's identity and of the included code, which a worker holds against what it finds.

    The data and files of weights that contestants start from belong to it.
    """
    facts = facts or Facts()
    starts = [one.start for one in (job.contestant, *(member.contestant for member in job.members))]
    found = [facts.start(start) for start in starts if start is not None]
    told: list[Any] = [facts.identity(job.task), {path: facts.code(path) for path in job.include}]
    return digest([*told, *([found] if found else [])], 32)


def _given(search: Mapping[str, Any]) -> dict[str, Any]:
    """Return what matters of a search's settings where there is no search."""
    return {name: search[name] for name in ("epochs", "seconds")}


@cache
def _source(modules: tuple[str, ...]) -> str:
    return source_hash(modules)


def _modules(job: JobSpec) -> tuple[str, ...]:
    judge = [type(catalog.metric(job.task.objective)).__module__]
    links = [type(link).__module__ for link in job.contestant.links]
    question = [type(catalog.task(job.task.type)).__module__, type(catalog.dataset(job.task.dataset)).__module__]
    return (*links, *question, *judge, *_losses(job), "dlbench.engine.job")


def _losses(job: JobSpec) -> list[str]:
    """Return the module of a loss that the suite chose by name."""
    chosen = catalog.losses().get(str(job.contestant.parameters.get("loss")))
    return [] if chosen is None else [type(chosen).__module__]


def _where(job: JobSpec) -> dict[str, Any]:
    names = {"numpy", "scikit-learn", *job.contestant.uses, *catalog.dataset(job.task.dataset).uses}
    if job.search.oracle != "none":
        names.add("keras-tuner")
    where: dict[str, Any] = {"threads": job.threads, "device": job.device}
    if "keras" in names:
        where |= {"backend": backend(), "precision": job.precision, "jit": job.jit}
        where |= {"devices": job.devices} if job.devices > 1 else {}
        names.add(backend())
    return {**where, "versions": {name: installed(name) for name in sorted(names)}}


def backend() -> str:
    """Return the Keras backend that jobs use: KERAS_BACKEND's, else the first installed of TensorFlow, JAX, PyTorch."""
    found = (name for name in ("tensorflow", "jax", "torch") if installed(name))
    return os.environ.get("KERAS_BACKEND") or next(found, "tensorflow")


@cache
def installed(distribution: str) -> str:
    """Return an installed version, or "" where there is none."""
    for name in (distribution, f"{distribution}-cpu"):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return ""


def device_kind(device: str) -> str:
    """Return cpu or gpu: what `auto` means on this machine, found out without loading a framework."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "all") not in ("", "-1")
    found = "gpu" if Path("/dev/nvidia0").exists() and visible else "cpu"
    if device == "gpu" and found == "cpu":
        raise UsageError("--device gpu: there is no NVIDIA GPU here; leave it out, or use --device cpu")
    return found if device == "auto" else device
