"""Cards that show a forecast as a small line chart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlbench.reporting import figures
from dlbench.reporting.evidence.lowest import Chosen
from dlbench.reporting.html.cards import Card, Group
from dlbench.reporting.html.line_chart import Chart, Outlook


def group_of_origins(found: Chosen, kind: Callable[[str], str]) -> Group:
    """Return origins of one sort as cards; what was known at them is put onto the charts later.

    Args:
        found: of a task that forecasts.
        kind: from a contestant to its kind.
    """
    return Group(found.title, found.total, tuple(_card(found, place, kind) for place in range(len(found.ids))))


def _card(found: Chosen, place: int, kind: Callable[[str], str]) -> Card:
    said = tuple(
        Outlook(name, kind(name), figures.score(float(found.scores[name][place])), values[place])
        for name, values in found.said.items()
    )
    return Card(found.ids[place], "", (), chart=Chart(found.truth[place], said, np.empty(0)))
