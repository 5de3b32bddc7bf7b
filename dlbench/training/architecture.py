"""Tells in words what a compiled step depends on, so that nets which differ in numbers alone share it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

_PLAIN = (bool, int, float, str, type(None))

_NUMBERS_APART = ("seed", "name")
"""Settings of a layer that change what its variables hold, or nothing; its initialisers do too."""


def architecture(net: Any) -> str:
    """Return a digest of a net's layers and how they are joined, without names, initialisers, seeds and dropout rates.

    Returns "" for a net that holds layers other than Keras's own, whose settings may not tell all, a `Lambda`, or a
    layer that learns without gradients (`adapt`).
    """
    from dlbench.training.rates import rates_of

    layers = list(net._flatten_layers())
    if not all(_told_by_its_settings(layer) for layer in layers):
        return ""
    parts = [*layers, *(part for layer in layers for part in getattr(layer, "operations", ()))]
    names = {part.name: f"#{number}" for number, part in enumerate(parts)}
    told = [_bare(net.get_config(), names, rates_of(net)), [str(kept.shape) for kept in net.weights]]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def in_words(thing: Any) -> str:
    """Return what a loss does, told by its name and what it closes over; "" where it cannot be told."""
    told = _words(thing, 3)
    return "" if told is None else json.dumps(told)


def _told_by_its_settings(layer: Any) -> bool:
    own = type(layer).__module__.split(".")[0] == "keras"
    return own and type(layer).__name__ != "Lambda" and not hasattr(layer, "adapt")


def _bare(config: Any, names: Mapping[str, str], rates: Mapping[str, float]) -> Any:
    if isinstance(config, Mapping):
        left = {key: value for key, value in config.items() if key not in _NUMBERS_APART and "initializer" not in key}
        if config.get("name") in rates:
            left |= {key: value > 0 for key in ("rate", "dropout") if (value := config.get(key)) is not None}
        return {str(key): _bare(value, names, rates) for key, value in left.items()}
    if isinstance(config, (list, tuple)):
        return [_bare(value, names, rates) for value in config]
    return names.get(config, config) if isinstance(config, str) else config


def _words(thing: Any, depth: int) -> Any:
    if isinstance(thing, _PLAIN):
        return thing
    if isinstance(thing, ModuleType):
        return thing.__name__
    if isinstance(thing, np.ndarray):
        return f"{thing.shape} {hashlib.sha256(thing.tobytes()).hexdigest()}"
    if isinstance(thing, Mapping):
        return _words(tuple(thing.items()), depth)
    if isinstance(thing, tuple):
        parts = [_words(part, depth) for part in thing]
        return None if None in parts else parts
    if is_dataclass(thing) and not isinstance(thing, type):
        return _words((type(thing).__qualname__, *(getattr(thing, field.name) for field in fields(thing))), depth)
    if depth and isinstance(thing, FunctionType):
        cells = [_words(cell.cell_contents, depth - 1) for cell in thing.__closure__ or ()]
        return None if None in cells else [thing.__module__, thing.__qualname__, thing.__code__.co_firstlineno, *cells]
    return None
