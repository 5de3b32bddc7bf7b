"""Scores a prediction. It is given truth and prediction and cannot see who made it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.source import source_hash

if TYPE_CHECKING:
    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth


def judge(truth: Truth, prediction: Form, metrics: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return metric name → value (None where it is not defined) and the version of the judge's code.

    A judge that fails is its own fault, not the contestant's: its value is None, with the reason, and is computed
    again from the kept prediction once its code is another.
    """
    return {name: {**_judged(truth, prediction, name), "version": version(name)} for name in metrics}


def _judged(truth: Truth, prediction: Form, metric: str) -> dict[str, Any]:
    try:
        return {"value": score(truth, prediction, metric)}
    except Exception as error:  # noqa: BLE001  a judge's code: it costs its own value alone
        return {"value": None, "reason": f"{type(error).__name__}: {error}"}


def score(truth: Truth, prediction: Form, metric: str) -> float | None:
    """Return one score, None where it is not defined."""
    judging = catalog.metric(metric)
    value = float(judging.score(truth, prediction.to(judging.scores)))
    return value if math.isfinite(value) else None


@cache
def version(metric: str) -> str:
    """Return the hash of a judge's code, with the judges and forms it imports; the rest of dlbench cannot change it."""
    return source_hash([type(catalog.metric(metric)).__module__], within=("dlbench.metrics", "dlbench.forms"))
