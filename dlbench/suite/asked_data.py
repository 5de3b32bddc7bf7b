"""The data a task asks about: the dataset it names, and the parameters that the suite gives it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlbench.core import catalog
from dlbench.core.dataset import Dataset, Parameter, absolute
from dlbench.core.errors import DlbenchError, suggest
from dlbench.suite.asked_task import AskedTask, unknown
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


def named_dataset(asked: AskedTask) -> tuple[str, Dataset, dict[str, Any]] | None:
    """Return name, dataset and given parameters: from a name, {name: …} or {csv: path, …}."""
    known, written = catalog.datasets(), asked.written.dataset
    if isinstance(written, str):
        name, given = written, {}
    else:
        given = dict(written)
        name = given.pop("name", None)
        if name is None:
            return _own_file(asked, given)
        if not isinstance(name, str):
            asked.wrong("dataset", "name", message=f"expected a dataset's name, got {came(name)}")
            return None
    if name not in known:
        where = ("dataset",) if isinstance(written, str) else ("dataset", "name")
        asked.wrong(*where, message=unknown("dataset", name, known))
        return None
    return name, known[name], given


def _own_file(asked: AskedTask, given: dict[str, Any]) -> tuple[str, Dataset, dict[str, Any]] | None:
    """Return the dataset that reads the user's own file: `{csv: path}` stands for `{name: csv, path: path}`.

    A name that is a parameter of another one that is given is that parameter: {coco_masks: path, images: path}.
    """
    own = {name: dataset for name, dataset in catalog.datasets().items() if dataset.own_file}
    named = [name for name in own if name in given]
    found = [name for name in named if not any(name in _parameters_of(own[other]) for other in named if other != name)]
    if len(found) != 1:
        asked.wrong("dataset", message=f"expected name:, or {' or '.join(f'{name}:' for name in own)} with a path")
        return None
    name = found[0]
    path = own[name].path_parameters[0]
    if path != name and path in given:
        asked.wrong("dataset", path, message=f"{name}: already gives the path")
    return name, own[name], {path: given.pop(name), **given}


def _parameters_of(dataset: Dataset) -> set[str]:
    return {parameter.name for parameter in dataset.parameters}


def parameters(asked: AskedTask, dataset: Dataset, given: dict[str, Any]) -> dict[str, Any] | None:
    """Return all parameters that have a value, paths absolute; None where one is wrong."""
    before = asked.mistakes.noted
    known = {parameter.name: parameter for parameter in dataset.parameters}
    given = _with_target(asked, dataset, given, known)
    for name, value in given.items():
        if name not in known:
            asked.wrong("dataset", name, message=f"unknown parameter {name!r}{suggest(name, known)}")
        elif problem := _parameter_problem(known[name], value):
            asked.wrong("dataset", _key(asked, dataset, name), message=problem)
    for name, parameter in known.items():
        if parameter.default is None and not parameter.optional and name not in given:
            asked.wrong("dataset", message=f"missing; {name}: is required{_help(parameter)}")
    if asked.mistakes.noted > before:
        return None
    defaults = {name: parameter.default for name, parameter in known.items() if parameter.default is not None}
    return _on_disk(asked, dataset, {**defaults, **given})


def _key(asked: AskedTask, dataset: Dataset, name: str) -> str:
    """Return the word that the suite wrote for a parameter: `csv` where `{csv: path}` stands for the path."""
    written = asked.written.dataset
    short = isinstance(written, dict) and name not in written and name in dataset.path_parameters
    return dataset.name if short else name


def _with_target(
    asked: AskedTask, dataset: Dataset, given: dict[str, Any], known: Mapping[str, Parameter]
) -> dict[str, Any]:
    """Return the given parameters with what the task says of the target among them."""
    task = catalog.tasks().get(asked.written.type or "")
    if task is not None and "target_type" in known:
        given = {"target_type": "values" if task.target == "values" else "classes", **given}
    target = asked.written.target
    if target is None:
        return given
    if "target" not in known:
        asked.wrong("target", message=f"{dataset.name} has a target of its own; only own files take one")
        return given
    if given.get("target", target) != target:
        asked.wrong("target", message=f"the dataset says {given['target']!r} already")
    return {**given, "target": target}


def _on_disk(asked: AskedTask, dataset: Dataset, params: dict[str, Any]) -> dict[str, Any] | None:
    """Return the parameters with absolute paths, the user's file looked at; None where it is of no use."""
    try:
        for name in dataset.path_parameters:
            folder = asked.tree.at((*asked.way, "dataset", _key(asked, dataset, name))).folder
            params = absolute(params, (name,), folder)
            problem = _path_problem(params.get(name)) or (
                _too_large(asked, params.get(name)) if dataset.own_file and dataset.modality != "image" else None
            )
            if problem is not None:
                asked.wrong("dataset", _key(asked, dataset, name), message=problem)
                return None
        problems = dataset.problems(params)
    except DlbenchError as error:
        problems = [str(error)]
    except (OSError, RuntimeError, ValueError) as error:
        problems = [f"cannot be read: {error}"]
    for problem in problems:
        asked.wrong("dataset", message=problem)
    return None if problems else params


def _too_large(asked: AskedTask, path: Any) -> str | None:
    """Say where a table takes more memory than the policy lets a job have; None where it may fit."""
    memory = asked.setting("policy", "memory", 2**32)
    size = Path(path).stat().st_size * SPREAD if path and Path(path).is_file() else 0
    if not isinstance(memory, int) or isinstance(memory, bool) or size <= memory:
        return None
    told = f"{size / SPREAD / 2**30:.1f} GiB, and a table takes about {SPREAD} times its file"
    return f"{path}: {told}: set policy.memory: {math.ceil(size / 2**30)}GiB or more, or bring fewer rows"


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
