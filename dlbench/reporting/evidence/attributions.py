"""What contestants looked at in the few items of which their jobs kept it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dlbench.core.errors import DlbenchError
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import class_name
from dlbench.reporting.source import Record, Source

METHODS = ("occlusion", "saliency", "integrated_gradients", "grad_cam", "attention")
"""Those that are shown, in the order in which they stand side by side."""

MOST = 12
"""Contestants that are shown on one item."""


@dataclass(frozen=True)
class Look:
    """One contestant on one item.

    Attributes:
        contestant, kind: who.
        said: the class that was predicted, and that the maps explain.
        right: whether it is the true one.
        maps: method → (height, width).
    """

    contestant: str
    kind: str
    said: str
    right: bool
    maps: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Looks:
    """All contestants on one item."""

    item: str
    truth: str
    looks: tuple[Look, ...]


def attributions(source: Source, place: Round, first: tuple[str, ...] = ()) -> tuple[Looks, ...]:
    """Return the items of a task of which jobs kept what contestants looked at, in the order of their choice.

    Of several jobs of a contestant the first counts that kept some.

    Args:
        source: the run.
        place: the task.
        first: contestants that are shown before the others, of whom there may be too many.
    """
    found: dict[str, tuple[str, list[Look]]] = {}
    shown = 0
    for name in dict.fromkeys([*(one for one in first if one in place.jobs), *place.jobs]):
        looks = _of_contestant(source, place, name) if shown < MOST else {}
        shown += bool(looks)
        for item, (truth, look) in looks.items():
            found.setdefault(item, (truth, []))[1].append(look)
    return tuple(Looks(item, truth, tuple(looks)) for item, (truth, looks) in found.items())


def _of_contestant(source: Source, place: Round, name: str) -> dict[str, tuple[str, Look]]:
    """Return item → true class, and what the contestant looked at there."""
    for record in place.jobs[name]:
        if record["status"] != "ok":
            continue
        try:
            held = _read(source, record, name, place.kind(name))
        except (DlbenchError, OSError, ValueError, KeyError):
            continue
        if held:
            return held
    return {}


def _read(source: Source, record: Record, name: str, kind: str) -> dict[str, tuple[str, Look]]:
    arrays = source.attributions(record)
    if not arrays:
        return {}
    truth = source.truth(record)
    true = dict(zip(truth.ids.tolist(), truth.target.tolist(), strict=True))
    count = len(arrays["ids"])
    maps = {method: arrays[method] for method in METHODS if arrays.get(method, np.zeros(0)).shape[:1] == (count,)}
    maps = {method: found for method, found in maps.items() if found.ndim == 3 and np.isfinite(found).all()}
    if not maps:
        return {}
    held = {}
    for row, (item, code) in enumerate(zip(arrays["ids"].tolist(), arrays["codes"].tolist(), strict=True)):
        own = {method: found[row] for method, found in maps.items()}
        look = Look(name, kind, class_name(code, truth.classes), code == true[item], own)
        held[str(item)] = class_name(true[item], truth.classes), look
    return held
