"""Horizon curves: how far ahead each contestant still sees, by the error of each step of its kept forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dlbench.core.errors import DlbenchError
from dlbench.reporting.board import Round
from dlbench.reporting.source import Fold, Record, Source, fold_of
from dlbench.stats.horizon import errors_by_step

MEASURES = ("mae", "rmse", "scaled")
"""Mean absolute error, root of the mean squared one, and the absolute one over the naive error of the history."""


@dataclass(frozen=True)
class Horizon:
    """The errors of one contestant on one task by step ahead, the first step first.

    Attributes:
        mae, rmse: one a step, in the unit of the series: mean over folds of the means over seeds.
        scaled: the mean absolute error in units of the seasonal naive error of the history, as MASE has it; None
            where a truth carries no such error.
        keys: of the records it rests on.
    """

    task: str
    point: str
    contestant: str
    kind: str
    mae: tuple[float, ...]
    rmse: tuple[float, ...]
    scaled: tuple[float, ...] | None
    keys: tuple[str, ...]

    def errors(self, measure: str) -> tuple[float, ...] | None:
        """Return the errors of a measure, one a step; None where there are none."""
        found: tuple[float, ...] | None = getattr(self, measure)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return asdict(self)


def horizons(source: Source, rounds: Sequence[Round]) -> tuple[Horizon, ...]:
    """Return an entry for each task, point and contestant that forecast more than one step; else none."""
    found = (_contestant(source, place, name) for place in rounds for name in place.jobs)
    return tuple(held for held in found if held is not None)


def natural(metric: str) -> str:
    """Return the measure that goes with a metric: what it means over all steps.

    >>> natural("rmse"), natural("mase"), natural("mae"), natural("r2")
    ('rmse', 'scaled', 'mae', 'mae')
    """
    return {"rmse": "rmse", "mase": "scaled"}.get(metric, "mae")


def shown_steps(horizon: int) -> tuple[int, ...]:
    """Return the few steps of a horizon that a table shows, from 1.

    >>> shown_steps(4), shown_steps(24), shown_steps(100)
    ((1, 2, 3, 4), (1, 2, 3, 6, 12, 24), (1, 2, 3, 6, 12, 24, 48, 96, 100))
    """
    if horizon <= 6:
        return tuple(range(1, horizon + 1))
    steps = [1, 2, 3]
    while steps[-1] * 2 <= horizon:
        steps.append(steps[-1] * 2)
    return tuple(dict.fromkeys([*steps, horizon]))


def crossing(held: Sequence[Horizon], measure: str) -> str:
    """Say in a sentence who errs least one step ahead and who at the end, where these are not the same; else nothing.

    The floor takes no part, nor who is level with another.
    """
    curves = {one.contestant: one.errors(measure) for one in held if one.kind != "floor"}
    known = {name: np.array(errors) for name, errors in curves.items() if errors is not None}
    if len(known) < 2:
        return ""
    names, table = list(known), np.array(list(known.values()))
    near, far = (_leader(table[:, step]) for step in (0, -1))
    if near is None or far is None or near == far:
        return ""
    leads = table.argmin(axis=0)
    last = int(np.flatnonzero(leads != near)[0])  # steps from the first on that the near one leads
    first = int(np.flatnonzero(leads != far)[-1]) + 2
    short = "one step ahead" if last == 1 else f"up to {last} steps ahead"
    return (
        f"{names[near]} errs least {short}, {names[far]} from step {first} on to the last, {table.shape[1]}: "
        "means, not a test."
    )


def _leader(errors: np.ndarray) -> int | None:
    """Return who errs least; None where several do."""
    least = np.flatnonzero(errors == errors.min())
    return int(least[0]) if len(least) == 1 else None


def _contestant(source: Source, place: Round, contestant: str) -> Horizon | None:
    by_fold: dict[Fold, list[dict[str, np.ndarray]]] = {}
    keys = []
    for record in place.jobs[contestant]:
        errors = _errors(source, record)
        if errors is not None:
            by_fold.setdefault(fold_of(record), []).append(errors)
            keys.append(str(record["key"]))
    means = {measure: _mean(by_fold, measure) for measure in MEASURES}
    mae, rmse = means["mae"], means["rmse"]
    if mae is None or rmse is None or len(mae) < 2:
        return None
    return Horizon(place.task, place.point, contestant, place.kind(contestant), mae, rmse, means["scaled"], tuple(keys))


def _errors(source: Source, record: Record) -> dict[str, np.ndarray] | None:
    """Return measure → (horizon,) errors of one job; None where it did not forecast."""
    if record["status"] != "ok" or record.get("form") != "Forecast":
        return None
    try:
        truth, values = source.truth(record), source.predictions(record).arrays()["values"]
        mae, rmse = errors_by_step(truth.target, values)
        if truth.scale is None or not (truth.scale > 0).all():
            return {"mae": mae, "rmse": rmse}
        scaled, _ = errors_by_step(truth.target / truth.scale, values / truth.scale.reshape(values.shape))
    except (DlbenchError, OSError, ValueError, KeyError):  # the row of this contestant already says so
        return None
    return {"mae": mae, "rmse": rmse, "scaled": scaled}


def _mean(by_fold: Mapping[Fold, Sequence[Mapping[str, np.ndarray]]], measure: str) -> tuple[float, ...] | None:
    """Return the mean over folds of the means over seeds; None where a job lacks it, or horizons differ."""
    jobs = [errors for held in by_fold.values() for errors in held]
    if not jobs or len({len(errors.get(measure, ())) for errors in jobs}) > 1 or measure not in jobs[0]:
        return None
    folds = [np.mean([errors[measure] for errors in held], axis=0) for held in by_fold.values()]
    return tuple(float(value) for value in np.mean(folds, axis=0))
