"""The board: every cell of a run, under the suite's policy and under the other one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dlbench.core import catalog
from dlbench.reporting.cell import Cell, Floor, cell, floor_of
from dlbench.reporting.margins import Margin, margin
from dlbench.reporting.scores import Score, scored
from dlbench.reporting.source import Fold, Record, Source, fold_of, label_of, place_of

Place = tuple[str, str]


@dataclass(frozen=True)
class Round:
    """One task at one point: all that is compared with each other.

    Attributes:
        task, point, task_type: point is a JSON string, empty without a sweep.
        metrics: the primary one first.
        jobs: contestant → its jobs.
        cells, others: (contestant, metric) → cell under the suite's policy, and under the other.
        reused: keys of the jobs whose records come from an earlier run.
        margins: metric → what the suite calls small enough not to matter.
    """

    task: str
    point: str
    task_type: str
    metrics: tuple[str, ...]
    jobs: Mapping[str, list[Record]]
    cells: Mapping[tuple[str, str], Cell]
    others: Mapping[tuple[str, str], Cell]
    reused: frozenset[str] = frozenset()
    margins: Mapping[str, Margin] = field(default_factory=dict)

    def margin(self, value: float, metric: str | None = None) -> tuple[float, str]:
        """Return the margin of a metric, the primary one by default, in its unit, and how it came about."""
        name = self.primary if metric is None else metric
        return margin(name, value, self.margins.get(name))

    def has_value(self, contestant: str) -> bool:
        """Whether a contestant finished with a value of the primary metric."""
        held = self.cells.get((contestant, self.primary))
        return bool(held and held.finished and held.value is not None)

    @property
    def primary(self) -> str:
        """The metric that decides; empty where the task has none."""
        return self.metrics[0] if self.metrics else ""

    @cached_property
    def folds(self) -> int:
        """Outer test parts, repeats counted; 1 is a fixed test set."""
        return len(self.all_folds)

    @cached_property
    def all_folds(self) -> tuple[Fold, ...]:
        """(repeat, fold) of every outer test part, ascending."""
        return tuple(sorted({fold_of(job) for job in self._all_jobs()}))

    @cached_property
    def seeds(self) -> int:
        """Fit seeds."""
        return len({job["job"].get("seed", 0) for job in self._all_jobs()})

    def kind(self, contestant: str) -> str:
        """Return floor, classic or deep."""
        return str(self.jobs[contestant][0]["job"]["contestant"].get("kind", ""))

    @property
    def floor(self) -> list[Record]:
        """The jobs of the floor, of the first where there are several; none without one."""
        name = next((name for name in self.jobs if self.kind(name) == "floor"), None)
        return self.jobs[name] if name is not None else []

    @property
    def done(self) -> Record | None:
        """The first job that is finished; None where none is."""
        return next((job for job in self._all_jobs() if job["status"] == "ok"), None)

    def _all_jobs(self) -> list[Record]:
        return [job for jobs in self.jobs.values() for job in jobs]


def board(source: Source) -> tuple[Round, ...]:
    """Return one round for each task and point, in the run's order."""
    by_place: dict[Place, dict[tuple[str, str], list[Score]]] = {}
    for score in scored(source):
        cells = by_place.setdefault(place_of(score.record), {})
        cells.setdefault((label_of(score.record), score.metric), []).append(score)
    return tuple(
        _round(source, task, point, jobs, by_place.get((task, point), {})) for task, point, jobs in source.places()
    )


def title_of(task: str, point: str) -> str:
    """Return task and point for a heading.

    >>> title_of("digits", '{"rows":100}'), title_of("digits", "")
    ('digits · {"rows":100}', 'digits')
    """
    return f"{task} · {point}" if point else task


def better(metric: str) -> str:
    """Return higher or lower."""
    known = catalog.metrics().get(metric)
    return known.better if known else "higher"


def sign(metric: str) -> int:
    """Return 1 where higher is better, else −1."""
    return 1 if better(metric) == "higher" else -1


def _round(
    source: Source, task: str, point: str, jobs: list[Record], scores: Mapping[tuple[str, str], list[Score]]
) -> Round:
    task_type = next((str(job["job"]["task_type"]) for job in jobs if job["job"].get("task_type")), "")
    contestants: dict[str, list[Record]] = {}
    for job in jobs:
        contestants.setdefault(label_of(job), []).append(job)
    floors = _floors(contestants, scores)
    policies = (source.policy, "drop" if source.policy == "floor" else "floor")
    cells, others = (
        {name: cell(found, policy, floors.get(name[1], {})) for name, found in scores.items()} for policy in policies
    )
    asked = source.metrics(task, task_type)
    return Round(task, point, task_type, asked, contestants, cells, others, source.reused, source.margins)


def _floors(contestants: Mapping[str, list[Record]], scores: Mapping[tuple[str, str], list[Score]]) -> dict[str, Floor]:
    """Return metric → the floor's scores; the first floor of the suite stands for it."""
    found: dict[str, Floor] = {}
    for label, jobs in contestants.items():
        if jobs[0]["job"]["contestant"].get("kind") == "floor":
            for (contestant, metric), held in scores.items():
                if contestant == label and metric not in found:
                    found[metric] = floor_of(held)
    return found
