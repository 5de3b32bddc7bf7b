"""What a report shows besides rankings: the tables of a task, in their order, and doubts about the data."""

from __future__ import annotations

from collections.abc import Iterator

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.curves import curves
from dlbench.reporting.findings import Findings
from dlbench.reporting.subgroup_table import gaps
from dlbench.reporting.tables import Table, costs, others, title_of


def beside(findings: Findings, place: Round) -> Iterator[Table]:
    """Yield the tables that stand below the ranking of a task."""
    found = (others(findings, place), *curves(findings, place), gaps(findings, place), _spread(findings, place))
    found = (*found, costs(findings, place))
    yield from (table for table in found if table is not None)


def _spread(findings: Findings, place: Round) -> Table | None:
    """Return the standard deviation of a single score by each source of chance, with its share; None without any."""
    held = [one for one in findings.spreads if (one.task, one.point) == (place.task, place.point)]
    lines = tuple(
        (one.contestant, *(_source(getattr(one, name), one.shares.get(name)) for name in ("split", "search", "fit")))
        for one in held
    )
    columns = ("contestant", "split", "search seed", "fit seed")
    note = "What was not varied hides in the source before it: the search's seed in the split."
    notes = (note,) if any(one.search is None for one in held) else ()
    title = f"Where the spread of {place.primary} comes from: standard deviation, share of the variance"
    return Table(title, columns, lines, (), frozenset({1, 2, 3}), notes) if held else None


def _source(sd: float | None, share: float | None) -> str:
    if sd is None:
        return figures.NONE
    return figures.score(sd) if share is None else f"{figures.score(sd)} ({_percent(share)})"


def doubts(findings: Findings) -> Table | None:
    """Return what a reviewer would raise, the gravest first; None where there is nothing."""
    lines = tuple((title_of(one.task, one.point), one.text) for one in findings.warnings)
    return Table("Doubts that a reviewer would raise", ("task", "doubt"), lines) if lines else None


def over_tasks(findings: Findings) -> Table | None:
    """Return mean ranks, win rates and strengths over the tasks, best first, with what they allow to say."""
    found = findings.across
    if found is None:
        return None
    lines = tuple(
        (
            name,
            f"{found.ranks[at]:.2f}",
            f"{found.rank_low[at]:.2f} … {found.rank_high[at]:.2f}",
            _percent(found.win_rate[at]),
            f"{_percent(found.win_low[at])} … {_percent(found.win_high[at])}",
            figures.NONE if (strength := found.strength[at]) is None else figures.signed(strength),
        )
        for at, name in enumerate(found.contestants)
    )
    columns = ("contestant", "mean rank", "95 % interval", "wins", "95 % interval", "strength")
    notes = tuple(claim.text for claim in found.claims)
    return Table("Over the tasks", columns, lines, found.kinds, frozenset({1, 2, 3, 4, 5}), notes)


def lines_of(findings: Findings, place: Round) -> tuple[str, ...]:
    """Return the sentences on a task besides its verdict: who leads, unless the verdict says so."""
    here = (one for one in findings.leaders if (one.task, one.point) == (place.task, place.point))
    return tuple(claim.text for one in here if not one.in_verdict for claim in one.claims)


def swept(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Return title and sentence of each crossover."""
    return tuple((title_of(f"{one.task} · {one.axis}", one.beside), one.text) for one in findings.crossovers)


def _percent(share: float | None) -> str:
    return figures.NONE if share is None else f"{100 * share:.0f} %"
