"""The kinds of values that a suite's keys take: what is refused, in words, and what an editor is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from dlbench.core.margin import EXPECTED, margin_of
from dlbench.core.results import RESERVED

_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?([A-Za-z]*)", re.ASCII)


def wanted(what: str) -> PydanticCustomError:
    """Return an error that says what was expected; what came is added where it is worded."""
    return PydanticCustomError("wanted", "{wanted}", {"wanted": what})


def _bytes(value: Any) -> Any:
    if isinstance(value, str) and (match := _SIZE.fullmatch(value)) and match[2] in _UNITS:
        return int(float(match[1]) * _UNITS[match[2]])
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise wanted("a size such as 4GiB, or a count of bytes")


def stated_margin(value: Any) -> Any:
    """Refuse what is no margin."""
    try:
        margin_of(value)
    except ValueError as error:
        raise wanted(EXPECTED) from error
    return value


def _label(value: str) -> str:
    if not value.isprintable() or value != value.strip() or not value:
        raise wanted("a name on one line, without blanks around it")
    return value


def free(value: str) -> str:
    """Refuse a name that results/ keeps for itself."""
    if value in RESERVED:
        raise wanted("another name: results/ keeps records under this one")
    return value


def prose(value: str) -> str:
    """Refuse text with control characters."""
    if not all(char.isprintable() or char in "\n\t" for char in value):
        raise wanted("text without control characters")
    return value


def ascending(values: list[Any]) -> list[Any]:
    """Refuse values that do not rise."""
    if any(low >= high for low, high in pairwise(values)):
        raise wanted("values in ascending order, each once")
    return values


def _unique(values: list[str]) -> list[str]:
    if len(set(values)) < len(values):
        raise wanted("each name once")
    return values


def of(types: Any, what: str) -> Callable[[Any], Any]:
    """Return a check that refuses values of other types; `what` says in words what is expected."""

    def check(value: Any) -> Any:
        if not isinstance(value, types) or isinstance(value, bool):
            raise wanted(what)
        return value

    return check


def or_name(key: str) -> Callable[[Any], Any]:
    """A bare name stands for a mapping of one key."""
    return lambda value: {key: value} if isinstance(value, str) else value


TEXT_OR_MAPPING = {"anyOf": [{"type": "string"}, {"type": "object"}]}
_SIZE_SCHEMA = {
    "anyOf": [{"type": "string", "pattern": r"^\d+(\.\d+)? ?[A-Za-z]*$"}, {"type": "integer", "minimum": 1}]
}

MARGIN_SCHEMA = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\d+(\.\d+)? ?%?$"}]}

Label = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_label)]
Names = Annotated[list[Label], Field(min_length=1), AfterValidator(_unique)]
Size = Annotated[int, Field(ge=2**20, le=2**50), BeforeValidator(_bytes), WithJsonSchema(_SIZE_SCHEMA)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Seconds = Annotated[float, Field(gt=0, le=10_000_000)]
Rows = Annotated[int, Field(ge=2, le=10**9)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
