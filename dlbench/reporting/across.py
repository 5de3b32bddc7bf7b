"""Over all tasks of a suite: ranks, groups that cannot be told apart, win rates, strengths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from dlbench.reporting.claim import Claim
from dlbench.stats.estimate import LEVEL

Matrix = tuple[tuple[float, ...], ...]
Line = tuple[float | None, ...]

ENOUGH_TASKS = 6
"""Tasks from which on tests and probabilities over tasks are told; below, figures describe these tasks alone."""


@dataclass(frozen=True)
class Across:
    """Contestants that have a value on the same tasks, compared over them; all (c, …) in the order of `contestants`.

    Attributes:
        contestants, kinds: best mean rank first; floors take part.
        tasks: titles of the tasks (with their points) that were ranked, (t,).
        left_out: contestant → tasks where it has no value, which is why it is not ranked.
        values: (t, c), the primary metric's value; `better`: (t,) higher or lower.
        ranks: (c,) mean ranks, 1 the best; ties share; `rank_low`, `rank_high`: 95 % interval, tasks drawn again.
        friedman: chi2 and p, f and f_p (Iman and Davenport) of "all rank alike".
        method: how pairs are told apart: wilcoxon, or nemenyi where that was asked for.
        p: (c, c) by Wilcoxon, adjusted by Holm over all pairs, or by Nemenyi; `least_p`: the least that so many tasks
            can give. `distance`: of mean ranks from which on Nemenyi tells a pair apart; None for Wilcoxon.
        groups: of neighbours in rank of whom no two are shown to differ, as indices; the bars of a critical-difference
            diagram. Two who are apart in rank may not be shown to differ either: see `alike`.
        descriptive: whether so few tasks allow no significance at all.
        wins: (c, c) share of tasks that the row wins against the column, ties half; .5 on the diagonal.
        win_rate, win_low, win_high: (c,) mean share won against all others, with its interval over tasks.
        strength, strength_low, strength_high: (c,) Bradley–Terry, log odds, mean 0; `shrunk`: half a win was given
            to each side of every pair, because somebody never loses.
        bayesian: metric, margin, left, within, right: how likely deep − classic, of the verdicts' champions, lies
            below, within or above the margin on a further task; None below six tasks, or where the metrics are not
            commensurable.
        claims: the sentences; `keys`: of the records they rest on.
    """

    contestants: tuple[str, ...]
    kinds: tuple[str, ...]
    tasks: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]
    values: Matrix
    better: tuple[str, ...]
    ranks: tuple[float, ...]
    rank_low: tuple[float, ...]
    rank_high: tuple[float, ...]
    friedman: Mapping[str, float | None]
    method: str
    distance: float | None
    p: Matrix
    least_p: float
    groups: tuple[tuple[int, ...], ...]
    descriptive: bool
    wins: Matrix
    win_rate: tuple[float, ...]
    win_low: Line
    win_high: Line
    strength: Line
    strength_low: Line
    strength_high: Line
    shrunk: bool
    bayesian: Mapping[str, Any] | None
    claims: tuple[Claim, ...]
    keys: tuple[str, ...]

    def alike(self, place: int) -> tuple[int, ...]:
        """Return who is not shown to differ from a contestant, by the p of each pair, the best first."""
        return tuple(other for other, p in enumerate(self.p[place]) if other != place and p > LEVEL)

    @property
    def unjoined(self) -> tuple[tuple[int, int], ...]:
        """Pairs that are not shown to differ and stand in no group, because others between them in rank differ."""
        joined = {pair for group in self.groups for pair in combinations(sorted(group), 2)}
        found = ((place, other) for place in range(len(self.p)) for other in self.alike(place) if place < other)
        return tuple(pair for pair in found if pair not in joined)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return asdict(self)
