"""Cards that show a picture, the true answer and what contestants made of it, side by side."""

from __future__ import annotations

import numpy as np

from dlbench.reporting import figures
from dlbench.reporting.evidence.lowest import Chosen
from dlbench.reporting.evidence.pictures import data_address
from dlbench.reporting.html.cards import Card, Group

COLOURS = np.array(
    [
        *((35, 35, 38), (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0)),
        (204, 121, 167),
    ],
    dtype=np.uint8,
)
"""Of the classes of a mask, the background dark; after Okabe and Ito, told apart by those who see no red or green."""

VOID = np.array((128, 128, 128), dtype=np.uint8)
"""Of pixels that nobody is asked about."""


def group_of_panels(found: Chosen, widest: int) -> Group:
    """Return pictures of one sort as cards; the inputs are put onto them later.

    Args:
        found: of a task whose answers are pictures.
        widest: pixels of a picture's side, at most.
    """
    cards = []
    for place, name in enumerate(found.ids):
        shown = [("true", _address(found.truth[place], widest))]
        for contestant, said in found.said.items():
            score = figures.score(float(found.scores[contestant][place]))
            shown.append((f"{contestant}: {score}", _address(said[place], widest)))
        cards.append(Card(name, "", (), panels=tuple(shown)))
    return Group(found.title, found.total, tuple(cards))


def coloured(codes: np.ndarray) -> np.ndarray:
    """Return a mask as (height, width, 3) bytes; classes beyond the colours begin anew behind the background.

    >>> coloured(np.array([[0, -1]])).tolist()
    [[[35, 35, 38], [128, 128, 128]]]
    """
    places = np.where(codes > 0, 1 + (codes - 1) % (len(COLOURS) - 1), 0)
    return np.where((codes < 0)[..., np.newaxis], VOID, COLOURS[places])


def _address(shown: np.ndarray, widest: int) -> str:
    if shown.ndim == 2:
        return data_address(coloured(shown), 255.0, widest)
    return data_address(shown, 1.0, widest)
