"""Turns a suite's tasks into entries with everything resolved, and says what is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from dlbench.core import catalog
from dlbench.core.dataset import Dataset, Parameter, absolute
from dlbench.core.errors import DlbenchError, suggest
from dlbench.core.form import reachable
from dlbench.core.task import Task
from dlbench.suite.entries import Reference, TaskEntry
from dlbench.suite.shape import TaskShape
from dlbench.suite.tree import Mistakes, Node, Way
from dlbench.suite.wording import came

SPREAD = 6
"""Bytes of memory that a byte of a table's file may take."""

_TYPES = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    list: "a list",
    dict: "a mapping",
}


@runtime_checkable
class GivesFolds(Protocol):
    """A dataset whose rows may say in which fold they are tested."""

    def given_folds(self, params: Mapping[str, Any]) -> int:
        """Return how many folds the rows name; 0 where they name none."""
        ...


def task_entry(written: TaskShape, way: Way, tree: Node, mistakes: Mistakes) -> TaskEntry | None:
    """Return the task that an entry means; None where its dataset or type cannot be told. Mistakes are noted."""
    return _Question(written, way, tree, mistakes).entry()


@dataclass(frozen=True)
class _Question:
    """One task of a suite, while it is being resolved."""

    written: TaskShape
    way: Way
    tree: Node
    mistakes: Mistakes

    def wrong(self, *way: str | int, message: str) -> None:
        where = (*self.way, *way)
        self.mistakes.add(self.tree.at(where), where, message)

    def entry(self) -> TaskEntry | None:
        named = self.named_dataset()
        if named is None:
            self.known_names()
            return None
        name, dataset, given = named
        params = self.parameters(dataset, given)
        task = self.task(name, dataset, params)
        if task is None or params is None:
            self.known_names()
            return None
        metrics = self.metrics(task)
        return TaskEntry(
            self.label(name, dataset, params),
            name,
            params,
            task.name,
            metrics,
            self.written.limit,
            self.split(name, dataset, params),
            self.reference(metrics),
            None if self.written.models is None else tuple(self.written.models),
        )

    def known_names(self) -> None:
        """Check the names that can be checked without the dataset."""
        if self.written.type is not None and self.written.type not in catalog.tasks():
            self.wrong("type", message=_unknown("task type", self.written.type, catalog.tasks()))
        for i, name in enumerate(self.written.metrics or ()):
            if name not in catalog.metrics():
                self.wrong("metrics", i, message=_unknown("metric", name, catalog.metrics()))

    def named_dataset(self) -> tuple[str, Dataset, dict[str, Any]] | None:
        """Return name, dataset and given parameters: from a name, {name: …} or {csv: path, …}."""
        known, written = catalog.datasets(), self.written.dataset
        if isinstance(written, str):
            name, given = written, {}
        else:
            given = dict(written)
            name = given.pop("name", None)
            if name is None:
                return self.own_file(given)
            if not isinstance(name, str):
                self.wrong("dataset", "name", message=f"expected a dataset's name, got {came(name)}")
                return None
        if name not in known:
            where = ("dataset",) if isinstance(written, str) else ("dataset", "name")
            self.wrong(*where, message=_unknown("dataset", name, known))
            return None
        return name, known[name], given

    def own_file(self, given: dict[str, Any]) -> tuple[str, Dataset, dict[str, Any]] | None:
        """Return the dataset that reads the user's own file: `{csv: path}` stands for `{name: csv, path: path}`."""
        own = {name: dataset for name, dataset in catalog.datasets().items() if dataset.own_file}
        found = [name for name in own if name in given]
        if len(found) != 1:
            self.wrong("dataset", message=f"expected name:, or {' or '.join(f'{name}:' for name in own)} with a path")
            return None
        name = found[0]
        path = own[name].path_parameters[0]
        if path != name and path in given:
            self.wrong("dataset", path, message=f"{name}: already gives the path")
        return name, own[name], {path: given.pop(name), **given}

    def parameters(self, dataset: Dataset, given: dict[str, Any]) -> dict[str, Any] | None:
        """Return all parameters that have a value, paths absolute; None where one is wrong."""
        before = self.mistakes.noted
        known = {parameter.name: parameter for parameter in dataset.parameters}
        given = self.with_target(dataset, given, known)
        for name, value in given.items():
            if name not in known:
                self.wrong("dataset", name, message=f"unknown parameter {name!r}{suggest(name, known)}")
            elif problem := _parameter_problem(known[name], value):
                self.wrong("dataset", self.key(dataset, name), message=problem)
        for name, parameter in known.items():
            if parameter.default is None and not parameter.optional and name not in given:
                self.wrong("dataset", message=f"missing; {name}: is required{_help(parameter)}")
        if self.mistakes.noted > before:
            return None
        defaults = {name: parameter.default for name, parameter in known.items() if parameter.default is not None}
        return self.on_disk(dataset, {**defaults, **given})

    def key(self, dataset: Dataset, name: str) -> str:
        """Return the word that the suite wrote for a parameter: `csv` where `{csv: path}` stands for the path."""
        written = self.written.dataset
        short = isinstance(written, dict) and name not in written and name in dataset.path_parameters
        return dataset.name if short else name

    def with_target(self, dataset: Dataset, given: dict[str, Any], known: Mapping[str, Parameter]) -> dict[str, Any]:
        """Return the given parameters with what the task says of the target among them."""
        task = catalog.tasks().get(self.written.type or "")
        if task is not None and "target_type" in known:
            given = {"target_type": "values" if task.target == "values" else "classes", **given}
        target = self.written.target
        if target is None:
            return given
        if "target" not in known:
            self.wrong("target", message=f"{dataset.name} has a target of its own; only own files take one")
            return given
        if given.get("target", target) != target:
            self.wrong("target", message=f"the dataset says {given['target']!r} already")
        return {**given, "target": target}

    def on_disk(self, dataset: Dataset, params: dict[str, Any]) -> dict[str, Any] | None:
        """Return the parameters with absolute paths, the user's file looked at; None where it is of no use."""
        try:
            for name in dataset.path_parameters:
                folder = self.tree.at((*self.way, "dataset", self.key(dataset, name))).folder
                params = absolute(params, (name,), folder)
                problem = _path_problem(params.get(name)) or (
                    self.too_large(params.get(name)) if dataset.own_file else None
                )
                if problem is not None:
                    self.wrong("dataset", self.key(dataset, name), message=problem)
                    return None
            problems = dataset.problems(params)
        except DlbenchError as error:
            problems = [str(error)]
        except (OSError, RuntimeError, ValueError) as error:
            problems = [f"cannot be read: {error}"]
        for problem in problems:
            self.wrong("dataset", message=problem)
        return None if problems else params

    def too_large(self, path: Any) -> str | None:
        """Say where a table takes more memory than the policy lets a job have; None where it may fit."""
        memory = self.setting("policy", "memory", 2**32)
        size = Path(path).stat().st_size * SPREAD if path and Path(path).is_file() else 0
        if not isinstance(memory, int) or isinstance(memory, bool) or size <= memory:
            return None
        told = f"{size / SPREAD / 2**30:.1f} GiB, and a table takes about {SPREAD} times its file"
        return f"{path}: {told}: set policy.memory: {math.ceil(size / 2**30)}GiB or more, or bring fewer rows"

    def task(self, name: str, dataset: Dataset, params: dict[str, Any] | None) -> Task | None:
        """Return the task type: the suite's, else the one the data settles."""
        known, written = catalog.tasks(), self.written.type
        if written is None:
            written = self.natural_type(dataset, params)
            if written is None:
                return None
        if written not in known:
            self.wrong("type", message=_unknown("task type", written, known))
            return None
        task = known[written]
        if dataset.modality not in task.modalities:
            message = f"{written} asks about {' or '.join(task.modalities)}, {name} is {dataset.modality}"
        elif dataset.tasks and written not in dataset.tasks and not _same_target(task, dataset):
            message = f"{name} cannot be asked for {written}"
        else:
            return task
        fitting = [other for other in known if other in dataset.tasks]
        self.wrong("type", message=f"{message}{suggest('', fitting)}")
        return None

    def natural_type(self, dataset: Dataset, params: dict[str, Any] | None) -> str | None:
        if params is None:
            return None
        try:
            found = dataset.task_type(params)
        except (DlbenchError, OSError, ValueError) as error:
            self.wrong("dataset", message=str(error))
            return None
        if not found:
            self.wrong(message=f"type: is required, the data does not settle it{suggest('', catalog.tasks())}")
        return found or None

    def metrics(self, task: Task) -> tuple[str, ...]:
        """Return the suite's metrics, else those of the task type."""
        known = catalog.metrics()
        for i, name in enumerate(self.written.metrics or ()):
            if name not in known:
                self.wrong("metrics", i, message=_unknown("metric", name, known))
            elif not scorable(known[name].scores, task.asks):
                able = [other for other, metric in known.items() if scorable(metric.scores, task.asks)]
                message = f"{name!r} scores {known[name].scores}, {task.name} asks for {task.asks}{suggest('', able)}"
                self.wrong("metrics", i, message=message)
        return tuple(self.written.metrics or task.metrics)

    def label(self, name: str, dataset: Dataset, params: Mapping[str, Any]) -> str:
        if self.written.label is not None:
            return self.written.label
        label = stem(Path(params[dataset.path_parameters[0]])) if dataset.own_file else name
        if not label.isprintable() or label != label.strip() or len(label) > 80:
            self.wrong("dataset", message="the file's name makes no label; give the task one with as:")
        return label

    def split(self, name: str, dataset: Dataset, params: Mapping[str, Any]) -> str:
        """Return `official` where the dataset has a test part of its own and the suite does not ask for folds."""
        official = dataset.has_test_part or (dataset.own_file and bool(params.get("test")))
        if self.written.split == "official" and not official:
            self.wrong("split", message=f"{name} has no test part of its own; write folds, or leave it out")
        split = self.written.split or ("official" if official else "folds")
        given = dataset.given_folds(params) if isinstance(dataset, GivesFolds) and split == "folds" else 0
        if given and self.setting("protocol", "folds", 5) != given:
            self.wrong("dataset", "fold_column", message=f"names {given} folds: set protocol.folds: {given}")
        return split

    def setting(self, section: str, key: str, default: Any) -> Any:
        """Return what the suite's frame says, which is checked elsewhere."""
        held = self.tree.value.get(section)
        written = held.plain() if held is not None else None
        return written.get(key, default) if isinstance(written, dict) else default

    def reference(self, metrics: tuple[str, ...]) -> Reference | None:
        written = self.written.reference
        if written is None:
            return None
        metric = written.metric or metrics[0]
        if metric not in metrics:
            message = f"{metric!r} is none of the task's metrics{suggest(metric, metrics)}"
            self.wrong("reference", "metric", message=message)
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
    """Whether a task asks of classes what has classes; `hidden` ones are classes too."""
    known = catalog.tasks()
    return any((known[name].target == "values") == (task.target == "values") for name in dataset.tasks if name in known)


def _unknown(kind: str, name: str, known: Mapping[str, Any]) -> str:
    return f"unknown {kind} {name!r}{suggest(name, known)}"


def _help(parameter: Parameter) -> str:
    return f" ({parameter.help})" if parameter.help else ""


def _parameter_problem(parameter: Parameter, value: Any) -> str | None:
    """Say why a dataset's parameter may not be set to `value`; None where it may."""
    wanted: Any = (int, float) if parameter.type is float else parameter.type
    if value is None and parameter.optional:
        return None
    fits = isinstance(value, wanted) and (not isinstance(value, bool) or parameter.type in (bool, object))
    expected = _TYPES.get(parameter.type, getattr(parameter.type, "__name__", str(parameter.type)))
    return None if fits else f"expected {expected}, got {came(value)}{_help(parameter)}"


def _path_problem(path: Any) -> str | None:
    """Say why a path must not be opened: a device or a pipe may never end."""
    found = Path(path) if path else None
    special = found is not None and found.exists() and not (found.is_file() or found.is_dir())
    return f"{path}: neither a file nor a folder" if special else None
