"""NMI: normalised mutual information."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.clusters import Clusters
    from dlbench.forms.truth import Truth


class Nmi(Metric):
    """Mutual information of classes and clusters over the mean of their two entropies (the arithmetic one).

    0 where the groups say nothing of the classes (not corrected for chance: many small groups raise it), 1 for
    the same groups under any names; noise (-1) counts as a group; NaN below two items. The information is ln 2,
    the entropies are ln 2 and 1.5·ln 2, so 1/1.25:

    >>> import numpy as np
    >>> from dlbench.forms.clusters import Clusters
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 1, 1]), ("x", "y"))
    >>> round(Nmi().score(truth, Clusters(np.array([0, 0, 1, 2]))), 4)
    0.8
    """

    name = "nmi"
    title = "normalised mutual information"
    paper = "Vinh, Epps and Bailey, Information theoretic measures for clusterings comparison, 2010"
    uses = ("scikit-learn",)
    better = "higher"
    scores = "Clusters"
    unit = "subsample"
    low, high = 0.0, 1.0

    def score(self, truth: Truth, prediction: Clusters, weights: np.ndarray | None = None) -> float:
        checked(self, truth, prediction, weights)
        if len(truth) < 2:
            return float("nan")
        from sklearn.metrics import normalized_mutual_info_score

        return float(normalized_mutual_info_score(truth.target, prediction.codes))
