"""Which figures a report has, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dlbench.core.errors import DlbenchError
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer, answers
from dlbench.reporting.evidence.spotlight import spotlight
from dlbench.reporting.evidence.trials import trials
from dlbench.reporting.findings import Findings
from dlbench.reporting.plots.calibration import calibration
from dlbench.reporting.plots.confusion import confusion
from dlbench.reporting.plots.cost import cost
from dlbench.reporting.plots.detected import detected
from dlbench.reporting.plots.figure import Figure
from dlbench.reporting.plots.horizon import horizon
from dlbench.reporting.plots.intervals import intervals
from dlbench.reporting.plots.ranks import ranks
from dlbench.reporting.plots.residuals import residuals
from dlbench.reporting.plots.search import importance, parallel
from dlbench.reporting.plots.subgroup import subgroup
from dlbench.reporting.plots.sweep import sweeps
from dlbench.reporting.plots.thresholds import thresholds
from dlbench.reporting.plots.training import History, training
from dlbench.reporting.plots.wins import wins
from dlbench.reporting.source import Source


def gallery(source: Source, findings: Findings, *, items: bool = True) -> Iterator[Figure]:
    """Yield every figure of a report: of the suite, then of each task.

    Args:
        source: the run.
        findings: what was decided about it.
        items: whether values of single items may be shown.
    """
    yield from costs(findings)
    yield from across(findings)
    yield from sweeps(findings)
    for place in findings.rounds:
        yield from overview(findings, place)
        yield from closely(source, findings, place, items=items)


def costs(findings: Findings) -> tuple[Figure, ...]:
    """Return quality against cost of each task; of a swept one, at its last point."""
    last = {place.task: place for place in findings.rounds}
    return _held(cost(findings, place) for place in last.values())


def across(findings: Findings) -> tuple[Figure, ...]:
    """Return what is drawn over all tasks; none for a single one."""
    return _held([ranks(findings.across), wins(findings.across)]) if findings.across else ()


def overview(findings: Findings, place: Round) -> tuple[Figure, ...]:
    """Return the figures of a task that need no prediction."""
    return _held([intervals(findings, place), horizon(findings, place), subgroup(findings, place)])


def closely(source: Source, findings: Findings, place: Round, *, items: bool = True) -> Iterator[Figure]:
    """Yield the figures of a task that look at the answers, trials and epochs of those in the spotlight."""
    names = spotlight(findings, place)
    found = {name: list(answers(source, place, name)) for name in names}
    found = {name: held for name, held in found.items() if held}
    yield from _held(confusion(place, name, held) for name, held in found.items())
    yield from _held(detected(place, name, held) for name, held in found.items())
    yield from thresholds(place, found)
    yield from _held([calibration(place, found), residuals(place, found) if items else None])
    yield from _held([training(place, {name: _histories(source, held) for name, held in found.items()})])
    for name in names:
        tried = trials(source, place, name)
        if tried is not None:
            yield from _held([importance(place, name, tried), parallel(place, name, tried)])


def _histories(source: Source, found: list[Answer]) -> list[History]:
    """Return the epochs of each job that trained by epochs."""
    held = []
    for answer in found:
        try:
            held.append(source.history(answer.record))
        except (DlbenchError, OSError, ValueError):
            continue
    return [history for history in held if history]


def _held(figures: Iterable[Figure | None]) -> tuple[Figure, ...]:
    return tuple(figure for figure in figures if figure is not None)
