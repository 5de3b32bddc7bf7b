"""What a report shows besides rankings: the tables of a task, in their order, and doubts about the data."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace

from dlbench.reporting import figures
from dlbench.reporting.across import Across
from dlbench.reporting.board import Round
from dlbench.reporting.curves import curves
from dlbench.reporting.findings import Findings
from dlbench.reporting.subgroup_table import gaps
from dlbench.reporting.tables import Table, costs, others, title_of

EVIDENCE = "Each sentence with the keys of the records that it rests on:"

MOST_PAIRED = 24
"""Contestants whose pairs are set side by side."""

STRENGTH = "Strength: log odds to win a task, by Bradley and Terry, 0 in the mean"
SHRUNK = "; half a win was given to each side of every pair, because somebody never loses."


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
            figures.span(found.strength_low[at], found.strength_high[at]),
        )
        for at, name in enumerate(found.contestants)
    )
    span = "95 % interval"
    columns = ("contestant", "mean rank", span, "wins", span, "strength", span)
    notes = (*(claim.text for claim in found.claims), STRENGTH + (SHRUNK if found.shrunk else "."))
    return Table("Over the tasks", columns, lines, found.kinds, frozenset(range(1, 7)), notes)


def standings(findings: Findings) -> tuple[Table, ...]:
    """Return what stands below the critical-difference diagram, where the sentences stand above it; none for a single
    task."""
    ranked, paired = over_tasks(findings), pairs(findings)
    if ranked is None or paired is None:
        return ()
    return replace(ranked, notes=ranked.notes[-1:]), paired


def pairs(findings: Findings) -> Table | None:
    """Return the p of each pair of the best contestants over the tasks; None for a single task.

    By Wilcoxon's signed-rank test, adjusted by Holm, or by Nemenyi's where that was asked for; in either case for all
    pairs, those beyond the table too.
    """
    found = findings.across
    if found is None:
        return None
    names = found.contestants[:MOST_PAIRED]
    lines = tuple(
        (name, *(figures.NONE if at == other else _p(found.p[at][other]) for other in range(len(names))))
        for at, name in enumerate(names)
    )
    count, all_ = len(names), len(found.contestants)
    few = f"So few tasks can give no p below {found.least_p:.2g}." if found.descriptive else ""
    cut = f"The best {count} of {all_}; the JSON report holds all." if count < all_ else ""
    notes = tuple(note for note in (_tested(found), few, cut) if note)
    columns = ("contestant", *names)
    return Table("p of each pair", columns, lines, found.kinds[:count], frozenset(range(1, count + 1)), notes)


def _tested(found: Across) -> str:
    """Return by which test pairs are told apart, and over how many of them its p holds."""
    count = len(found.contestants)
    pairs = figures.plural(count * (count - 1) // 2, "pair")
    if found.method == "nemenyi":
        return f"By Nemenyi's test of mean ranks, which is made for all {pairs} together."
    return f"By Wilcoxon's signed-rank test, adjusted by Holm over {pairs}."


def lines_of(findings: Findings, place: Round) -> tuple[str, ...]:
    """Return the sentences on a task besides its verdict: who leads, unless the verdict says so."""
    here = (one for one in findings.leaders if (one.task, one.point) == (place.task, place.point))
    return tuple(claim.text for one in here if not one.in_verdict for claim in one.claims)


def swept(findings: Findings) -> tuple[tuple[str, str], ...]:
    """Return title and sentence of each crossover."""
    return tuple((title_of(f"{one.task} · {one.axis}", one.beside), one.text) for one in findings.crossovers)


def evidence(findings: Findings) -> str:
    """Return where each sentence stands with the keys of the records that it rests on."""
    run = findings.run
    names = [str(one.get("id", "")) for one in run.get("runs") or (run,)]
    command = shlex.join(["dlbench", "report", *names, "--format", "json"])
    return f"{EVIDENCE} {command}, fields summary and verdicts."


def _p(value: float) -> str:
    return f"{value:.3f}" if value >= 0.0005 else "< 0.001"


def _percent(share: float | None) -> str:
    return figures.NONE if share is None else f"{100 * share:.0f} %"
