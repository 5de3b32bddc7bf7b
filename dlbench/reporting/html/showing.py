"""Items as a page shows them: a picture or a row of a table, what is true, and who said what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.items import Picked, picked
from dlbench.reporting.evidence.misses import Misses, misses
from dlbench.reporting.evidence.pictures import data_address
from dlbench.reporting.evidence.reload import Reloaded, Shelf
from dlbench.reporting.evidence.right import Right, right
from dlbench.reporting.source import Source
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table

if TYPE_CHECKING:
    from dlbench.prepare.data import Data

MOST_COLUMNS, LONGEST = 12, 160


@dataclass(frozen=True)
class Card:
    """One item.

    Attributes:
        name: its id.
        truth: class or value.
        said: (contestants, answer, right: yes, no or "" where that is no question).
        picture: data address, empty without one.
        cells: of its row, in the order of the group's columns.
    """

    name: str
    truth: str
    said: tuple[tuple[str, str, str], ...]
    picture: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Items of one sort, `total` of which there are; `columns` of their rows, empty for pictures."""

    title: str
    total: int
    cards: tuple[Card, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Items:
    """All items of a task that are worth a look; `note` says what is missing and why."""

    groups: tuple[Group, ...]
    note: str = ""


@dataclass(frozen=True)
class Room:
    """How much a page can hold: items of each sort, and pixels of a picture's side."""

    items: int
    pixels: int


def room(places: int) -> Room:
    """Return the room for items where so many tasks show some: three sorts each, about three megabytes in all.

    >>> room(1), room(40)
    (Room(items=12, pixels=72), Room(items=6, pixels=32))
    """
    items = max(3, min(12, 240 // max(1, places)))
    pixels = int((3_000_000 / (max(1, places) * 3 * items) / 4) ** 0.5)
    return Room(items, max(16, min(72, pixels)))


def showing(source: Source, place: Round, pair: Sequence[str], shelf: Shelf, space: Room) -> Items | None:
    """Return the items of a task; None where its predictions are not of single items with a truth.

    Args:
        source: the run.
        place: the task.
        pair: contestants to compare; the first two count.
        shelf: where datasets are read again.
        space: how many, how large.
    """
    table = right(source, place)
    if table is not None:
        first, second = ([name for name in pair if name in table.contestants] + ["", ""])[:2]
        groups = picked(table, first, second, space.items)
        return _with_inputs(place, shelf, [_group(table, one) for one in groups], space) if groups else Items(
            (), "No item was wrong for every contestant, or right for one of the two and wrong for the other.")
    missed = misses(source, place, space.items)
    return None if missed is None else _with_inputs(place, shelf, [_missed(missed)], space)


def _group(table: Right, one: Picked) -> Group:
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
        (", ".join(held) if len(held) <= 4 else f"{len(held)} contestants", _class(table, code), "yes" if code == true else "no")
        for code, held in said.items()
    )
    return Card(str(table.ids[item]), _class(table, true), told)


def _class(table: Right, code: int) -> str:
    return table.classes[code] if 0 <= code < len(table.classes) else str(code)


def _missed(found: Misses) -> Group:
    cards = []
    for place, name in enumerate(found.ids):
        told = tuple(
            (contestant, figures.score(float(found.said[row, place])), "")
            for row, contestant in enumerate(found.contestants)
            if not np.isnan(found.said[row, place])
        )
        cards.append(Card(name, figures.score(float(found.truth[place])), told))
    return Group("Missed furthest by the contestant that came nearest", len(cards), tuple(cards))


def _with_inputs(place: Round, shelf: Shelf, groups: Sequence[Group], space: Room) -> Items:
    record = next(job for jobs in place.jobs.values() for job in jobs if job["status"] == "ok")
    held = shelf.of(record)
    if held.data is None:
        return Items(tuple(groups), held.reason)
    found = held.data.inputs
    if not isinstance(found, Images | Table):
        return Items(tuple(groups), f"Inputs of the sort {found.modality} are not drawn.")
    return Items(tuple(_drawn(group, held, space) for group in groups))


def _drawn(group: Group, held: Reloaded, space: Room) -> Group:
    assert held.data is not None
    inputs = held.data.inputs
    if isinstance(inputs, Images):
        return _replace(group, [_picture(held.data, held.places.get(card.name), space.pixels) for card in group.cards])
    assert isinstance(inputs, Table)
    names = tuple(column.name for column in inputs.columns[:MOST_COLUMNS])
    more = len(inputs.columns) - len(names)
    rows = [_row(inputs, held.places.get(card.name)) for card in group.cards]
    cards = tuple(Card(card.name, card.truth, card.said, "", row) for card, row in zip(group.cards, rows, strict=True))
    return Group(group.title, group.total, cards, (*names, *([f"{more} more"] if more > 0 else [])))


def _replace(group: Group, pictures: Sequence[str]) -> Group:
    cards = zip(group.cards, pictures, strict=True)
    return Group(group.title, group.total, tuple(Card(one.name, one.truth, one.said, shown) for one, shown in cards))


def _picture(data: Data, place: int | None, widest: int) -> str:
    assert isinstance(data.inputs, Images)
    return "" if place is None else data_address(data.inputs.pixels[place], data.inputs.top, widest)


def _row(inputs: Table, place: int | None) -> tuple[str, ...]:
    """Return the first twelve cells of a row as text, in the order of the columns."""
    if place is None:
        return ()
    numbers, words = iter(inputs.numbers[place]), iter(inputs.categories[place])
    cells = [
        _number(float(next(numbers))) if column.kind == "number" else str(next(words))[:LONGEST]
        for column in inputs.columns
    ]
    return (*cells[:MOST_COLUMNS], *(["…"] if len(cells) > MOST_COLUMNS else []))


def _number(value: float) -> str:
    return figures.NONE if np.isnan(value) else f"{value:.6g}"
