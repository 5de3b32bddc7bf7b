"""The table of subgroups: who is served worse, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.findings import Findings
from dlbench.reporting.subgroup_gap import FEW, Group
from dlbench.reporting.subgroups import Subgroups
from dlbench.reporting.tables import Table, heading, rows_of

MOST_GROUPS = 4


def gaps(findings: Findings, place: Round) -> Table | None:
    """Return contestants × subgroups on the primary metric, with the widest gap; None where there are no groups.

    The largest groups have a column each; the JSON report holds all.
    """
    ranking = [row.contestant for row in rows_of(findings, place, place.primary)]
    held = [found for found in findings.subgroups if (found.task, found.point) == (place.task, place.point)]
    held.sort(key=lambda found: ranking.index(found.contestant))
    if not held:
        return None
    shown = max(held, key=lambda found: len(found.groups)).groups[:MOST_GROUPS]
    columns = ("contestant", *map(_group_heading, shown), "gap", "95 % interval", "worst")
    lines = tuple(_gap(found, [group.name for group in shown]) for found in held)
    title = f"{heading(place.primary)} by {held[0].column}"
    kinds = tuple(found.kind for found in held)
    return Table(title, columns, lines, kinds, frozenset(range(1, len(columns) - 1)), tuple(_gap_notes(held)))


def _group_heading(group: Group) -> str:
    return f"{group.name}, n = {group.n:,}{' †' if group.few else ''}"


def _gap(found: Subgroups, names: Iterable[str]) -> tuple[str, ...]:
    values = {group.name: group.value for group in found.groups}
    told = (figures.score(found.gap), figures.span(found.low, found.high), found.worst or figures.NONE)
    return (found.contestant, *(figures.score(values.get(name)) for name in names), *told)


def _gap_notes(held: Iterable[Subgroups]) -> Iterator[str]:
    groups = {group.name: group for found in held for group in found.groups}.values()
    if any(group.few for group in groups):
        yield f"† fewer than {FEW} items: by chance alone far off, so not part of the gap where two others are."
    if len(groups) > MOST_GROUPS:
        yield f"The {MOST_GROUPS} largest of {len(groups)} groups; the gap is among all, which the JSON report holds."
    if sum(not group.few for group in groups) > 2:
        yield "The intervals hold for all pairs of groups together, since the gap is the widest of them."
