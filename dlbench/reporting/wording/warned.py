"""What a reviewer would raise, in words."""

from __future__ import annotations

from collections.abc import Sequence

from dlbench.reporting import figures
from dlbench.reporting.wording.naming import listed


def metric_unfit(metric: str, share: float, instead: str) -> str:
    """Say that a metric hides how rare a class is.

    >>> metric_unfit("accuracy", 0.9, "balanced_accuracy")
    'accuracy does not suit these classes: the most frequent one has 90 % of the items; see balanced_accuracy.'
    """
    which = "the most frequent" if share > 0.5 else "the rarest"
    return f"{metric} does not suit these classes: {which} one has {_percent(share)} of the items; see {instead}."


def edge_of_space(contestant: str, parameter: str, jobs: int, of: int) -> str:
    """Say that the best setting lies at the end of what was searched."""
    return (
        f"{contestant}: the best {parameter} lies at the end of what was searched in {_of(jobs, of)}; "
        "a wider space may serve it better."
    )


def unfinished(contestant: str, jobs: int, of: int) -> str:
    """Say that training was not over when its epochs were."""
    return f"{contestant} was still getting better at its last epoch in {_of(jobs, of)}; more epochs may help it."


def unconverged(contestant: str, jobs: int, of: int) -> str:
    """Say that a solver ran out of iterations."""
    return f"{contestant} did not converge within its iterations in {_of(jobs, of)}; more of them may help it."


def cut_short(contestant: str, jobs: int, of: int) -> str:
    """Say that training was stopped by its deadline."""
    return f"{contestant} was stopped by its deadline in {_of(jobs, of)}; more seconds may help it."


def seed_spread(contestant: str, spread: float, gap: float, other: str) -> str:
    """Say that chance alone moves a contestant further than the gap."""
    return (
        f"The fit seeds of {contestant} spread by {figures.score(spread)} (standard deviation), more than its gap of "
        f"{figures.score(gap)} to {other}."
    )


def duplicates(found: int, items: int) -> str:
    """Say that test items stand in training as well."""
    return (
        f"{found:,} of {figures.plural(items, 'test item')} ({_percent(found / items)}) have the same inputs "
        "as an item of the training part, so what is learned by heart counts."
    )


def column(name: str, warning: str) -> str:
    """Say what was noticed of a column when the run was planned."""
    return f"Column {name}: {warning}." if name else f"{warning[:1].upper()}{warning[1:]}."


def not_above(contestant: str, other: str, low: float | None = None, high: float | None = None) -> str:
    """Say that a contestant is not shown to be better than a cheap reference."""
    span = "" if low is None or high is None else f" [{figures.signed(low)}, {figures.signed(high)}]"
    return f"{contestant} is not shown to be above {other}{span}."


def imputed(contestant: str, jobs: int, of: int, rank: int | None, dropped: int | None) -> str:
    """Say that the floor's value stands in, and what the ranking is without it."""
    ranks = "its rank is the same" if rank == dropped else f"its rank is {_rank(dropped)} rather than {_rank(rank)}"
    return f"{contestant}: the floor's value stands for {_of(jobs, of)} that failed; where they are left out {ranks}."


def reused(contestants: Sequence[str], jobs: int, of: int) -> str:
    """Say that timings were not measured in this run."""
    return f"Times of {listed(contestants)} come from an earlier run ({_of(jobs, of)})."


def machines(count: int) -> str:
    """Say that timings were measured on machines that differ."""
    return f"Jobs ran on {count} machines that differ, so their times do not compare."


def _of(jobs: int, of: int) -> str:
    return f"{jobs:,} of {figures.plural(of, 'job')}"


def _rank(rank: int | None) -> str:
    return figures.NONE if rank is None else str(rank)


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %"
