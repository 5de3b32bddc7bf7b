"""Metrics of one's own: one that lower is better for, and one that breaks."""

from __future__ import annotations

from dlbench.core.metric import Metric


class ErrorRate(Metric):
    name = "error_rate"
    title = "share of wrong labels"
    better = "lower"
    scores = "Labels"
    low, high = 0.0, 1.0

    def score(self, truth, prediction, weights=None):
        import numpy as np

        return float(np.average(prediction.codes != truth.target, weights=weights))


class Broken(Metric):
    name = "broken"
    title = "raises"
    scores = "Labels"

    def score(self, truth, prediction, weights=None):
        raise RuntimeError("a judge's own mistake")
