"""Log loss: what the probabilities cost in nats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.item_mean import ItemMean

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.probabilities import Probabilities
    from dlbench.forms.truth import Truth

SMALLEST = 1e-15


class LogLoss(ItemMean):
    """The mean of −ln p(own class), in nats, p clipped to [1e-15, 1] as float64: a sure error costs 34.5, not ∞.

    (−ln .5 − ln .25)/2 = 1.5·ln 2:

    >>> import numpy as np
    >>> from dlbench.forms.probabilities import Probabilities
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(["a", "b"]), np.array([0, 1]), ("no", "yes"))
    >>> round(LogLoss().score(truth, Probabilities(np.array([[0.5, 0.5], [0.75, 0.25]]))), 4)
    1.0397
    """

    name = "log_loss"
    title = "mean negative log probability of the own class, in nats"
    paper = "Good, Rational decisions, 1952"
    better = "lower"
    scores = "Probabilities"
    low, high = 0.0, None

    def per_item(self, truth: Truth, prediction: Probabilities) -> np.ndarray:
        import numpy as np

        classes = prediction.values.shape[1]
        wanted = len(truth.classes) or classes
        if classes != wanted or truth.target.max(initial=-1) >= classes:
            raise ValueError(f"{self.name}: expected a column for each of the {wanted} classes, got {classes}")
        own = prediction.values[np.arange(len(truth)), truth.target].astype(np.float64)
        losses: np.ndarray = -np.log(own.clip(SMALLEST, 1.0))
        return losses
