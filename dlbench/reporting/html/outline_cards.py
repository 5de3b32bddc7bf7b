"""Cards that show a picture with boxes on it: the true ones, then those of each contestant."""

from __future__ import annotations

from collections import Counter

from dlbench.reporting import figures
from dlbench.reporting.evidence.outlines import Outline, Outlines
from dlbench.reporting.html.cards import Card, Group, Rectangle
from dlbench.reporting.plots.figure import slug

HUES = 7
"""Colours of classes; those beyond begin anew."""


def group_of_outlines(found: Outlines, *where: str) -> Group:
    """Return pictures of one sort as cards; the pictures themselves are put under the boxes later.

    Args:
        found: of a task whose answers are boxes.
        where: task and point, which make anchors unique in a page.
    """
    cards = []
    for place, name in enumerate(found.ids):
        shown = [(f"true: {_counted(found.truth[place])}", rectangles(found.truth[place]))]
        for contestant, said in found.said.items():
            score = figures.score(float(found.scores[contestant][place]))
            shown.append((f"{contestant}: {score}", rectangles(said[place])))
        ends = [(one.left + one.width, one.top + one.height) for _, held in shown for one in held]
        frame = max((end[0] for end in ends), default=1.0), max((end[1] for end in ends), default=1.0)
        anchor = slug("boxed", *where, found.title, name)
        cards.append(Card(name, "", (), outlined=tuple(shown), frame=frame, anchor=anchor))
    return Group(found.title, found.total, tuple(cards))


def _counted(truth: Outline) -> str:
    """Return how many of each class there are."""
    return ", ".join(f"{word} {count}" for word, count in sorted(Counter(truth.words).items()))


def rectangles(outline: Outline) -> tuple[Rectangle, ...]:
    """Return boxes as they are drawn, to a tenth of a pixel."""
    sides = outline.boxes.round(1).tolist()
    return tuple(
        Rectangle(box[0], box[1], box[2], box[3], int(code) % HUES, word)
        for box, code, word in zip(sides, outline.codes, outline.words, strict=True)
    )
