"""ECE: the expected calibration error, how far confidence is from the share of hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.probabilities import Probabilities
    from dlbench.forms.truth import Truth

BINS = 15


class Ece(Metric):
    """Σ over bins of (items in it / n) · |share of hits − mean confidence|, 15 bins of equal width.

    Confidence is the largest probability, a hit its class being the own one. Biased upward on few items: with
    perfect calibration it still is about √(2/π) · √(bins · p(1 − p)/n), some .04 at n = 360 and p = .9; .01 takes
    n = 6,000. Compare only on the same test part, and read it beside `brier` and `log_loss`, which have no such
    bias. A test part drawn again from itself doubles the bias, so items cannot be resampled: no weights.
    One bin, three hits of four at .95, so .2:

    >>> import numpy as np
    >>> from dlbench.forms.probabilities import Probabilities
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> round(Ece().score(truth, Probabilities(np.tile([0.95, 0.05], (4, 1)))), 4)
    0.2
    """

    name = "ece"
    title = "expected calibration error of the largest probability, 15 bins; biased upward on few items"
    paper = "Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks, 2017; Naeini et al., 2015"
    better = "lower"
    scores = "Probabilities"
    unit = "seeds"
    low, high = 0.0, 1.0

    def score(self, truth: Truth, prediction: Probabilities, weights: np.ndarray | None = None) -> float:
        import numpy as np

        checked(self, truth, prediction, weights)
        values = prediction.values.astype(np.float64)
        classes = values.shape[1]
        wanted = len(truth.classes) or classes
        if classes != wanted or truth.target.max(initial=-1) >= classes:
            raise ValueError(f"{self.name}: expected a column for each of the {wanted} classes, got {classes}")
        if not len(truth):
            return float("nan")
        hits = values.argmax(axis=1) == truth.target
        confidence = values.max(axis=1).clip(0.0, 1.0)
        bins = np.ceil(confidence * BINS).astype(np.int64) - 1  # a bound belongs to the bin below it
        off = np.bincount(bins.clip(0), hits - confidence, BINS)
        return float(np.abs(off).sum() / len(truth))
