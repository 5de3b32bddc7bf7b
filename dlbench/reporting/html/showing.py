"""The items of a task, as many as a page has room for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dlbench.core import catalog
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import unjudged
from dlbench.reporting.evidence.items import picked
from dlbench.reporting.evidence.misses import misses
from dlbench.reporting.evidence.origins import origins
from dlbench.reporting.evidence.outlines import outlines
from dlbench.reporting.evidence.panels import panels
from dlbench.reporting.evidence.reload import Shelf
from dlbench.reporting.evidence.right import right
from dlbench.reporting.html.cards import Group, group_of, group_of_misses
from dlbench.reporting.html.inputs import with_inputs
from dlbench.reporting.html.origin_cards import group_of_origins
from dlbench.reporting.html.outline_cards import group_of_outlines
from dlbench.reporting.html.panel_cards import group_of_panels
from dlbench.reporting.source import Source

PANELS = 3
"""Drawings that an answer in pictures or forecasts needs more than another: it shows so many times fewer items."""


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
    groups = _groups(source, place, pair, space)
    if groups is None:
        return None
    if not groups:
        return Items((), "No item was wrong by every contestant, or right by one of the two and wrong by the other.")
    if (record := place.done) is None:
        return None
    return Items(*with_inputs(groups, shelf.of(record), space.pixels))


def _groups(source: Source, place: Round, pair: Sequence[str], space: Room) -> list[Group] | None:
    """Return the items of a task; None where it has none with a truth of their own."""
    table = right(source, place)
    if table is not None:
        first, second = ([name for name in pair if name in table.contestants] + ["", ""])[:2]
        note = f"Of each fold the first {table.fits} of {place.seeds} fit seeds were read." * (table.fits < place.seeds)
        return _told([group_of(table, one) for one in picked(table, first, second, space.items)], note)
    few = max(2, space.items // PANELS)
    if (ahead := origins(source, place, pair, few)) is not None:
        return [group_of_origins(one, place.kind) for one in ahead]
    if (missed := misses(source, place, space.items)) is not None:
        return [group_of_misses(missed)]
    if (boxed := outlines(source, place, pair, few)) is not None:
        return _told([group_of_outlines(one, place.task, place.point) for one in boxed], unjudged(source, place, pair))
    drawn = panels(source, place, pair, few)
    if drawn is None:
        return None
    alone = catalog.metric(place.primary).scores == "Instances"
    return _told([group_of_panels(one, space.pixels) for one in drawn], unjudged(source, place, pair) if alone else "")


def _told(groups: list[Group], note: str) -> list[Group]:
    return [replace(group, note=note) for group in groups]
