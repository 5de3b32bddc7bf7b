"""What contestants looked at, as a page shows it: a table an item, a line a contestant, a column a method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dlbench.prepare.images import Images
from dlbench.reporting.evidence.attributions import METHODS, Look, Looks
from dlbench.reporting.evidence.pictures import data_address
from dlbench.reporting.evidence.reload import Reloaded
from dlbench.reporting.html.heat import heat, strongest

ABOUT: Mapping[str, tuple[str, str]] = {
    "occlusion": (
        "occlusion",
        "how far the score of the class falls while a grey patch covers a place (Zeiler and Fergus, 2014)",
    ),
    "saliency": (
        "saliency",
        "how steeply the logit of the class changes with a pixel, up or down (Simonyan, Vedaldi and Zisserman, 2014)",
    ),
    "integrated_gradients": (
        "integrated gradients",
        "what a pixel adds to the logit on the way from a black picture to this one; black pixels add nothing "
        "(Sundararajan, Taly and Yan, 2017)",
    ),
    "grad_cam": ("Grad-CAM", "which places of the net's last feature map raise the logit (Selvaraju et al., 2017)"),
    "attention": (
        "attention",
        "how much of each patch reaches the answer through all layers of attention, whatever the class "
        "(rollout; Abnar and Zuidema, 2020)",
    ),
}
"""Method → what it is called, and what its map means."""

MOST_BYTES = 1_500_000
"""Of the pictures of all tasks of a page."""

_LEAST_SIDE, _BYTES_A_PIXEL = 16, 4
"""What a coloured pixel takes of a page at most, once it is packed and written as text."""


@dataclass(frozen=True)
class Line:
    """A contestant: (data address, what it shows in words) of each method, None where a method does not suit it."""

    contestant: str
    kind: str
    said: str
    right: bool
    cells: tuple[tuple[str, str] | None, ...]


@dataclass(frozen=True)
class Board:
    """An item; `picture` is a data address, empty where the item cannot be read again."""

    item: str
    truth: str
    picture: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class LookedAt:
    """The items of a task. `methods` are what the columns are called, `about` what they mean."""

    boards: tuple[Board, ...]
    methods: tuple[str, ...]
    about: tuple[tuple[str, str], ...]


def looked_at(found: Sequence[Looks], held: Reloaded, places: int) -> LookedAt | None:
    """Return the tables of a task; None without any.

    Args:
        found: the items.
        held: the dataset, or why it cannot be had.
        places: tasks of the page that may show as much.
    """
    methods = [name for name in METHODS if any(name in look.maps for item in found for look in item.looks)]
    if not methods:
        return None
    widest = _side(sum(1 + len(look.maps) for item in found for look in item.looks), places)
    boards = tuple(_board(item, methods, _picture(item.item, held), widest) for item in found)
    return LookedAt(boards, tuple(ABOUT[name][0] for name in methods), tuple(ABOUT[name] for name in methods))


def _side(pictures: int, places: int) -> int:
    """Return pixels of a side, so that all pictures of a page have room."""
    return int(max(_LEAST_SIDE, min(72, (MOST_BYTES / max(1, places * pictures) / _BYTES_A_PIXEL) ** 0.5)))


def _picture(item: str, held: Reloaded) -> np.ndarray | None:
    """Return (height, width, channels) from 0 to 1; None where the item cannot be read again."""
    if held.data is None or not isinstance(held.data.inputs, Images) or item not in held.places:
        return None
    found: np.ndarray = held.data.inputs.take(np.array([held.places[item]])).unit()[0]
    return found


def _board(item: Looks, methods: Sequence[str], picture: np.ndarray | None, widest: int) -> Board:
    shown = "" if picture is None else data_address(picture, 1.0, widest)
    return Board(item.item, item.truth, shown, tuple(_line(look, methods, picture, widest) for look in item.looks))


def _line(look: Look, methods: Sequence[str], picture: np.ndarray | None, widest: int) -> Line:
    cells = tuple(_cell(look, name, picture, widest) if name in look.maps else None for name in methods)
    return Line(look.contestant, look.kind, look.said, look.right, cells)


def _cell(look: Look, method: str, picture: np.ndarray | None, widest: int) -> tuple[str, str]:
    values = look.maps[method]
    words = f"{ABOUT[method][0]} of {look.contestant}: {strongest(values)}"
    return data_address(heat(values, picture), 255.0, widest), words
