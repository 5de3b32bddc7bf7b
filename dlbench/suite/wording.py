"""Checks values against a shape and words what is wrong: what was expected, what came, the nearest key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from dlbench.core.errors import suggest
from dlbench.suite import shape
from dlbench.suite.tree import Mistakes, Node, Way

T = TypeVar("T")

_EXPECTED: Mapping[str, str] = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "literal_error": "{expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "too_short": "at least one entry",
    "string_too_short": "text that is not empty",
    "string_too_long": "at most {max_length} characters",
    "string_pattern_mismatch": "letters, digits, dots, dashes and underscores, a letter or digit first, at most 64",
    "wanted": "{wanted}",
}
_KEYED: Mapping[str, type[BaseModel]] = {
    "": shape.Frame,
    "search": shape.Search,
    "protocol": shape.Protocol,
    "sweep": shape.Sweep,
    "policy": shape.Policy,
    "resources": shape.Resources,
    "reference": shape.Reference,
    "tasks": shape.TaskShape,
    "pretrain": shape.PretrainShape,
}


def checked(wanted: type[T] | Any, value: Any, way: Way, tree: Node, mistakes: Mistakes) -> T | None:
    """Return `value` in its shape. Its mistakes are noted; where the rest is sound, the rest is returned.

    None where nothing can be made of it, or where its own label is wrong, which would only breed more mistakes.
    """
    adapter: TypeAdapter[T] = TypeAdapter(wanted)
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        wrong = set()
        for detail in error.errors(include_url=False):
            _note(detail, way, tree, mistakes)
            wrong.add(detail["loc"][0] if detail["loc"] else None)
    if not isinstance(value, dict) or "as" in wrong:
        return None
    try:
        return adapter.validate_python({key: held for key, held in value.items() if key not in wrong})
    except ValidationError:
        return None


def _note(detail: ErrorDetails, way: Way, tree: Node, mistakes: Mistakes) -> None:
    where: Way = (*way, *detail["loc"])
    mistakes.add(tree.at(where), where, _message(detail, where))


def _message(detail: ErrorDetails, where: Way) -> str:
    kind, key = detail["type"], str(where[-1]) if where else ""
    if kind == "extra_forbidden":
        return f"unknown key {key!r}{suggest(key, keys(where[:-1]))}"
    if kind == "missing":
        return f"missing; {key}: is required"
    context = detail.get("ctx", {})
    expected = _EXPECTED.get(kind, detail["msg"])
    return f"expected {expected.format(**context) if kind in _EXPECTED else expected}, got {came(detail['input'])}"


def keys(way: Way) -> list[str]:
    """Return the keys that may stand at a way."""
    named = [step for step in way if isinstance(step, str)]
    owner = _KEYED.get(named[-1] if named else "")
    return [] if owner is None else [field.alias or name for name, field in owner.model_fields.items()]


def came(value: Any) -> str:
    """Say in a few words what stands there instead."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
