"""Where the parts of a suite, each right by itself, contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import DlbenchError
from dlbench.core.schema import Schema
from dlbench.suite.asked_task import unknown
from dlbench.suite.entries import ModelEntry, TaskEntry, matches
from dlbench.suite.group_columns import groupless
from dlbench.suite.shape import Frame
from dlbench.suite.tree import Mistakes, Node, Way, dotted, shown


def check_across(
    frame: Frame | None,
    tasks: Sequence[TaskEntry | None],
    models: Sequence[ModelEntry | None],
    tree: Node,
    mistakes: Mistakes,
) -> None:
    """Note parameters that do not suit a task, groups that a task's data do not have, what cannot be swept, and
    margins of metrics that there are not.

    Args:
        frame: None where it cannot be made; then its own mistakes are noted already.
        tasks, models: None for those that cannot be made.
        tree: of the whole suite.
        mistakes: where they are noted.
    """
    known = [task for task in tasks if task is not None]
    noted = {mistake.path for mistake in mistakes.found}
    for i, entry in enumerate(models):
        if entry is None:
            continue
        for name, message in _unsuited(entry, known):
            way = _way(entry.contestant, i, name, tree)
            if shown(dotted(way)) not in noted:  # a value that suits nothing at all
                mistakes.add(tree.at(way), way, message)
    if frame is None:
        return
    for axis, message in _unswept(frame, known):
        way = ("sweep", axis)
        mistakes.add(tree.at(way), way, message)
    if frame.search.halving and (why := _unhalved(frame)):
        way = ("search", "halving")
        mistakes.add(tree.at(way), way, why)
    _check_margins(frame, tree, mistakes)
    for task in known if frame.protocol.groups else ():
        way = ("protocol", "groups")
        if reason := groupless(task, frame.protocol.groups or ""):
            mistakes.add(tree.at(way), way, reason)


def _unswept(frame: Frame, tasks: Sequence[TaskEntry]) -> Iterator[tuple[str, str]]:
    """Yield axes that a suite cannot sweep, and why."""
    if frame.sweep.trials and frame.search.oracle == "none":
        yield "trials", "without a search there are no trials to sweep: take it out, or set search.oracle: random"
    if frame.sweep.epochs and any(task.epochs for task in tasks):
        yield "epochs", "a task says its own epochs: leave one of them out"


def _check_margins(frame: Frame, tree: Node, mistakes: Mistakes) -> None:
    for name in frame.policy.margins:
        if name not in catalog.metrics():
            way = ("policy", "margins", name)
            mistakes.add(tree.at(way), way, unknown("metric", name, catalog.metrics()))


def _unhalved(frame: Frame) -> str | None:
    """Say why a suite cannot halve its field; None where it can."""
    if frame.search.oracle == "none":
        return "without a search there is nothing to cut by: take it out, or set search.oracle: random"
    if any(values is not None for values in frame.sweep.model_dump().values()):
        return "rungs cut by one budget, sweep asks for several: leave one of them out"
    return None


def _unsuited(entry: ModelEntry, tasks: Sequence[TaskEntry]) -> Iterator[tuple[str, str]]:
    """Yield parameter and message where a value suits some kind of data, but not that of a task it is to run on."""
    told = set()
    for task in tasks:
        if not _meet(task, entry):
            continue
        for name, problem in _problems(entry.contestant, task):
            if name not in told:
                told.add(name)
                yield name, f"on {task.label!r}: {problem}; or keep it off that task by tasks:"


def _meet(task: TaskEntry, entry: ModelEntry) -> bool:
    """Whether the suite lets a contestant run on a task, and it can."""
    from_task = task.models is None or matches(entry.label, task.models)
    from_model = entry.tasks is None or matches(task.label, entry.tasks)
    modality = catalog.dataset(task.dataset_name).modality
    return from_task and from_model and _fits(entry.contestant, modality, catalog.task(task.type).asks)


def _fits(contestant: Contestant, modality: str, asks: str) -> bool:
    """Whether a contestant can answer; not where its links are wrong, which is noted already."""
    try:
        return len({*contestant.stages}) == len(contestant.stages) and contestant.misfit(modality, asks) is None
    except DlbenchError:
        return False


def _problems(contestant: Contestant, task: TaskEntry) -> Iterator[tuple[str, str]]:
    modality = catalog.dataset(task.dataset_name).modality
    form = contestant.form_for(catalog.task(task.type).asks) or ""
    known = contestant.free.dimensions(Schema.example(modality, form))
    for name, value in contestant.parameters.items():
        if name in known and (problem := known[name].problem(value)):
            yield name, problem


def _way(contestant: Contestant, i: int, name: str, tree: Node) -> Way:
    """Return where a parameter stands: with the model, or with one of its stages."""
    stage, _, parameter = name.rpartition(".")
    entry: Way = ("models", i)
    if stage in contestant.stages and tree.at((*entry, name)) == tree.at(entry):
        for key in ("stages", "needs"):
            if tree.at((*entry, key)) != tree.at(entry):
                return (*entry, key, contestant.stages.index(stage), parameter)
    return (*entry, name)
