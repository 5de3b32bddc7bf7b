"""Items before their inputs are known: what is true of them, and who said what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlbench.reporting import figures
from dlbench.reporting.evidence.answers import class_name
from dlbench.reporting.evidence.items import Picked
from dlbench.reporting.evidence.misses import Misses
from dlbench.reporting.evidence.right import Right
from dlbench.reporting.html.line_chart import Chart

MOST_NAMED = 4
"""Contestants that are named where they said the same; more are counted."""


class Rectangle(NamedTuple):
    """A box on a picture, in its pixels; `hue` tells its class by colour, `word` by name."""

    left: float
    top: float
    width: float
    height: float
    hue: int
    word: str


@dataclass(frozen=True)
class Card:
    """One item.

    Attributes:
        name: its id.
        truth: class or value.
        said: (contestants, answer, right: yes, no or "" where that is no question).
        picture: data address, empty without one.
        cells: of its row, in the order of the group's columns.
        panels: (what it is, data address) of the pictures that answer it, the true one first; empty for other answers.
        outlined: (what it is, boxes) that are drawn on the picture, the true ones first; empty for other answers.
        frame: width and height of the picture in pixels, in which boxes are told.
        anchor: of the picture in the page, so that it stands there once; only where boxes are drawn on it.
        chart: of a forecast; None for other answers.
    """

    name: str
    truth: str
    said: tuple[tuple[str, str, str], ...]
    picture: str = ""
    cells: tuple[str, ...] = ()
    panels: tuple[tuple[str, str], ...] = ()
    outlined: tuple[tuple[str, tuple[Rectangle, ...]], ...] = ()
    frame: tuple[float, float] = (1.0, 1.0)
    anchor: str = ""
    chart: Chart | None = None


@dataclass(frozen=True)
class Group:
    """Items of one sort, `total` of which there are; `columns` of their rows, empty for pictures.

    Attributes:
        note: which items were not looked at; empty where all were.
    """

    title: str
    total: int
    cards: tuple[Card, ...]
    columns: tuple[str, ...] = ()
    note: str = ""


def group_of(table: Right, one: Picked) -> Group:
    """Return the items of one sort, for a task with classes."""
    title = f"Right by {one.right}, wrong by {one.wrong}" if one.right else one.title
    names = (one.right, one.wrong) if one.right else table.contestants
    return Group(title, one.total, tuple(_card(table, item, names) for item in one.index))


def _card(table: Right, item: int, names: Sequence[str]) -> Card:
    """Return an item without its input; contestants that said the same are told together."""
    said: dict[int, list[str]] = {}
    for name in names:
        code = int(table.said[table.contestants.index(name), item])
        if code >= 0:
            said.setdefault(code, []).append(name)
    true = int(table.truth[item])
    told = tuple(
        (
            ", ".join(held) if len(held) <= MOST_NAMED else f"{len(held)} contestants",
            class_name(code, table.classes),
            "yes" if code == true else "no",
        )
        for code, held in said.items()
    )
    return Card(str(table.ids[item]), class_name(true, table.classes), told)


def group_of_misses(found: Misses) -> Group:
    """Return the items of a regression."""
    cards = []
    for place, name in enumerate(found.ids):
        told = tuple(
            (contestant, figures.score(float(found.said[row, place])), "")
            for row, contestant in enumerate(found.contestants)
            if not np.isnan(found.said[row, place])
        )
        cards.append(Card(name, figures.score(float(found.truth[place])), told))
    return Group("Missed furthest by the contestant that came nearest", len(cards), tuple(cards))
