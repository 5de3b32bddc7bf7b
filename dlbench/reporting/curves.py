"""The tables of horizon curves."""

from __future__ import annotations

from collections.abc import Sequence

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.findings import Findings
from dlbench.reporting.horizons import Horizon, crossing, natural, shown_steps
from dlbench.reporting.tables import Table, rows_of

_TITLES = {
    "mae": "Mean absolute error by step ahead",
    "rmse": "Root mean squared error by step ahead",
    "scaled": "Error by step ahead, in units of the seasonal naive error of the history",
}


def curves(findings: Findings, place: Round) -> tuple[Table, ...]:
    """Return contestants × steps ahead: in the unit of the series, and scaled where a history is known.

    The table of the primary metric's own measure comes first, with a sentence where the leader changes on the way.
    No table where nothing was forecast. The JSON report holds every step.
    """
    ranking = [row.contestant for row in rows_of(findings, place, place.primary)]
    held = [found for found in findings.horizons if (found.task, found.point) == (place.task, place.point)]
    held.sort(key=lambda found: ranking.index(found.contestant) if found.contestant in ranking else len(ranking))
    own = natural(place.primary)
    measures = dict.fromkeys((own, "mae" if own == "scaled" else "scaled"))
    shown = [_curve(held, measure, (crossing(held, own),) if measure == own else ()) for measure in measures]
    return tuple(table for table in shown if table is not None)


def _curve(held: Sequence[Horizon], measure: str, notes: Sequence[str]) -> Table | None:
    known = {found: errors for found in held if (errors := found.errors(measure)) is not None}
    if not known:
        return None
    steps = shown_steps(max(map(len, known.values())))
    lines = tuple(
        (
            found.contestant,
            *(figures.score(errors[step - 1]) if step <= len(errors) else figures.NONE for step in steps),
        )
        for found, errors in known.items()
    )
    columns = ("contestant", *(f"+{step}" for step in steps))
    kinds = tuple(found.kind for found in known)
    numeric = frozenset(range(1, len(columns)))
    return Table(_TITLES[measure], columns, lines, kinds, numeric, tuple(note for note in notes if note))
