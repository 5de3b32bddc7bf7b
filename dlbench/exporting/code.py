"""Estimators and values as Python code that makes them again: every value by `repr`, every name checked."""

from __future__ import annotations

import inspect
import math
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlbench.core.errors import UsageError


@dataclass
class Writer:
    """Writes values as code, and notes what that code needs.

    Attributes:
        imports: module → names that must be imported from it.
        pieces: modules of dlbench whose source the script must carry → names that it takes from them.
    """

    imports: dict[str, set[str]] = field(default_factory=dict)
    pieces: dict[str, set[str]] = field(default_factory=dict)

    def code(self, value: Any) -> str:
        """Return an expression that makes an equal value.

        Raises:
            UsageError: it holds something that cannot be written so.
        """
        if value is None or isinstance(value, bool | str | bytes | int):
            return repr(value)
        if isinstance(value, float):
            return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
        if isinstance(value, list | tuple | Mapping):
            return self._collection(value)
        if isinstance(value, slice):
            return f"slice({self.code(value.start)}, {self.code(value.stop)}, {self.code(value.step)})"
        if isinstance(value, np.generic):
            return self.code(value.item())
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, type | types.FunctionType | types.BuiltinFunctionType):
            return self._name(value)
        return self._object(value)

    def import_lines(self) -> str:
        """Return the import statements."""
        return "\n".join(
            f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(self.imports.items())
        )

    def _collection(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return "{" + ", ".join(f"{self.code(name)}: {self.code(held)}" for name, held in value.items()) + "}"
        inside = ", ".join(self.code(one) for one in value)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"

    def _array(self, value: np.ndarray) -> str:
        dtype = "object" if value.dtype == object else repr(value.dtype.str)
        return f"np.array({self.code(value.tolist())}, dtype={dtype})"

    def _name(self, value: Any) -> str:
        """Return the name of a class or function that can be imported, or whose source is carried along."""
        module, name = value.__module__, value.__qualname__
        if not name.isidentifier():
            raise UsageError(f"{module}.{name}: cannot be written into a script; only names of modules can")
        if module.split(".")[0] == "dlbench":
            self.pieces.setdefault(module, set()).add(name)
            return str(name)
        if module == "numpy":
            return f"np.{name}"
        self.imports.setdefault(_public(module, name), set()).add(name)
        return str(name)

    def _object(self, value: Any) -> str:
        """Return a call of its class with the parameters that are not the usual ones."""
        given = value.get_params(deep=False) if hasattr(value, "get_params") else _attributes(value)
        usual = _usual(type(value))
        told = {
            name: held for name, held in given.items() if not _same(usual.get(name), held)
        }  # fmt: skip
        return f"{self._name(type(value))}({', '.join(f'{name}={self.code(held)}' for name, held in told.items())})"


def _attributes(value: Any) -> dict[str, Any]:
    names = list(inspect.signature(type(value).__init__).parameters)[1:]
    if not all(hasattr(value, name) for name in names):
        raise UsageError(f"{type(value).__name__}: its parameters cannot be read, so no script can make it")
    return {name: getattr(value, name) for name in names}


def _usual(kind: Any) -> dict[str, Any]:
    """Return the defaults of a class's parameters, where they can be told."""
    found = inspect.signature(kind.__init__).parameters.values()
    usual = {one.name: one.default for one in found if one.default is not inspect.Parameter.empty}
    return {"missing": math.nan, "enable_categorical": False, **usual} if kind.__name__.startswith("XGB") else usual


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other):
        return True
    return type(one) is type(other) and isinstance(one, bool | int | float | str | type(None)) and one == other


def _public(module: str, name: str) -> str:
    """Return the shortest parent package that has the name: `sklearn.ensemble`, not its private modules."""
    import importlib

    parts = module.split(".")
    for length in range(1, len(parts)):
        parent = ".".join(parts[:length])
        if getattr(importlib.import_module(parent), name, None) is not None and "_" not in parts[length - 1][:1]:
            return parent
    return module
