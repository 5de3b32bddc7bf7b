"""Results as a pandas frame: one row a job and metric."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.reporting.scores import Score, scored
from dlbench.reporting.source import Source, label_of, place_of

if TYPE_CHECKING:
    import pandas as pd


def frame(source: Source) -> pd.DataFrame:
    """Return one row a job × metric; a number is NaN where there is none.

    `point` is a JSON string, empty without a sweep; times are in seconds, memory in bytes.
    """
    import pandas as pd

    found = pd.DataFrame([_line(score) for score in scored(source.remembering())], columns=list(COLUMNS))
    return found.astype(dict.fromkeys(("value", "validation", *costs({})), float))


COLUMNS = (
    *("task", "task_type", "point", "contestant", "kind", "metric", "better", "repeat", "fold", "seed", "value"),
    *("status", "reason", "validation", "fit_seconds", "first_predict_seconds", "predict_seconds_per_1000"),
    *("peak_memory_bytes", "parameters"),
    *("trials", "granted_trials", "granted_seconds", "used_seconds", "key"),
)


def _line(score: Score) -> dict[str, Any]:
    record, job = score.record, score.record["job"]
    task, point = place_of(record)
    judge = catalog.metrics().get(score.metric)
    return {
        "task": task,
        "task_type": job.get("task_type", ""),
        "point": point,
        "contestant": label_of(record),
        "kind": job["contestant"].get("kind", ""),
        "metric": score.metric,
        "better": judge.better if judge else "higher",
        **{name: int(job.get(name, 0)) for name in ("repeat", "fold", "seed")},
        "value": math.nan if score.value is None else score.value,
        "status": score.status,
        "reason": score.reason,
        "validation": (record.get("validation") or {}).get("value"),
        **costs(record),
        "key": record["key"],
    }


def costs(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a job cost; None where it was not measured.

    `fit_seconds` is one fit at the chosen setting (preparation, compilation, refit), `used_seconds` all that the
    budget is charged with, search and pretraining included. `first_predict_seconds` is the first prediction of a fitted
    model, of at most eight items; `predict_seconds_per_1000` is timed after it.
    """
    ledger = record.get("ledger") or {}
    fit, used, search = (ledger.get(name) for name in ("fit_seconds", "used_seconds", "search"))
    if fit is None and used is not None and record.get("status") == "ok":
        fit = used - (search or 0.0) - (ledger.get("pretraining") or 0.0)
    taken = {name: ledger.get(name) for name in ("trials", "granted_trials", "granted_seconds", "used_seconds")}
    names = ("first_predict_seconds", "predict_seconds_per_1000", "peak_memory_bytes", "parameters")
    measured = {name: record.get(name) for name in names}
    return {"fit_seconds": fit, **measured, **taken}
