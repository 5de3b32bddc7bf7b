"""The catalog: every component by its name. Listing it loads no heavy library.

A component is found in three ways: a module of dlbench's own packages, an entry point of an installed
distribution (groups `dlbench.models`, `dlbench.datasets`, `dlbench.metrics`, `dlbench.tasks`, `dlbench.losses`), or a
file that a suite includes. A module may hold several components; each has a name of its own.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar, cast

from dlbench.core.component import Component
from dlbench.core.dataset import Dataset
from dlbench.core.errors import DlbenchError, UnknownName, UsageError
from dlbench.core.form import Form
from dlbench.core.loss import Loss
from dlbench.core.metric import Metric
from dlbench.core.model import Model
from dlbench.core.task import Task

C = TypeVar("C", bound=type)

_PACKAGES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "model": ("dlbench.models",),
        "dataset": ("dlbench.datasets",),
        "metric": ("dlbench.metrics",),
        "task": ("dlbench.tasks",),
        "loss": ("dlbench.losses",),
    }
)
_CONTRACTS: Mapping[str, type[Component]] = MappingProxyType(
    {"model": Model, "dataset": Dataset, "metric": Metric, "task": Task, "loss": Loss}
)
_included: list[ModuleType] = []
_stand_ins: dict[str, Metric] = {}


def models() -> Mapping[str, Model]:
    """All models by name."""
    return cast(Mapping[str, Model], _all("model"))


def datasets() -> Mapping[str, Dataset]:
    """All datasets by name."""
    return cast(Mapping[str, Dataset], _all("dataset"))


def metrics() -> Mapping[str, Metric]:
    """All metrics by name."""
    return cast(Mapping[str, Metric], _all("metric"))


def tasks() -> Mapping[str, Task]:
    """All task types by name."""
    return cast(Mapping[str, Task], _all("task"))


def losses() -> Mapping[str, Loss]:
    """All losses by name."""
    return cast(Mapping[str, Loss], _all("loss"))


def model(name: str) -> Model:
    """Return the model of that name, or raise UnknownName with the nearest one."""
    return cast(Model, _find("model", name))


def dataset(name: str) -> Dataset:
    """Return the dataset of that name, or raise UnknownName with the nearest one."""
    return cast(Dataset, _find("dataset", name))


def metric(name: str) -> Metric:
    """Return the metric of that name, or raise UnknownName with the nearest one."""
    return cast(Metric, _find("metric", name))


def task(name: str) -> Task:
    """Return the task type of that name, or raise UnknownName with the nearest one."""
    return cast(Task, _find("task", name))


def loss(name: str) -> Loss:
    """Return the loss of that name, or raise UnknownName with the nearest one."""
    return cast(Loss, _find("loss", name))


@cache
def forms() -> Mapping[str, type[Form]]:
    """All forms by name."""
    found: dict[str, type[Form]] = {}
    for module in _modules_of("dlbench.forms"):
        found.update((cls.name, cls) for cls in _classes(module, Form))
    return MappingProxyType(found)


def form(name: str) -> type[Form]:
    """Return the form of that name, or raise UnknownName with the nearest one."""
    if name not in forms():
        raise UnknownName("form", name, forms())
    return forms()[name]


def include(path: Path) -> None:
    """Import a user's file so that its components join the catalog. Runs its code: the caller asked for consent.

    Raises:
        UsageError: the file cannot be imported, or takes a name that is taken.
    """
    name = included_module_name(path)
    known = sys.modules.get(name)
    if known is None:
        known = _imported(name, path)
    if known not in _included:
        _join(name, known)


def _imported(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # the user's code: whatever it raises is its own mistake, named as such
        del sys.modules[name]
        raise UsageError(f"{path}: cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _join(name: str, module: ModuleType) -> None:
    """Let the components of a module count, unless one of them takes a name that is taken."""
    _included.append(module)
    _all.cache_clear()
    try:
        for kind in _PACKAGES:
            _all(kind)
    except DlbenchError:
        _included.remove(module)
        del sys.modules[name]
        _all.cache_clear()
        raise


def stand_in(metric: Metric) -> None:
    """Let `metric` answer for its name as long as nothing else does."""
    if metric.name not in _all("metric"):
        _stand_ins[metric.name] = metric
        _all.cache_clear()


def included_module_name(path: Path) -> str:
    """Return the name under which an included file is imported; the same file keeps its name."""
    return f"dlbench_include_{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:8]}"


def _find(kind: str, name: str) -> Component:
    known = _all(kind)
    if name not in known:
        raise UnknownName(kind, name, known)
    return known[name]


@cache
def _all(kind: str) -> Mapping[str, Component]:
    found: dict[str, Component] = {}
    for cls in _component_classes(kind):
        taken = found.get(cls.name)
        if taken is not None and type(taken) is not cls:
            raise UsageError(
                f"{kind} {cls.name!r} is defined twice: in {type(taken).__module__} and in {cls.__module__}"
            )
        found[cls.name] = cls()
    if kind == "metric":
        found = {**_stand_ins, **found}
    return MappingProxyType(dict(sorted(found.items())))


def _component_classes(kind: str) -> Iterator[type[Component]]:
    contract = _CONTRACTS[kind]
    for package in _PACKAGES[kind]:
        for module in _modules_of(package):
            yield from _classes(module, contract)
    for point in sorted(entry_points(group=_group(kind)), key=lambda point: point.name):
        loaded: Any = _load_entry_point(point)
        yield from _classes(loaded, contract) if isinstance(loaded, ModuleType) else (loaded,)
    for module in _included:
        yield from _classes(module, contract)


def _group(kind: str) -> str:
    return "dlbench.losses" if kind == "loss" else f"dlbench.{kind}s"


def _load_entry_point(point: Any) -> Any:
    try:
        return point.load()
    except Exception as error:  # a foreign distribution: name it instead of failing without a word
        raise UsageError(f"entry point {point.name!r} ({point.value}): {type(error).__name__}: {error}") from error


def _modules_of(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    for info in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not info.ispkg:
            yield importlib.import_module(info.name)


def _classes(module: ModuleType, contract: C) -> Iterator[C]:
    for value in vars(module).values():
        own = isinstance(value, type) and issubclass(value, contract) and value.__module__ == module.__name__
        if own and "name" in vars(value):
            yield cast(C, value)
