"""Accuracy: the share of items given their own class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import average, checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.labels import Labels
    from dlbench.forms.truth import Truth


class Accuracy(Metric):
    """The weighted share of hits.

    Three of four are right:

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 1, 1, 0]), ("no", "yes"))
    >>> Accuracy().score(truth, Labels(np.array([0, 1, 1, 1])))
    0.75
    """

    name = "accuracy"
    title = "share of items given their own class"
    paper = "Sokolova and Lapalme, A systematic analysis of performance measures for classification tasks, 2009"
    better = "higher"
    scores = "Labels"
    proportion = True
    low, high = 0.0, 1.0

    def score(self, truth: Truth, prediction: Labels, weights: np.ndarray | None = None) -> float:
        weights = checked(self, truth, prediction, weights)
        return average(truth.target == prediction.codes, weights)
