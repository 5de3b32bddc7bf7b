"""Accuracy: the share of items given their own class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.item_mean import ItemMean

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.labels import Labels
    from dlbench.forms.truth import Truth


class Accuracy(ItemMean):
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
    shares = "items"
    low, high = 0.0, 1.0

    def per_item(self, truth: Truth, prediction: Labels) -> np.ndarray:
        hits: np.ndarray = truth.target == prediction.codes
        return hits
