"""Who is looked at closely: the champions that the verdict speaks of."""

from __future__ import annotations

from dlbench.reporting.board import Round
from dlbench.reporting.findings import Findings
from dlbench.reporting.tables import rows_of

MOST = 3


def spotlight(findings: Findings, place: Round) -> tuple[str, ...]:
    """Return at most three contestants: the classic and the deep champion, who leads, then the best ranked.

    The floor is not among them unless it is all there is.
    """
    named = [one for told in findings.verdicts if _at(told, place) for one in (told.classic, told.deep)]
    named += [one.contestant for one in findings.leaders if _at(one, place)]
    ranked = [row for row in rows_of(findings, place, place.primary) if row.n]
    others = [row.contestant for row in ranked if row.kind != "floor"] or [row.contestant for row in ranked]
    fill = [name for name in others if name not in named][: max(0, 2 - len(set(filter(None, named))))]
    held = dict.fromkeys(name for name in (*named, *fill) if name and place.has_value(name))
    return tuple(held)[:MOST]


def _at(told: object, place: Round) -> bool:
    return (getattr(told, "task", None), getattr(told, "point", None)) == (place.task, place.point)
