"""Over all tasks of a suite: ranks, groups that cannot be told apart, win rates, strengths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from dlbench.reporting.claim import Claim

Matrix = tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Across:
    """Contestants that have a value on the same tasks, compared over them; all (c, …) in the order of `contestants`.

    Attributes:
        contestants, kinds: best mean rank first; floors take part.
        tasks: titles of the tasks (with their points) that were ranked, (t,).
        left_out: contestant → the tasks where it has no value, which is why it is not ranked.
        values: (t, c), the primary metric's value; `better`: (t,) higher or lower.
        ranks: (c,) mean ranks, 1 the best; ties share.
        p: (c, c) by Wilcoxon, adjusted by Holm over all pairs; `least_p`: the least that so many tasks can give.
        groups: of contestants that are not shown to differ, as indices; the bars of a critical-difference diagram.
        descriptive: whether so few tasks allow no significance at all.
        wins: (c, c) share of tasks that the row wins against the column, ties half.
        win_rate, win_low, win_high: (c,) mean share won against all others, with its interval over tasks.
        strength, strength_low, strength_high: (c,) Bradley–Terry, log scale, mean 0; None where they have none.
        bayesian: {"first", "second", "margin", "left", "within", "right"} of the two best, where the metrics are
            commensurable; None elsewhere.
        claims: the sentences.
    """

    contestants: tuple[str, ...]
    kinds: tuple[str, ...]
    tasks: tuple[str, ...]
    left_out: Mapping[str, tuple[str, ...]]
    values: Matrix
    better: tuple[str, ...]
    ranks: tuple[float, ...]
    p: Matrix
    least_p: float
    groups: tuple[tuple[int, ...], ...]
    descriptive: bool
    wins: Matrix
    win_rate: tuple[float, ...]
    win_low: tuple[float | None, ...]
    win_high: tuple[float | None, ...]
    strength: tuple[float | None, ...]
    strength_low: tuple[float | None, ...]
    strength_high: tuple[float | None, ...]
    bayesian: Mapping[str, Any] | None = None
    claims: tuple[Claim, ...] = ()
    keys: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return asdict(self)
