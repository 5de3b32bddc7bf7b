"""From a suite to jobs: what will run, what is skipped and why, what is already done."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.canonical import canonical, digest
from dlbench.core.errors import UsageError
from dlbench.core.form import reachable
from dlbench.core.job import JobSpec, SearchSpec, SplitSpec, TaskSpec
from dlbench.core.source import source_hash
from dlbench.store import FAILED, RETRIED, Store

if TYPE_CHECKING:
    from dlbench.core.contestant import Contestant
    from dlbench.suite import Suite, TaskEntry

_AXES = ("rows", "trials", "epochs", "seconds")


@dataclass(frozen=True)
class Skip:
    """A pair that does not fit, and why. `metric` is None where the contestant cannot answer the task at all."""

    task: str
    contestant: str
    metric: str | None
    reason: str


@dataclass(frozen=True)
class Plan:
    """What a suite comes to.

    Attributes:
        suite: the suite.
        jobs: in the order in which they will run.
        skipped: pairs that do not fit.
        done: key → record of the jobs that need not run.
    """

    suite: Suite
    jobs: tuple[JobSpec, ...]
    skipped: tuple[Skip, ...]
    done: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def pending(self) -> tuple[JobSpec, ...]:
        """The jobs that have yet to run, each once: points of a sweep that cannot differ share a key."""
        unlike = {job.key: job for job in reversed(self.jobs) if job.key not in self.done}
        return tuple(reversed(unlike.values()))

    @property
    def stages(self) -> frozenset[str]:
        """Keys of the searches that jobs share."""
        return frozenset(job.search_key for job in self.jobs if job.search_key)


@dataclass(frozen=True)
class Reuse:
    """Which records count as done: of this store, failed ones or not, none at all with `force`."""

    store: Store | None = None
    force: bool = False
    retry_failed: bool = False

    def record(self, key: str) -> Mapping[str, Any] | None:
        """Return the record that makes a job unnecessary, or None."""
        found = None if self.force or self.store is None else self.store.find("jobs", key)
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
    for task in suite.tasks:
        for entry in suite.contestants_of(task):
            metrics, skips = _scorable(entry.contestant, task, suite.search.oracle)
            skipped.extend(skips)
            if metrics:
                jobs.extend(_jobs(suite, task, entry.contestant, metrics, device))
    found = {job.key: (reuse or Reuse()).record(job.key) for job in jobs}
    if suite.policy.keep_models == "all":  # a record that kept no model does not do
        found = {key: record if record and record.get("model_bytes") else None for key, record in found.items()}
    return Plan(suite, tuple(jobs), tuple(skipped), {key: record for key, record in found.items() if record})


def _scorable(contestant: Contestant, task: TaskEntry, oracle: str) -> tuple[tuple[str, ...], list[Skip]]:
    """Return the metrics that can judge a contestant, and what is skipped; none where the pair does not fit."""
    asked = catalog.task(task.type).asks
    modality = catalog.dataset(task.dataset_name).modality
    misfit = contestant.misfit(modality, asked) or _uncuttable(contestant, task, oracle)
    if misfit is not None:
        return (), [Skip(task.label, contestant.label, None, misfit)]
    given = reachable(contestant.form_for(asked) or asked)
    skips = [
        Skip(
            task.label,
            contestant.label,
            name,
            f"{name} scores {catalog.metric(name).scores}, {contestant.model} gives {given[0]}",
        )
        for name in task.metrics
        if catalog.metric(name).scores not in given
    ]
    lost = {skip.metric for skip in skips}
    if task.metrics[0] in lost:
        reason = f"the primary metric cannot judge it: {skips[0].reason}"
        return (), [Skip(task.label, contestant.label, None, reason)]
    return tuple(name for name in task.metrics if name not in lost), skips


def _uncuttable(contestant: Contestant, task: TaskEntry, oracle: str) -> str | None:
    """Say why a threshold cannot be tuned; None where it can, or none is asked for."""
    if not contestant.threshold:
        return None
    if oracle == "none":
        return "threshold: without a search there are no validation predictions to choose a cut on"
    if contestant.form_for("Scores") is None:
        return f"threshold: {contestant.model} gives no scores to cut"
    if catalog.metric(task.metrics[0]).scores != "Labels":
        return f"threshold: the primary metric {task.metrics[0]} scores no labels, so no cut can better it"
    return None


def _jobs(
    suite: Suite, task: TaskEntry, contestant: Contestant, metrics: tuple[str, ...], device: str
) -> Iterator[JobSpec]:
    """Yield every point, repeat, fold and fit seed of one contestant on one task."""
    protocol = suite.protocol
    official = task.split == "official"
    folds, repeats = (1, 1) if official else (protocol.folds, protocol.repeats)
    for point in _points(suite.sweep):
        asked = TaskSpec(
            task.label, task.type, task.dataset_name, task.dataset_params, metrics,
            catalog.task(task.type).objective or task.metrics[0],
            point.get("rows", task.limit), task.split, protocol.groups or "",
        )  # fmt: skip
        search = SearchSpec(**{**_search_of(suite), **{name: point[name] for name in _AXES[1:] if name in point}})
        for repeat, fold, fit in product(range(repeats), range(folds), range(protocol.seeds)):
            split = SplitSpec(folds, repeat, fold, protocol.split_seed, protocol.validation)
            draft = JobSpec(
                "", "", asked, contestant, search, split, protocol.seed, fit, point, protocol.threads,
                device_kind(device), suite.policy.keep_models != "none", tuple(str(path) for path in suite.include),
            )  # fmt: skip
            yield keyed(draft)


def _search_of(suite: Suite) -> dict[str, Any]:
    search = suite.search
    return {name: getattr(search, name) for name in ("oracle", "trials", "seconds", "epochs", "rows", "patience")}


def _points(sweep: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    axes = [[(axis, value) for value in values] for axis, values in sweep.items()]
    yield from (dict(point) for point in product(*axes))


def keyed(job: JobSpec) -> JobSpec:
    """Return the job with its keys: hashes of all that can change its result, and of nothing else."""
    search = asdict(job.search)
    links = job.contestant.links
    searched = job.search.oracle != "none" and any(link.kind != "floor" for link in links)
    shared = {
        "task": {
            "type": job.task.type,
            "dataset": job.task.dataset,
            "identity": _identity(job.task.dataset, canonical(dict(job.task.params))),
            "limit": job.task.limit,
            **({"groups": job.task.groups} if job.task.groups else {}),
            "split": [job.task.split, asdict(job.split)],
        },
        "contestant": {
            "model": job.contestant.model,
            "stages": job.contestant.stages,
            "parameters": dict(job.contestant.parameters),
            **({"threshold": job.contestant.threshold} if job.contestant.threshold else {}),
        },
        "search": {**search, "objective": job.task.objective} if searched else _given(search),
        "seed": job.seed,
        "where": _where(job),
        "source": source_hash(_modules(job)),
    }  # fmt: skip
    search_key = digest({"stage": "search", **shared}, 32) if searched else ""
    key = digest({**shared, "fit": job.fit_index}, 32)
    values = asdict(job) | {"search_key": search_key, "key": key, "seen": seen(job)}
    return JobSpec.from_json(values)


def seen(job: JobSpec) -> str:
    """Return a digest of the data's identity and of the included code, which a worker holds against what it finds."""
    files = {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in job.include}
    params = canonical(dict(job.task.params))
    return digest([catalog.dataset(job.task.dataset).identity(json.loads(params)), files], 32)


def _given(search: Mapping[str, Any]) -> dict[str, Any]:
    """Return what matters of a search's settings where there is no search."""
    return {name: search[name] for name in ("epochs", "seconds")}


@cache
def _identity(dataset: str, params: str) -> Mapping[str, Any]:
    return catalog.dataset(dataset).identity(json.loads(params))


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
        where |= {"backend": backend(), "precision": "float32", "jit": "auto"}
        names.add(backend())
    return {**where, "versions": {name: installed(name) for name in sorted(names)}}


def backend() -> str:
    """Return the Keras backend this process asks for."""
    return os.environ.get("KERAS_BACKEND", "tensorflow")


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
