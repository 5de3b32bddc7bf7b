"""The primary metric class by class, where it is a mean over classes: what a detector finds, and what it misses."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from dlbench.core import catalog
from dlbench.forms.truth import Truth
from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import answers
from dlbench.reporting.evidence.spotlight import spotlight
from dlbench.reporting.findings import Findings
from dlbench.reporting.source import Source
from dlbench.reporting.tables import Table, heading


@runtime_checkable
class MeanOverClasses(Protocol):
    """A metric that can tell the classes apart whose mean it is."""

    scores: str

    def by_class(self, truth: Truth, prediction: Any) -> np.ndarray:
        """Return (classes,) values; NaN for a class of which the truth holds nothing."""
        ...


@dataclass(frozen=True)
class ByClass:
    """One contestant on one task, by its primary metric.

    Attributes:
        jobs: that were read.
        classes: (k,) names, and `values`: the means over those jobs that have the class; None where no job has it.
    """

    task: str
    point: str
    contestant: str
    kind: str
    metric: str
    jobs: int
    classes: tuple[str, ...]
    values: tuple[float | None, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return asdict(self)


def by_class(source: Source, findings: Findings, place: Round) -> tuple[ByClass, ...]:
    """Return an entry for each contestant of a task that is looked at closely; none where the metric is no mean over
    classes."""
    judge = catalog.metrics().get(place.primary)
    if not isinstance(judge, MeanOverClasses):
        return ()
    found = (_contestant(source, place, name, judge) for name in spotlight(findings, place))
    return tuple(one for one in found if one is not None)


def class_table(found: Sequence[ByClass]) -> Table | None:
    """Return classes × contestants; None without any."""
    if not found:
        return None
    lines = tuple((name, *(figures.score(one.values[at]) for one in found)) for at, name in enumerate(found[0].classes))
    columns = ("class", *(one.contestant for one in found))
    return Table(f"{heading(found[0].metric)} by class, mean over jobs", columns, lines, (),
                 frozenset(range(1, len(columns))))  # fmt: skip


def _contestant(source: Source, place: Round, contestant: str, judge: MeanOverClasses) -> ByClass | None:
    classes: tuple[str, ...] = ()
    values = []
    for answer in answers(source, place, contestant):
        if not answer.truth.classes or not answer.reaches(judge.scores):
            return None
        classes = answer.truth.classes
        values.append(judge.by_class(answer.truth, answer.form.to(judge.scores)))
    if not values:
        return None
    held = tuple(_means(np.array(values)))
    return ByClass(
        place.task, place.point, contestant, place.kind(contestant), place.primary, len(values), classes, held
    )


def _means(values: np.ndarray) -> Iterator[float | None]:
    """Yield the mean of each column over the lines that have it.

    >>> list(_means(np.array([[0.5, np.nan, 0.25], [1.0, np.nan, np.nan]])))
    [0.75, None, 0.25]
    """
    for column in values.T.tolist():
        known = [value for value in column if math.isfinite(value)]
        yield sum(known) / len(known) if known else None
