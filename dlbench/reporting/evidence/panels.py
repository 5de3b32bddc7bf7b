"""Pictures of a task whose answers are pictures: what each contestant made of them, and what it scored there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import answers
from dlbench.reporting.evidence.lowest import Chosen, Seen, chosen
from dlbench.reporting.evidence.silhouettes import silhouettes
from dlbench.reporting.source import Source

SHOWN = {"Masks": "codes", "Pictures": "values"}
"""Form → the array of it that is drawn; instances are painted, see `silhouettes`."""


def panels(source: Source, place: Round, names: Sequence[str], most: int) -> tuple[Chosen, ...] | None:
    """Return the pictures on which even the best of some contestants scores lowest, and such as score in the middle.

    Of several jobs of a contestant, its first one on a picture counts. Left out are pictures of which the metric says
    nothing, such as those without anything to be found, and of instances those behind the first `MOST_JUDGED` of a
    job. None for tasks whose answers are no pictures.

    Args:
        source: the run.
        place: the task.
        names: of the contestants that are shown.
        most: pictures of each sort.
    """
    judge = catalog.metrics().get(place.primary)
    if judge is None or judge.scores not in (*SHOWN, "Instances"):
        return None
    seen = {name: held for name in names if (held := _first(source, place, name, judge))}
    return chosen(seen, place.primary, most) if seen else None


def _first(source: Source, place: Round, name: str, judge: Metric) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    for answer in answers(source, place, name):
        if judge.scores == "Instances":
            for one in silhouettes(answer, judge, found):
                found[one.name] = Seen(one.truth, one.said, one.score)
            continue
        if answer.form.name not in SHOWN:
            return {}
        table = judge.statistics(answer.truth, answer.form)
        if table is None:
            return {}
        scores = judge.from_sums(table)
        drawn = answer.form.arrays()[SHOWN[answer.form.name]]
        for row, (key, score) in enumerate(zip(answer.truth.ids.tolist(), scores.tolist(), strict=True)):
            if np.isfinite(score):
                found.setdefault(key, Seen(answer.truth.target[row], drawn[row], score))
    return found
