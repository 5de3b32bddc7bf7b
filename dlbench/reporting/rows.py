"""Decided rows: one line for each task × point × contestant × metric."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from dlbench.reporting.board import Round, better, board, sign
from dlbench.reporting.cell import Cell
from dlbench.reporting.frame import costs
from dlbench.reporting.intervals import Bounds, intervals
from dlbench.reporting.source import Record, Source


@dataclass(frozen=True)
class Row:
    """A cell with all that a report says of it.

    Attributes:
        value, low, high: mean over folds of means over seeds, with its 95 % interval; None where there is none.
        interval_from: what the interval rests on: folds, items, blocks of origins, fit seeds; or why there is none.
        n: jobs that gave a value; `jobs`: jobs there should be; `stood_in`: jobs for which the floor's value stands.
        status: ok, partial, failed, unavailable, undefined (the metric has no value), pending.
        rank, rank_dropped: among the contestants, under the suite's policy for failed jobs and under the other one.
        fit_seconds, …, used_seconds: mean a job, memory the largest; `reused`: timings come from an earlier run.
        reference: published figure from the suite, with its source; None without one.
        reference_difference: value − published, positive where ours is better; None without either.
        keys: of the records it rests on, those of the floor where it stands in among them.
    """

    task: str
    task_type: str
    point: str
    contestant: str
    kind: str
    metric: str
    primary: bool
    better: str
    value: float | None
    low: float | None
    high: float | None
    interval_from: str
    n: int
    jobs: int
    stood_in: int
    status: str
    reason: str
    rank: int | None
    rank_dropped: int | None
    fit_seconds: float | None
    first_predict_seconds: float | None
    predict_seconds_per_1000: float | None
    peak_memory_bytes: int | None
    parameters: int | None
    trials: float | None
    granted_trials: float | None
    granted_seconds: float | None
    used_seconds: float | None
    reused: bool
    reference: Any
    reference_difference: float | None
    keys: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON and CSV write them."""
        return {**{name: getattr(self, name) for name in _NAMES}, "keys": list(self.keys)}


_NAMES = tuple(field.name for field in fields(Row))


def rows(source: Source, rounds: Iterable[Round] | None = None) -> tuple[Row, ...]:
    """Return all rows, best rank first within a task and metric; those without a value last."""
    decided: list[Row] = []
    for place in board(source) if rounds is None else rounds:
        spent = {contestant: _spent(source, jobs) for contestant, jobs in place.jobs.items()}
        for metric in place.metrics:
            ranked = [_ranks(cells, metric) for cells in (place.cells, place.others)]
            named = [contestant for contestant, name in place.cells if name == metric]
            valued = [contestant for contestant in named if place.cells[contestant, metric].value is not None]
            bounds = intervals(source, place, metric, valued)
            found = [
                _row(source, place, (name, metric), ranked, {**spent[name], **_said(bounds.get(name))})
                for name in named
            ]
            decided.extend(sorted(found, key=lambda row: math.inf if row.rank is None else row.rank))
    return tuple(decided)


def ranks(cells: Mapping[str, Cell], direction: int) -> dict[str, int]:
    """Return contestant → rank, 1 the best; equals share the better rank, those without a value have none."""
    values = {name: round(direction * held.value, 12) for name, held in cells.items() if held.value is not None}
    places: dict[float, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        places.setdefault(value, place)
    return {name: places[value] for name, value in values.items()}


def _row(
    source: Source,
    place: Round,
    name: tuple[str, str],
    ranked: Sequence[Mapping[str, int]],
    spent: Mapping[str, Any],
) -> Row:
    contestant, metric = name
    held = place.cells[contestant, metric]
    return Row(
        task=place.task,
        task_type=place.task_type,
        point=place.point,
        contestant=contestant,
        kind=place.kind(contestant),
        metric=metric,
        primary=metric == place.primary,
        better=better(metric),
        value=held.value,
        n=held.finished,
        jobs=len(held.scores),
        stood_in=held.stood_in,
        status=held.status,
        reason=held.reason,
        rank=ranked[0].get(contestant),
        rank_dropped=ranked[1].get(contestant),
        **_beside(source.reference(place.task, metric), metric, held.value),
        **{**spent, "keys": _keys(spent["keys"], held)},
    )


def _beside(given: Any, metric: str, value: float | None) -> dict[str, Any]:
    apart = sign(metric) * (value - float(given["value"])) if given and value is not None else None
    return {"reference": given, "reference_difference": apart}


def _keys(own: Iterable[str], held: Cell) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*own, *(str(score.record["key"]) for _, score in held.counted)]))


def _said(bounds: Bounds | None) -> dict[str, Any]:
    found = bounds or Bounds(None, None, "")
    return {"low": found.low, "high": found.high, "interval_from": found.rests_on}


def _ranks(cells: Mapping[tuple[str, str], Cell], metric: str) -> dict[str, int]:
    return ranks({name: held for (name, other), held in cells.items() if other == metric}, sign(metric))


def _spent(source: Source, jobs: Sequence[Record]) -> dict[str, Any]:
    """Return what the rows of a contestant share: costs, whether they come from an earlier run, and keys."""
    return {
        **mean_costs(jobs),
        "reused": any(job["key"] in source.reused for job in jobs),
        "keys": tuple(job["key"] for job in jobs if job["status"] != "pending"),
    }


def mean_costs(jobs: Iterable[Record]) -> dict[str, Any]:
    """Return the mean cost of a job over the jobs that ended well, memory the largest; None where not measured."""
    measured = [costs(job) for job in jobs if job["status"] == "ok"]
    names = costs({})
    found = {name: [cost[name] for cost in measured if cost[name] is not None] for name in names}
    means = {name: sum(values) / len(values) if values else None for name, values in found.items()}
    memory, parameters = found["peak_memory_bytes"], means["parameters"]
    return {
        **means,
        "peak_memory_bytes": max(memory) if memory else None,
        "parameters": None if parameters is None else round(parameters),
    }
