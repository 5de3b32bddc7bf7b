"""Keys of jobs and stages: hashes of all that can change a result, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

from dlbench.core import catalog
from dlbench.core.canonical import digest
from dlbench.core.job import JobSpec
from dlbench.core.pretraining import Pretrain
from dlbench.core.source import source_hash
from dlbench.facts import Facts
from dlbench.machine import backend, installed


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
        search, split, start = asdict(job.search), asdict(job.split), job.contestant.start
        begun = "" if start is None else _start(job, start, facts)
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
                **({"start": begun} if begun else {}),
            },
            "search": {**search, "objective": job.task.objective} if searched else _given(search),
            "seed": job.seed,
            "where": _where(job),
            "source": _source(_modules(job)),
        }  # fmt: skip
        return cls(digest(shared), searched, seen(job, facts), begun if start and start.staged else "")


def _start(job: JobSpec, start: Pretrain, facts: Facts) -> str:
    """Return the key of the weights that a job starts from: a file's content, or all that can change what is made.

    The task's data stand in it for the shape of its images, and since none of them may be learned from.
    """
    if not start.staged:
        return digest(facts.start(start), 32)
    data = [job.task.dataset, *([start.dataset] if start.dataset else [])]
    recipe = {
        "stage": "pretraining",
        "model": job.contestant.model,
        "parameters": job.contestant.architecture,
        "start": facts.start(start),
        "seeds": [job.seed, job.split.split_seed],
        "task": {"type": job.task.type, "dataset": job.task.dataset, "identity": facts.identity(job.task)},
        "where": _where(replace(job, search=replace(job.search, oracle="none"))),
        "uses": {name: installed(name) for one in data[1:] for name in sorted(catalog.dataset(one).uses)},
        "source": _source(tuple(dict.fromkeys((
            type(job.contestant.head).__module__, type(catalog.task(job.task.type)).__module__,
            *(type(catalog.dataset(one)).__module__ for one in data), *_losses(start.parameters or {}),
            "dlbench.engine.pretraining",
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
    return (*links, *question, *judge, *_losses(job.contestant.parameters), "dlbench.engine.job")


def _losses(parameters: Mapping[str, Any]) -> list[str]:
    """Return the module of a loss that the suite chose by name."""
    chosen = catalog.losses().get(str(parameters.get("loss")))
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
