"""Puts the inputs of items onto their cards: a picture, a row of a table, or the last steps before an origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dlbench.prepare.images import Images
from dlbench.prepare.series import Series
from dlbench.prepare.table import Table
from dlbench.reporting import figures
from dlbench.reporting.evidence.pictures import data_address
from dlbench.reporting.evidence.reload import Reloaded
from dlbench.reporting.html.cards import Card, Group

MOST_COLUMNS, LONGEST = 12, 160
SHORTEST_PAST = 24
"""Steps before an origin that are drawn of a shorter horizon than half of it, where a contestant sees so many."""

LARGER = 3
"""How many times the side of a picture is shown on which boxes must be seen."""


def with_inputs(groups: Sequence[Group], held: Reloaded, pixels: int) -> tuple[tuple[Group, ...], str]:
    """Return the groups with pictures, rows or pasts, and a sentence on what cannot be shown; else empty.

    Args:
        groups: of items.
        held: the dataset, or why it cannot be had.
        pixels: of a picture's side, at most.
    """
    if held.data is None:
        return tuple(groups), held.reason
    found = held.data.inputs
    if isinstance(found, Images):
        return tuple(_pictures(group, found, held.places, pixels) for group in groups), ""
    if isinstance(found, Table):
        return tuple(_rows(group, found, held.places) for group in groups), ""
    if isinstance(found, Series):
        return tuple(_pasts(group, found, held.places) for group in groups), ""
    return tuple(groups), f"Inputs of the sort {found.modality} are not drawn."


def _pictures(group: Group, images: Images, places: dict[str, int], pixels: int) -> Group:
    cards = tuple(_pictured(card, images, places.get(card.name), pixels) for card in group.cards)
    return replace(group, cards=cards)


def _pictured(card: Card, images: Images, place: int | None, pixels: int) -> Card:
    if place is None:
        return card
    if not card.outlined:
        return replace(card, picture=data_address(images.pixels[place], images.top, pixels))
    height, width = images.shape[:2]
    shown = data_address(images.pixels[place], images.top, LARGER * pixels)
    return replace(card, picture=shown, frame=(float(width), float(height)))


def _rows(group: Group, table: Table, places: dict[str, int]) -> Group:
    names = tuple(column.name for column in table.columns[:MOST_COLUMNS])
    more = len(table.columns) - len(names)
    cards = tuple(replace(card, cells=_row(table, places.get(card.name))) for card in group.cards)
    return replace(group, cards=cards, columns=(*names, *([f"{more} more"] if more > 0 else [])))


def _pasts(group: Group, series: Series, places: dict[str, int]) -> Group:
    cards = tuple(_with_past(card, series, places.get(card.name)) for card in group.cards)
    return replace(group, cards=cards)


def _with_past(card: Card, series: Series, place: int | None) -> Card:
    if card.chart is None or place is None:
        return card
    reach = min(series.context, max(SHORTEST_PAST, 2 * series.horizon))
    return replace(card, chart=replace(card.chart, known=series.target[max(0, place - reach) : place]))


def _row(table: Table, place: int | None) -> tuple[str, ...]:
    """Return the first twelve cells of a row as text, in the order of the columns."""
    if place is None:
        return ()
    numbers, words = iter(table.numbers[place]), iter(table.categories[place])
    cells = [
        _number(float(next(numbers))) if column.kind == "number" else str(next(words))[:LONGEST]
        for column in table.columns
    ]
    return (*cells[:MOST_COLUMNS], *(["…"] if len(cells) > MOST_COLUMNS else []))


def _number(value: float) -> str:
    return figures.NONE if np.isnan(value) else f"{value:.6g}"
