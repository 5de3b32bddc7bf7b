"""Loads a suite: read, include, override, check every word, resolve. All mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dlbench.core.errors import suggest
from dlbench.suite.across import check_across
from dlbench.suite.contestants import contestant_entry
from dlbench.suite.embedded import embedded_suites
from dlbench.suite.entries import ModelEntry, Suite, TaskEntry, matches
from dlbench.suite.including import Gathering
from dlbench.suite.overriding import override
from dlbench.suite.questions import task_entry
from dlbench.suite.shape import Frame, Model, ModelShape, Task, TaskShape
from dlbench.suite.tree import Mistakes, Node, Place, planted
from dlbench.suite.wording import checked

_SUFFIXES = (".yaml", ".yml")


def load_suite(
    source: str | Path | Mapping[str, Any],
    *,
    overrides: Mapping[str, Any] | None = None,
    allow_code: bool = False,
) -> Suite:
    """Return a suite with everything resolved.

    Args:
        source: path of a .yaml or .yml file, the bare name of an embedded suite, or the same as a mapping.
        overrides: dotted path → value, laid over the suite before it is checked: `{"search.trials": 3}`.
        allow_code: whether Python files that it includes may run.

    Raises:
        SuiteError: with every mistake, each with file, line, path and message.
    """
    mistakes = Mistakes()
    gathering = Gathering(allow_code, mistakes)
    tree, folder = _gathered(source, gathering)
    if tree is None:
        mistakes.raise_any()
    assert tree is not None, "a suite that cannot be read leaves a mistake"
    tree = override(tree, overrides or {}, mistakes)
    frame = checked(Frame, tree.plain(), (), tree, mistakes)
    tasks, models = _tasks(tree, mistakes), _models(tree, mistakes)
    _check_filters(tasks, models, tree, mistakes)
    check_across(frame, tasks, models, tree, mistakes)
    mistakes.raise_any()
    assert isinstance(frame, Frame), "a frame that cannot be made leaves a mistake"
    return Suite(
        frame.name,
        frame.description,
        tuple(task for task in tasks if task is not None),
        tuple(model for model in models if model is not None),
        frame.search,
        frame.protocol,
        {axis: tuple(values) for axis, values in frame.sweep.model_dump().items() if values is not None},
        frame.policy,
        tuple(gathering.code),
        folder,
        dict(overrides or {}),
    )


def _gathered(source: str | Path | Mapping[str, Any], gathering: Gathering) -> tuple[Node | None, Path]:
    """Return the tree of a suite with all it includes, and its folder."""
    mistakes = gathering.mistakes
    if isinstance(source, Mapping):
        place = Place("suite", 0, Path.cwd())
        return gathering.tree(planted(source, place, (), mistakes)), place.folder
    path = Path(source)
    if path.suffix not in _SUFFIXES:
        known = embedded_suites()
        if str(source) not in known:
            what = f"expected a .yaml or .yml file, or the name of an embedded suite{suggest(str(source), known)}"
            mistakes.add(Place(str(source), 0, Path.cwd()), (), what)
            return None, Path.cwd()
        path = known[str(source)]
    return gathering.file(path, str(path)), path.absolute().parent


def _tasks(tree: Node, mistakes: Mistakes) -> list[TaskEntry | None]:
    """Return an entry for each task, None for those that cannot be made."""
    found: list[TaskEntry | None] = []
    for i, value in enumerate(_listed(tree, "tasks")):
        written: TaskShape | None = checked(Task, value, ("tasks", i), tree, mistakes)
        found.append(None if written is None else task_entry(written, ("tasks", i), tree, mistakes))
    _check_labels("tasks", found, tree, mistakes)
    return found


def _models(tree: Node, mistakes: Mistakes) -> list[ModelEntry | None]:
    """Return an entry for each model, None for those that cannot be made."""
    found: list[ModelEntry | None] = []
    for i, value in enumerate(_listed(tree, "models")):
        written: ModelShape | None = checked(Model, value, ("models", i), tree, mistakes)
        found.append(None if written is None else contestant_entry(written, ("models", i), tree, mistakes))
    _check_labels("models", found, tree, mistakes)
    return found


def _listed(tree: Node, key: str) -> list[Any]:
    held = tree.value.get(key)
    return held.plain() if held is not None and isinstance(held.value, list) else []


def _check_labels(key: str, entries: Sequence[TaskEntry | ModelEntry | None], tree: Node, mistakes: Mistakes) -> None:
    first: dict[str, int] = {}
    for i, entry in enumerate(entries):
        if entry is not None and first.setdefault(entry.label, i) != i:
            message = f"{entry.label!r} is already {key}[{first[entry.label]}]; tell them apart with as:"
            mistakes.add(tree.at((key, i)), (key, i), message)


def _check_filters(
    tasks: Sequence[TaskEntry | None], models: Sequence[ModelEntry | None], tree: Node, mistakes: Mistakes
) -> None:
    """Note filters that match nothing, unless a broken entry might have been what they mean."""
    if all(models):
        labels = [entry.label for entry in models if entry]
        for i, task in enumerate(tasks):
            _check_filter("tasks", i, "models", task.models if task else None, labels, tree, mistakes)
    if all(tasks):
        labels = [task.label for task in tasks if task]
        for i, entry in enumerate(models):
            _check_filter("models", i, "tasks", entry.tasks if entry else None, labels, tree, mistakes)


def _check_filter(
    key: str, i: int, other: str, patterns: Sequence[str] | None, labels: list[str], tree: Node, mistakes: Mistakes
) -> None:
    for number, pattern in enumerate(patterns or ()):
        if not any(matches(label, [pattern]) for label in labels):
            way = (key, i, other, number)
            mistakes.add(tree.at(way), way, f"{pattern!r} matches none of the {other}{suggest(pattern, labels)}")
