"""ARI: the adjusted Rand index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.clusters import Clusters
    from dlbench.forms.truth import Truth


class Ari(Metric):
    """Agreement on pairs of items, corrected for chance: (index − expected) / (largest − expected).

    0 is chance, 1 the same groups under any names; noise (-1) counts as a group; NaN below two items. No
    weights: repeating an item adds a pair that any grouping gets right. Pairs together in both 1, in the truth 2,
    in the prediction 1, of 6: expected 2·1/6 = 1/3, largest 1.5, so (1 − 1/3)/(1.5 − 1/3) = 4/7:

    >>> import numpy as np
    >>> from dlbench.forms.clusters import Clusters
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 1, 1]), ("x", "y"))
    >>> round(Ari().score(truth, Clusters(np.array([0, 0, 1, 2]))), 4)
    0.5714
    """

    name = "ari"
    title = "adjusted Rand index"
    paper = "Hubert and Arabie, Comparing partitions, 1985"
    uses = ("scikit-learn",)
    better = "higher"
    scores = "Clusters"
    unit = "subsample"
    low, high = -0.5, 1.0

    def score(self, truth: Truth, prediction: Clusters, weights: np.ndarray | None = None) -> float:
        checked(self, truth, prediction, weights)
        if len(truth) < 2:
            return float("nan")
        from sklearn.metrics import adjusted_rand_score

        return float(adjusted_rand_score(truth.target, prediction.codes))
