"""A model's space: stated by using it, read without any heavy library.

A model writes `space(hp, schema)` once. Who hands in `hp` decides what happens: a `Recorder` lists the
dimensions, `Values` answers with fixed values, a search hands in keras-tuner's HyperParameters behind the
same five methods.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

Value = bool | int | float | str | None

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True)
class Dimension:
    """One parameter: its type, its range where it is searched, its default.

    `type` is one of int, float, choice, boolean, fixed; a fixed one can be set from a suite and is not searched.
    `legal` says in which bounds a number means anything at all: `> 0`, or `>= 0, < 1`. Left empty, it is at least 0
    where no searched value is below that, else free. A choice of numbers that says what is legal is open: a search
    tries its values, a suite may set any other number of their kind.
    """

    name: str
    type: str
    default: Value
    low: float | None = None
    high: float | None = None
    step: int | None = None
    log: bool = False
    values: tuple[Value, ...] = ()
    legal: str = ""

    @property
    def searched(self) -> bool:
        """Whether a search may vary it."""
        return self.type != "fixed"

    def problem(self, value: Any) -> str | None:
        """Say why a suite may not set this parameter to `value`; None where it may.

        A number outside the searched range is allowed: the range is where a search looks, not what is legal.
        """
        if self.type == "choice" and not self.legal:
            return None if value in self.values else f"{value!r} is none of {list(self.values)}"
        wanted = self._wanted()
        if isinstance(value, bool) and wanted is not bool and wanted is not object:
            return f"expected {self.describe()}, got {value!r}"
        if isinstance(value, float) and not math.isfinite(value):
            return f"expected a finite number, got {value!r}"
        if not isinstance(value, wanted):
            return f"expected {self.describe()}, got {value!r}"
        return None if isinstance(value, str) or value is None else self._illegal(value)

    def _wanted(self) -> Any:
        """Return the types that a suite may write; of an open choice whole numbers where all its values are."""
        known: dict[str, Any] = {"int": int, "float": (int, float), "boolean": bool}
        if self.type == "choice":
            return int if all(isinstance(value, int) for value in self.values) else (int, float)
        return known.get(self.type, _fixed_type(self.default))

    def _illegal(self, value: float) -> str | None:
        """Say by which bound a number means nothing."""
        bounds = self.legal or (">= 0" if self.low is not None and self.low >= 0 else "")
        for bound in bounds.split(",") if bounds else ():
            sign, end = bound.split()
            if not _COMPARISONS[sign](value, float(end)):
                return f"expected a number {bounds}, got {value!r}"
        return None

    def describe(self) -> str:
        """Say in words what the parameter takes."""
        if self.type == "choice":
            other = f", or another {self.legal}" if self.legal else ""
            return "one of " + ", ".join(map(str, self.values)) + other
        if self.type in ("int", "float"):
            scale = ", log scale" if self.log else ""
            return f"{self.type} {self.low:g} to {self.high:g}{scale}"
        return "true or false" if self.type == "boolean" else f"fixed, {type(self.default).__name__}"


def _fixed_type(default: Value) -> Any:
    if default is None:
        return object
    if isinstance(default, bool):
        return bool
    return (int, float) if isinstance(default, float) else type(default)


class Space(Protocol):
    """What `Model.space` may call. Each method returns the value to use."""

    def Int(
        self, name: str, low: int, high: int, *, default: int, step: int = 1, log: bool = False, legal: str = ""
    ) -> int: ...

    def Float(
        self, name: str, low: float, high: float, *, default: float, log: bool = False, legal: str = ""
    ) -> float: ...

    def Choice(self, name: str, values: Sequence[Any], *, default: Any, legal: str = "") -> Any: ...

    def Boolean(self, name: str, *, default: bool) -> bool: ...

    def Fixed(self, name: str, default: Any, *, legal: str = "") -> Any: ...


class DimensionSpace:
    """The five methods over one: a subclass answers `ask(dimension)`."""

    def ask(self, dimension: Dimension) -> Any:
        """Return the value to use for `dimension`."""
        raise NotImplementedError

    def Int(
        self, name: str, low: int, high: int, *, default: int, step: int = 1, log: bool = False, legal: str = ""
    ) -> int:
        """A whole number in [low, high]; a suite may set it to any that is `legal`."""
        return int(self.ask(Dimension(name, "int", default, low, high, None if log else step, log, legal=legal)))

    def Float(self, name: str, low: float, high: float, *, default: float, log: bool = False, legal: str = "") -> float:
        """A number in [low, high]; a suite may set it to any that is `legal`."""
        return float(self.ask(Dimension(name, "float", default, low, high, None, log, legal=legal)))

    def Choice(self, name: str, values: Sequence[Any], *, default: Any, legal: str = "") -> Any:
        """One of `values`, all of one type; a suite may set another number where `legal` says which."""
        return self.ask(Dimension(name, "choice", default, values=tuple(values), legal=legal))

    def Boolean(self, name: str, *, default: bool) -> bool:
        """True or false."""
        return bool(self.ask(Dimension(name, "boolean", default)))

    def Fixed(self, name: str, default: Any, *, legal: str = "") -> Any:
        """A parameter that a suite may set, if it is `legal`, and no search varies."""
        return self.ask(Dimension(name, "fixed", default, legal=legal))


class Recorder(DimensionSpace):
    """Lists the dimensions a space asks for, answering each with its default."""

    def __init__(self) -> None:
        self.dimensions: dict[str, Dimension] = {}

    def ask(self, dimension: Dimension) -> Any:
        if dimension.name in self.dimensions:
            raise ValueError(f"the space asks twice for {dimension.name!r}")
        self.dimensions[dimension.name] = dimension
        return dimension.default


class Values(DimensionSpace):
    """Answers with given values, else with the defaults."""

    def __init__(self, values: Mapping[str, Any] | None = None) -> None:
        self.values = dict(values or {})

    def ask(self, dimension: Dimension) -> Any:
        return self.values.get(dimension.name, dimension.default)


class Pinned(DimensionSpace):
    """Hands every dimension on to `inner`, those in `pinned` as fixed ones."""

    def __init__(self, inner: DimensionSpace, pinned: Mapping[str, Any]) -> None:
        self.inner, self.pinned = inner, pinned

    def ask(self, dimension: Dimension) -> Any:
        if dimension.name in self.pinned:
            return self.inner.ask(Dimension(dimension.name, "fixed", self.pinned[dimension.name]))
        return self.inner.ask(dimension)


class Prefixed(DimensionSpace):
    """Hands every dimension on to `inner` as `prefix.name`."""

    def __init__(self, inner: DimensionSpace, prefix: str) -> None:
        self.inner, self.prefix = inner, prefix

    def ask(self, dimension: Dimension) -> Any:
        return self.inner.ask(replace(dimension, name=f"{self.prefix}.{dimension.name}"))
