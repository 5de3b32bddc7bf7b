"""Brier score: the squared distance of the probabilities from what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.item_mean import ItemMean

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.probabilities import Probabilities
    from dlbench.forms.truth import Truth


class Brier(ItemMean):
    """The mean of ½ Σ over classes (p − 1 if it is the own class)²: 0 is sure and right, 1 sure and wrong.

    The half makes it (p − truth)² of one column for two classes, and keeps more classes in [0, 1]; Brier's own sum
    is twice this. The columns are off by .2 and by .5, so (.04 + .25)/2:

    >>> import numpy as np
    >>> from dlbench.forms.probabilities import Probabilities
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(["a", "b"]), np.array([0, 1]), ("no", "yes"))
    >>> round(Brier().score(truth, Probabilities(np.array([[0.8, 0.2], [0.5, 0.5]]))), 4)
    0.145
    """

    name = "brier"
    title = "half the squared distance of the probabilities from the truth"
    paper = "Brier, Verification of forecasts expressed in terms of probability, 1950"
    better = "lower"
    scores = "Probabilities"
    low, high = 0.0, 1.0

    def per_item(self, truth: Truth, prediction: Probabilities) -> np.ndarray:
        import numpy as np

        off = prediction.values.astype(np.float64)
        classes = off.shape[1]
        wanted = len(truth.classes) or classes
        if classes != wanted or truth.target.max(initial=-1) >= classes:
            raise ValueError(f"{self.name}: expected a column for each of the {wanted} classes, got {classes}")
        off[np.arange(len(truth)), truth.target] -= 1.0
        distances: np.ndarray = (off * off).sum(axis=1) / 2
        return distances
