"""What a run says of the judges it used, so that a report can read it where their code is not at hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import UsageError
from dlbench.core.metric import Metric

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.truth import Truth

_TOLD = ("title", "better", "scores", "unit", "low", "high")


class RecordedMetric(Metric):
    """Stands in for a metric that an included file brought: direction, range and unit, but no judging."""

    def __init__(self, name: str, told: Mapping[str, Any]) -> None:
        for key in ("name", *_TOLD):
            object.__setattr__(self, key, name if key == "name" else told[key])
        self.version = str(told["version"])

    def score(self, truth: Truth, prediction: Any, weights: np.ndarray | None = None) -> float:
        raise UsageError(f"{self.name}: its code is not at hand, so nothing can be scored anew")


def told_of(metric: Metric, version: str) -> dict[str, Any]:
    """Return what run.json keeps of a metric."""
    return {**{key: getattr(metric, key) for key in _TOLD}, "version": version}
