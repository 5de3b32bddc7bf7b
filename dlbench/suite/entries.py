"""A suite as everything behind the loader sees it: names resolved, defaults filled in, paths absolute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from dlbench.core.canonical import digest
from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError, suggest
from dlbench.core.pretraining import Pretrain
from dlbench.suite.shape import Policy, Protocol, Search


@dataclass(frozen=True)
class Reference:
    """A published figure of one metric."""

    value: float
    source: str
    metric: str


@dataclass(frozen=True)
class TaskEntry:
    """A dataset, and what is asked of it.

    Attributes:
        label: what reports call it.
        dataset_name: in the catalog.
        dataset_params: all parameters that have a value, paths absolute.
        type: name of the task type.
        metrics: names, the primary one first.
        limit: most training rows.
        split: `official` (the dataset's own test part) or `folds`.
        reference: a published figure.
        models: labels or globs of the contestants that run on it; None for all.
        epochs: most epochs of a fit of a net; None for those of the search.
    """

    label: str
    dataset_name: str
    dataset_params: Mapping[str, Any]
    type: str
    metrics: tuple[str, ...]
    limit: int | None = None
    split: str = "folds"
    reference: Reference | None = None
    models: tuple[str, ...] | None = None
    epochs: int | None = None

    @property
    def primary(self) -> str:
        """The metric that ranks."""
        return self.metrics[0]


@dataclass(frozen=True)
class ModelEntry:
    """A contestant, and labels or globs of the tasks it runs on; None for all."""

    contestant: Contestant
    tasks: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """What reports call it."""
        return self.contestant.label


@dataclass(frozen=True)
class Suite:
    """Tasks and contestants, and how they are compared.

    Attributes:
        name, description: for people; the name is also that of the results' folder.
        sweep: axis → ascending values; only axes that are swept.
        include: Python files with components, which every worker must include too.
        folder: where the suite stands; paths below it are told relative to it.
        overrides: dotted path → value, what was laid over the file; already in effect.
    """

    name: str
    description: str
    tasks: tuple[TaskEntry, ...]
    models: tuple[ModelEntry, ...]
    search: Search
    protocol: Protocol
    sweep: Mapping[str, tuple[float, ...]]
    policy: Policy
    include: tuple[Path, ...]
    folder: Path
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def contestants_of(self, task: TaskEntry) -> tuple[ModelEntry, ...]:
        """Return the contestants that the suite lets run on a task, in its order."""
        return tuple(
            entry
            for entry in self.models
            if (task.models is None or matches(entry.label, task.models))
            and (entry.tasks is None or matches(task.label, entry.tasks))
        )

    def selected(self, tasks: Sequence[str] = (), models: Sequence[str] = ()) -> Suite:
        """Return the suite with only the tasks and models whose labels match; no globs keep all.

        Raises:
            UsageError: a glob that matches nothing.
        """
        kept_tasks = _kept("task", self.tasks, tasks)
        return replace(self, tasks=kept_tasks, models=_kept("model", self.models, models))

    def resolved(self) -> dict[str, Any]:
        """Return the suite as JSON in the words of a suite file, nothing left to a default.

        Paths below the suite's folder are relative, so that another machine says the same.
        """
        return {
            "name": self.name,
            "description": self.description,
            "include": [self._told(str(path)) for path in self.include],
            "tasks": [self._task(task) for task in self.tasks],
            "models": [self._model(entry) for entry in self.models],
            "search": self.search.model_dump(),
            "protocol": self.protocol.model_dump(),
            "sweep": {axis: list(values) for axis, values in self.sweep.items()},
            "policy": self.policy.model_dump(exclude=set() if self.policy.margins else {"margins"}),
        }

    @property
    def digest(self) -> str:
        """Changes whenever anything but the description does."""
        return digest({key: value for key, value in self.resolved().items() if key != "description"}, 16)

    def _task(self, task: TaskEntry) -> dict[str, Any]:
        told = {name: self._told(value) for name, value in task.dataset_params.items()}
        reference = task.reference and {
            "value": task.reference.value,
            "source": task.reference.source,
            "metric": task.reference.metric,
        }
        return {
            "as": task.label,
            "dataset": {"name": task.dataset_name, **told},
            "type": task.type,
            "metrics": list(task.metrics),
            "limit": task.limit,
            **({"epochs": task.epochs} if task.epochs else {}),
            "split": task.split,
            "reference": reference,
            "models": None if task.models is None else list(task.models),
        }

    def _model(self, entry: ModelEntry) -> dict[str, Any]:
        contestant = entry.contestant
        return {
            "as": contestant.label,
            "name": contestant.model,
            "stages": list(contestant.stages) or None,
            "tasks": None if entry.tasks is None else list(entry.tasks),
            **({"threshold": contestant.threshold} if contestant.threshold else {}),
            **({"pretrain": self._pretrain(contestant.start)} if contestant.start else {}),
            **contestant.parameters,
        }

    def _pretrain(self, start: Pretrain) -> dict[str, Any]:
        if start.weights:
            return {"weights": self._told(start.weights)}
        params = {name: self._told(value) for name, value in (start.params or {}).items()}
        limit = {} if start.limit is None else {"limit": start.limit}
        return {
            "dataset": {"name": start.dataset, **params},
            **limit,
            "epochs": start.epochs,
            **(start.parameters or {}),
        }

    def _told(self, value: Any) -> Any:
        if isinstance(value, str) and Path(value).is_absolute() and Path(value).is_relative_to(self.folder):
            return Path(value).relative_to(self.folder).as_posix()
        return value


def matches(label: str, patterns: Iterable[str]) -> bool:
    """Whether a label is one of the patterns, or fits one as a glob."""
    return any(label == pattern or fnmatchcase(label, pattern) for pattern in patterns)


def _kept(kind: str, entries: tuple[Any, ...], patterns: Sequence[str]) -> tuple[Any, ...]:
    labels = [entry.label for entry in entries]
    for pattern in patterns:
        if not any(matches(label, [pattern]) for label in labels):
            raise UsageError(f"no {kind} {pattern!r} in the suite{suggest(pattern, labels)}")
    return tuple(entry for entry in entries if not patterns or matches(entry.label, patterns))
