"""Turns a suite's tasks into entries with everything resolved, and says what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from dlbench.core import catalog
from dlbench.core.dataset import Dataset
from dlbench.core.errors import DlbenchError, suggest
from dlbench.core.form import reachable
from dlbench.core.task import Task
from dlbench.suite.asked_data import named_dataset, parameters
from dlbench.suite.asked_task import AskedTask, unknown
from dlbench.suite.entries import Reference, TaskEntry
from dlbench.suite.shape import TaskShape
from dlbench.suite.tree import Mistakes, Node, Way


@runtime_checkable
class GivesFolds(Protocol):
    """A dataset whose rows may say in which fold they are tested."""

    def given_folds(self, params: Mapping[str, Any]) -> int:
        """Return how many folds the rows name; 0 where they name none."""
        ...


@runtime_checkable
class RollsOrigins(Protocol):
    """A dataset that is parted by time, into folds that must hold a forecast each."""

    def too_short(self, params: Mapping[str, Any], folds: int, share: float) -> str:
        """Say why it cannot be parted so; empty where it can."""
        ...


def task_entry(written: TaskShape, way: Way, tree: Node, mistakes: Mistakes) -> TaskEntry | None:
    """Return the task that an entry means; None where its dataset or type cannot be told. Mistakes are noted."""
    return _entry(AskedTask(written, way, tree, mistakes))


def _entry(asked: AskedTask) -> TaskEntry | None:
    named = named_dataset(asked)
    if named is None:
        _known_names(asked)
        return None
    name, dataset, given = named
    params = parameters(asked, dataset, given)
    task = _task(asked, name, dataset, params)
    if task is None or params is None:
        _known_names(asked)
        return None
    metrics = _metrics(asked, task)
    return TaskEntry(
        _label(asked, name, dataset, params),
        name,
        params,
        task.name,
        metrics,
        asked.written.limit,
        _split(asked, name, dataset, params),
        _reference(asked, metrics, dataset),
        None if asked.written.models is None else tuple(asked.written.models),
        asked.written.epochs,
    )


def _known_names(asked: AskedTask) -> None:
    """Check the names that can be checked without the dataset."""
    if asked.written.type is not None and asked.written.type not in catalog.tasks():
        asked.wrong("type", message=unknown("task type", asked.written.type, catalog.tasks()))
    for i, name in enumerate(asked.written.metrics or ()):
        if name not in catalog.metrics():
            asked.wrong("metrics", i, message=unknown("metric", name, catalog.metrics()))


def _task(asked: AskedTask, name: str, dataset: Dataset, params: dict[str, Any] | None) -> Task | None:
    """Return the task type: the suite's, else the one the data settles."""
    known, written = catalog.tasks(), asked.written.type
    if written is None:
        written = _natural_type(asked, dataset, params)
        if written is None:
            return None
    if written not in known:
        asked.wrong("type", message=unknown("task type", written, known))
        return None
    task = known[written]
    if dataset.modality not in task.modalities:
        message = f"{written} asks about {' or '.join(task.modalities)}, {name} is {dataset.modality}"
    elif dataset.tasks and written not in dataset.tasks and not _same_target(task, dataset):
        message = f"{name} cannot be asked for {written}"
    else:
        return task
    fitting = [other for other in known if other in dataset.tasks]
    asked.wrong("type", message=f"{message}{suggest('', fitting)}")
    return None


def _natural_type(asked: AskedTask, dataset: Dataset, params: dict[str, Any] | None) -> str | None:
    if params is None:
        return None
    try:
        found = dataset.task_type(params)
    except (DlbenchError, OSError, ValueError) as error:
        asked.wrong("dataset", message=str(error))
        return None
    if not found:
        asked.wrong(message=f"type: is required, the data does not settle it{suggest('', catalog.tasks())}")
    return found or None


def _metrics(asked: AskedTask, task: Task) -> tuple[str, ...]:
    """Return the suite's metrics, else those of the task type."""
    known = catalog.metrics()
    for i, name in enumerate(asked.written.metrics or ()):
        if name not in known:
            asked.wrong("metrics", i, message=unknown("metric", name, known))
        elif not scorable(known[name].scores, task.asks):
            able = [other for other, metric in known.items() if scorable(metric.scores, task.asks)]
            message = f"{name!r} scores {known[name].scores}, {task.name} asks for {task.asks}{suggest('', able)}"
            asked.wrong("metrics", i, message=message)
    return tuple(asked.written.metrics or task.metrics)


def _label(asked: AskedTask, name: str, dataset: Dataset, params: Mapping[str, Any]) -> str:
    if asked.written.label is not None:
        return asked.written.label
    label = stem(Path(params[dataset.path_parameters[0]])) if dataset.own_file else name
    if not label.isprintable() or label != label.strip() or len(label) > 80:
        asked.wrong("dataset", message="the file's name makes no label; give the task one with as:")
    return label


def _split(asked: AskedTask, name: str, dataset: Dataset, params: Mapping[str, Any]) -> str:
    """Return `official` where the dataset has a test part of its own and the suite does not ask for folds."""
    official = dataset.parted(params)
    if asked.written.split == "official" and not official:
        asked.wrong("split", message=f"{name} has no test part of its own; write folds, or leave it out")
    split = asked.written.split or ("official" if official else "folds")
    given = dataset.given_folds(params) if isinstance(dataset, GivesFolds) and split == "folds" else 0
    if given and asked.setting("protocol", "folds", 5) != given:
        asked.wrong("dataset", "fold_column", message=f"names {given} folds: set protocol.folds: {given}")
    if isinstance(dataset, RollsOrigins):
        _fits(asked, dataset, params)
    return split


def _fits(asked: AskedTask, dataset: RollsOrigins, params: Mapping[str, Any]) -> None:
    """Note where a series is too short for the folds of the protocol; what is wrong with these is told elsewhere."""
    folds, share = asked.setting("protocol", "folds", 5), asked.setting("protocol", "validation", 0.2)
    sound = isinstance(folds, int) and isinstance(share, float) and folds >= 1 and 0 < share < 1
    if sound and (problem := dataset.too_short(params, folds, share)):
        asked.wrong("dataset", message=problem)


def _reference(asked: AskedTask, metrics: tuple[str, ...], dataset: Dataset) -> Reference | None:
    """Return the published figure; of a copy whose items are not the published ones it is refused."""
    written = asked.written.reference
    if written is None:
        return None
    if dataset.copy_of:
        message = f"{dataset.name} is a copy of {dataset.copy_of}, not the published items: no figure holds for it"
        asked.wrong("reference", message=f"{message}; name {dataset.copy_of}, or leave reference out")
    metric = written.metric or metrics[0]
    if metric not in metrics:
        message = f"{metric!r} is none of the task's metrics{suggest(metric, metrics)}"
        asked.wrong("reference", "metric", message=message)
    return Reference(written.value, written.source, metric)


def stem(path: Path) -> str:
    """Return a file's name without its endings.

    >>> stem(Path("a/table.csv.gz")), stem(Path("adult.data"))
    ('table', 'adult')
    """
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def scorable(scores: str, asks: str) -> bool:
    """Whether some form that answers `asks` can be turned into the one that a metric scores."""
    known = catalog.forms()
    return scores in known and any({scores, asks} <= set(reachable(form)) for form in known)


def _same_target(task: Task, dataset: Dataset) -> bool:
    """Whether a task asks for what the data have; `hidden` ones are classes too."""
    known = catalog.tasks()
    return any(_target(known[name]) == _target(task) for name in dataset.tasks if name in known)


def _target(task: Task) -> str:
    return "classes" if task.target == "hidden" else task.target
