"""Which contestants can answer which tasks: a pair that does not fit is skipped, with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.form import reachable
from dlbench.core.job import Member
from dlbench.core.pretraining import LEARNED
from dlbench.machine import backend

if TYPE_CHECKING:
    from dlbench.core.contestant import Contestant
    from dlbench.core.dataset import Dataset
    from dlbench.core.job import JobSpec
    from dlbench.suite import TaskEntry


@dataclass(frozen=True)
class Skip:
    """A pair that does not fit, and why. `metric` is None where the contestant cannot answer the task at all."""

    task: str
    contestant: str
    metric: str | None
    reason: str


def scorable(contestant: Contestant, task: TaskEntry, oracle: str) -> tuple[tuple[str, ...], list[Skip]]:
    """Return the metrics that can judge a contestant, and what is skipped; none where the pair does not fit."""
    asked = catalog.task(task.type).asks
    modality = catalog.dataset(task.dataset_name).modality
    misfit = (
        contestant.misfit(modality, asked)
        or _uncuttable(contestant, task, oracle)
        or _unweighable(contestant, task)
        or _untransferable(contestant, task)
    )
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
    """Say why an ensemble has nothing to choose from, or why a threshold cannot be tuned; None where neither is so."""
    if contestant.blends and oracle == "none":
        return "an ensemble needs its members' validation predictions, which only a search leaves (search.oracle)"
    if contestant.blends and contestant.threshold:
        return "threshold: an ensemble averages its members as they are; leave it out"
    if not contestant.threshold:
        return None
    if oracle == "none":
        return "threshold: without a search there are no validation predictions to choose a cut on"
    if contestant.form_for("Scores") is None:
        return f"threshold: {contestant.model} gives no scores to cut"
    if not contestant.costs and catalog.metric(task.metrics[0]).scores != "Labels":
        return (
            f"threshold: the primary metric {task.metrics[0]} scores no labels, so no cut can better it (name a cost)"
        )
    return None


def _unweighable(contestant: Contestant, task: TaskEntry) -> str | None:
    """Say that a model cannot count rows by their weights; None where it can, or where rows have none."""
    if not task.dataset_params.get("weight_column") or contestant.blends or contestant.head.weights:
        return None
    return f"weight_column: the fit of {contestant.model} takes no weights"


def _untransferable(contestant: Contestant, task: TaskEntry) -> str | None:
    """Say why a task is none for loaded weights; None where it is, or where the contestant loads none."""
    start = contestant.start
    if start is None:
        return None
    if backend() not in ("tensorflow", "jax"):
        return "pretrain: use KERAS_BACKEND=tensorflow or jax, or leave it out"
    target = catalog.task(task.type).target
    if target not in LEARNED:
        return f"pretrain: {task.type} asks for {target}; weights are for {', '.join(LEARNED)}"
    if not start.dataset:
        return None
    mine, other = catalog.dataset(task.dataset_name), catalog.dataset(start.dataset)
    first = other.task_type(start.params or {})
    if catalog.task(first).target != target:
        return f"pretrain: {other.name} teaches {first}, the task is {task.type}; name a set that teaches the same"
    kin = (mine.copy_of or mine.name) == (other.copy_of or other.name)
    if kin and (not mine.own_file or _content(mine, task.dataset_params) == _content(other, start.params or {})):
        return f"pretrain: {other.name} is the data of the task, whose test items it would have seen; name another set"
    return None


def _content(dataset: Dataset, params: Mapping[str, Any]) -> Any:
    """Return what tells the files of a set apart, however they are read: at another size they are the same pictures."""
    identity = dataset.identity(params)
    return identity.get("content", identity)


def members_of(ensemble: JobSpec, jobs: Sequence[JobSpec]) -> tuple[Member, ...]:
    """Return the contestants whose searches an ensemble's job may use: of its task, point, repeat and fold, those it
    takes that give the same form as it does, or scores that can be made into its probabilities."""
    asked = catalog.task(ensemble.task.type).asks
    form, here = ensemble.contestant.form_for(asked), _place(ensemble)
    found = {
        job.search_key: Member(job.contestant, job.search_key, job.pretrain_key)
        for job in jobs
        if job.search_key and _place(job) == here and ensemble.contestant.takes(job.contestant)
    }
    able = (form, "Scores") if form == "Probabilities" else (form,)
    return tuple(member for member in found.values() if member.contestant.form_for(asked) in able)


def _place(job: JobSpec) -> tuple[object, ...]:
    return job.task.label, tuple(job.point.items()), job.split.repeat, job.split.fold
