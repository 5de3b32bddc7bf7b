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
    """Return metric name → value (None where it is not defined) and the version of the judge's code."""
    return {name: {"value": score(truth, prediction, name), "version": version(name)} for name in metrics}


def score(truth: Truth, prediction: Form, metric: str) -> float | None:
    """Return one score, None where it is not defined."""
    judging = catalog.metric(metric)
    value = float(judging.score(truth, prediction.to(judging.scores)))
    return value if math.isfinite(value) else None


@cache
def version(metric: str) -> str:
    """Return the hash of a judge's code, with what it imports from dlbench."""
    return source_hash([type(catalog.metric(metric)).__module__])
