"""The rungs of a suite that halves its field: how many there are, what each grants, how many contestants it leaves.

Successive halving (Jamieson and Talwalkar, Non-stochastic best arm identification and hyperparameter optimization,
2016), with contestants in place of settings. A rung is a run of the suite's own jobs under a part of the budget, on
the first outer fold alone. Each leaves one in `search.halving` of a task's searching contestants, rounded up; rungs
go on while more than that many are left. The last rung grants 1/halving of the budget, the one before it 1/halving²,
and so on. One rule says what shrinks: trials, and with them the seconds and the rows of the search where the suite
sets them. Epochs stay, for a net cut short says little of the net. Floors and ensembles take no part.

A cut holds for all folds, and the first fold's validation rows are test rows of others: with several folds the scores
of those who were kept are a little too good, which the report says. With an official test part nothing of it is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from glob import escape
from typing import TYPE_CHECKING

from dlbench.planning import Plan, Reuse, plan_suite

if TYPE_CHECKING:
    from dlbench.suite import Suite
    from dlbench.suite.shape import Search

LEAST_ROWS = 100
"""Rows that a rung's search sees at least, where the suite grants as many."""

LEAST_SECONDS = 0.5
"""Seconds that a rung's job is granted at least, where the suite grants as many."""

Entrants = Mapping[str, Mapping[str, str]]
"""Task → label → kind of the contestants that search on it, in the suite's order."""


@dataclass(frozen=True)
class Rung:
    """One rung.

    Attributes:
        number, of: from 1, in the order in which they run.
        divisor: what the budget of the run is divided by.
    """

    number: int
    of: int
    divisor: int

    def place_for(self, depth: int) -> tuple[int, int]:
        """Return which rung this is of a task that has `depth` of them; less than 1 where it takes no part yet."""
        return self.number - (self.of - depth), depth


def left_after(entrants: int, halving: int) -> tuple[int, ...]:
    """Return how many contestants of a task each rung leaves.

    >>> left_after(8, 2), left_after(8, 3), left_after(3, 3)
    ((4, 2), (3,), ())
    """
    left: list[int] = []
    while entrants > halving:
        entrants = -(-entrants // halving)
        left.append(entrants)
    return tuple(left)


def entrants(plan: Plan) -> dict[str, dict[str, str]]:
    """Return who takes part in the rungs of a planned suite: task → label → kind."""
    found: dict[str, dict[str, str]] = {}
    for job in plan.jobs:
        if job.search_key:
            found.setdefault(job.task.label, {})[job.contestant.label] = job.contestant.kind
    return found


def rungs_of(field: Entrants, halving: int) -> tuple[Rung, ...]:
    """Return the rungs in the order in which they run; a task with few contestants joins in the later ones."""
    of = max((len(left_after(len(labels), halving)) for labels in field.values()), default=0)
    return tuple(Rung(number, of, halving ** (of - number + 1)) for number in range(1, of + 1))


def rung_suite(suite: Suite, rung: Rung, field: Entrants) -> Suite:
    """Return the suite that a rung runs: the tasks and contestants of `field`, under a part of the budget."""
    policy = suite.policy.model_copy(update={"keep_models": "none", "attributions": 0, "budget": None})
    only = only_with(suite, field)
    tasks = tuple(task for task in only.tasks if field.get(task.label))
    name = f"{suite.name}.rung-{rung.number}"
    return replace(only, name=name, tasks=tasks, search=shrunk(suite.search, rung.divisor), policy=policy)


def only_with(suite: Suite, field: Mapping[str, Mapping[str, str]]) -> Suite:
    """Return the suite with the named contestants alone on the tasks of `field`; other tasks as they are."""
    tasks = (
        replace(task, models=tuple(escape(label) for label in field[task.label])) if task.label in field else task
        for task in suite.tasks
    )
    return replace(suite, tasks=tuple(tasks))


def shrunk(search: Search, divisor: int) -> Search:
    """Return a search with a part of its trials, and of its seconds and rows where it sets them.

    Args:
        search: of the run.
        divisor: what they are divided by; each keeps a least, and never more than the run grants.
    """
    parts: dict[str, float | None] = {"halving": None, "trials": -(-search.trials // divisor)}
    if search.seconds is not None:
        parts["seconds"] = shrunk_seconds(search.seconds, divisor)
    if search.rows is not None:
        parts["rows"] = min(search.rows, max(LEAST_ROWS, -(-search.rows // divisor)))
    return search.model_copy(update=parts)


def shrunk_seconds(seconds: float, divisor: int) -> float:
    """Return what a rung grants of a job's seconds."""
    return min(seconds, max(LEAST_SECONDS, seconds / divisor))


def rung_plan(rung: Suite, reuse: Reuse | None = None, *, device: str = "auto") -> Plan:
    """Return the jobs of a rung: of the first fold, repeat and fit seed alone."""
    plan = plan_suite(rung, reuse, device=device)
    first = [job for job in plan.jobs if (job.split.repeat, job.split.fold, job.fit_index) == (0, 0, 0)]
    return Plan(rung, tuple(first), (), {job.key: plan.done[job.key] for job in first if job.key in plan.done})


@dataclass(frozen=True)
class Load:
    """How many jobs a suite comes to.

    Attributes:
        jobs: of the run proper, each counted once, after the rungs have cut what they cut.
        rungs: jobs and divisor of each rung, in order; none without halving.
    """

    jobs: int
    rungs: tuple[tuple[int, int], ...] = ()


def load(suite: Suite, *, device: str = "auto") -> Load:
    """Return how many jobs the rungs and the run proper of a suite are: how many are cut is known beforehand."""
    plan, halving = plan_suite(suite, device=device), suite.search.halving
    if not halving:
        return Load(len(plan.pending))
    field = entrants(plan)
    left = {task: (len(labels), *left_after(len(labels), halving)) for task, labels in field.items()}
    rungs = []
    for rung in rungs_of(field, halving):
        places = {task: rung.place_for(len(counts) - 1)[0] for task, counts in left.items()}
        rungs.append((sum(left[task][place - 1] for task, place in places.items() if place >= 1), rung.divisor))
    searching = {
        task: len({job.key for job in plan.jobs if job.search_key and job.task.label == task}) for task in left
    }
    cut = sum(searching[task] * (counts[0] - counts[-1]) // counts[0] for task, counts in left.items())
    return Load(len(plan.pending) - cut, tuple(rungs))


def told(suite: Suite, *, device: str = "auto") -> str:
    """Say which rungs come before the run; empty where there are none."""
    found = load(suite, device=device) if suite.search.halving else Load(0)
    if not found.rungs:
        return ""
    steps = ", then ".join(f"{jobs} jobs under 1/{divisor} of the budget" for jobs, divisor in found.rungs)
    return f"Halving comes first, on the first fold alone: {steps}. {found.jobs} jobs are left for the run itself."
