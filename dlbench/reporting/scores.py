"""Job × metric: the stored score, or one computed from what the job predicted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.core.form import reachable
from dlbench.reporting.source import Record, Source, label_of


@dataclass(frozen=True)
class Score:
    """What one job scored on one metric.

    Attributes:
        record: of the job.
        metric: name.
        value: None where there is none; `reason` says why.
        version: of the metric that gave the value.
    """

    record: Record
    metric: str
    value: float | None
    version: str = ""
    reason: str = ""

    @property
    def status(self) -> str:
        """The job's status; `undefined` where the job is fine and the metric has no value for it."""
        return "undefined" if self.record["status"] == "ok" and self.value is None else str(self.record["status"])


def scored(source: Source) -> tuple[Score, ...]:
    """Return every job's score on every metric that its task asks for and its form can answer.

    Scoring is a step of its own: a score that is missing, or of another version of its metric, is computed from
    the prediction that was kept.
    """
    primary_first: list[Score] = []
    for task, _, jobs in source.places():
        task_type = next((str(job["job"]["task_type"]) for job in jobs if job["job"].get("task_type")), "")
        for metric in source.metrics(task, task_type):
            primary_first.extend(_score(source, job, metric) for job in jobs if not misfit(source, job, metric))
    return tuple(primary_first)


def misfit(source: Source, record: Record, metric: str) -> str:
    """Say why a metric is not asked of a job: skipped by the plan, or its form cannot answer; empty where it is."""
    task, contestant = str(record["job"]["task"]), label_of(record)
    if reason := source.skipped.get((task, contestant, metric)):
        return reason
    form, judge = record.get("form"), catalog.metrics().get(metric)
    if form and judge and judge.scores not in reachable(form):
        return f"{contestant} gives {form}, {metric} needs {judge.scores}"
    return ""


def _score(source: Source, record: Record, metric: str) -> Score:
    if record["status"] != "ok":
        return Score(record, metric, None, reason=str(record.get("reason", "")))
    stored = (record.get("scores") or {}).get(metric)
    today = source.metric_version(metric) if source.metric_version and metric in catalog.metrics() else None
    if stored is not None and today in (None, stored.get("version")):
        version, value = str(stored.get("version", "")), _finite(stored.get("value"))
        if reason := stored.get("reason"):
            return Score(record, metric, value, version, f"{metric} failed: {reason}")
        return _score_of(record, metric, value, version)
    return _computed(source, record, metric, today or "")


def _computed(source: Source, record: Record, metric: str, version: str) -> Score:
    try:
        judge = catalog.metric(metric)
        prediction = source.predictions(record).to(judge.scores)
        value = _finite(judge.score(source.truth(record), prediction))
    except (DlbenchError, OSError, ValueError, KeyError) as error:
        return Score(record, metric, None, version, f"{metric} cannot be computed: {error}")
    return _score_of(record, metric, value, version)


def _score_of(record: Record, metric: str, value: float | None, version: str) -> Score:
    return Score(record, metric, value, version, f"{metric} is not defined on this test part" if value is None else "")


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
