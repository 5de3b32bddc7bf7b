"""What a contestant answered, job by job, beside the truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlbench.core.errors import DlbenchError
from dlbench.core.form import reachable
from dlbench.forms.boxes import Boxes
from dlbench.reporting.board import Round
from dlbench.reporting.source import Fold, Record, Source, fold_of

if TYPE_CHECKING:
    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth

MOST_JUDGED = 300
"""Pictures of a job that are judged one by one."""


@dataclass(frozen=True)
class Answer:
    """One job's prediction of its test part."""

    record: Record
    truth: Truth
    form: Form

    def reaches(self, form: str) -> bool:
        """Whether the prediction can be read as another form."""
        return form in reachable(self.form.name)

    def codes(self) -> np.ndarray | None:
        """(n,) class codes; None where classes were not predicted."""
        if not self.truth.classes or not self.reaches("Labels"):
            return None
        return np.asarray(self.form.to("Labels").arrays()["codes"])

    def boxes(self) -> Boxes | None:
        """Boxes, around masks where such were given; None where neither was."""
        found = self.form.to(Boxes.name) if self.reaches(Boxes.name) else None
        return found if isinstance(found, Boxes) else None

    def numbers(self, form: str) -> np.ndarray | None:
        """(n, classes) Scores or Probabilities, (n,) Values; None where the prediction cannot be read so."""
        if not self.reaches(form):
            return None
        found = np.asarray(self.form.to(form).arrays()["values"])
        return found if len(found) == len(self.truth) else None


def answers(source: Source, place: Round, contestant: str, fits: int | None = None) -> Iterator[Answer]:
    """Yield the predictions of a contestant that can be read; what cannot be, its row already tells.

    Args:
        source: the run.
        place: the task.
        contestant: label.
        fits: how many of each fold, the first ones; None for all.
    """
    done = [record for record in place.jobs.get(contestant, ()) if record["status"] == "ok"]
    for record in done if fits is None else _first(done, fits):
        try:
            answer = Answer(record, source.truth(record), source.predictions(record))
        except (DlbenchError, OSError, ValueError, KeyError):
            continue
        if len(answer.truth):
            yield answer


def _first(records: Sequence[Record], fits: int) -> Iterator[Record]:
    """Yield the first fits of each fold."""
    taken = Counter[Fold]()
    for record in records:
        if taken[fold_of(record)] < fits:
            taken[fold_of(record)] += 1
            yield record


def unjudged(source: Source, place: Round, names: Sequence[str]) -> str:
    """Say that of each job the first `MOST_JUDGED` pictures alone were judged one by one; empty where it has no more.

    Args:
        source: the run.
        place: the task.
        names: of the contestants that were judged.
    """
    sizes = [len(answer.truth) for name in names for answer in answers(source, place, name)]
    if max(sizes, default=0) <= MOST_JUDGED:
        return ""
    return f"Chosen among the first {MOST_JUDGED} pictures of each job, of up to {max(sizes):,}."


def class_name(code: int, classes: Sequence[str]) -> str:
    """Return the name of a class; of one that the task does not have, its code."""
    return classes[code] if 0 <= code < len(classes) else str(code)
