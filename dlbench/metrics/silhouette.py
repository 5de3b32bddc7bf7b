"""Silhouette: how much nearer items lie to their own cluster than to the next one. Needs no labels."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.clusters import Clusters
    from dlbench.forms.truth import Truth

MOST_ITEMS = 2000


class Silhouette(Metric):
    """The mean of (b − a) / max(a, b): a the mean distance to the own cluster, b to the nearest other one.

    Euclidean on the inputs as the truth carries them; noise (-1) counts as a cluster, an item alone in its own
    as 0. Above 2,000 items the 2,000 whose ids hash lowest are judged. NaN with fewer than two clusters, or as
    many clusters as items. On a line at 0, 1 | 9, 10: for the outer items a = 1, b = 9.5, for the inner b = 8.5:

    >>> import numpy as np
    >>> from dlbench.forms.clusters import Clusters
    >>> from dlbench.forms.truth import Truth
    >>> line = np.array([[0.0], [1.0], [9.0], [10.0]])
    >>> truth = Truth(np.array(list("abcd")), np.zeros(4, dtype=int), inputs=line)
    >>> round(Silhouette().score(truth, Clusters(np.array([0, 0, 1, 1]))), 4) == round(1 - (1 / 9.5 + 1 / 8.5) / 2, 4)
    True
    """

    name = "silhouette"
    title = "how much nearer the own cluster is than the next"
    paper = "Rousseeuw, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis, 1987"
    uses = ("scikit-learn",)
    better = "higher"
    scores = "Clusters"
    unit = "subsample"
    low, high = -1.0, 1.0
    needs_inputs = True
    needs_truth = False

    def score(self, truth: Truth, prediction: Clusters, weights: np.ndarray | None = None) -> float:
        import numpy as np

        checked(self, truth, prediction, weights)
        if truth.inputs is None or len(truth.inputs) != len(truth):
            found = "none" if truth.inputs is None else str(len(truth.inputs))
            raise ValueError(f"{self.name}: expected the inputs of {len(truth)} items in the truth, got {found}")
        chosen = lowest_hashes(truth.ids, MOST_ITEMS)
        codes = prediction.codes[chosen]
        if not 2 <= len(np.unique(codes)) < len(codes):
            return float("nan")
        from sklearn.metrics import silhouette_score

        return float(silhouette_score(truth.inputs[chosen].astype(np.float64), codes))


def lowest_hashes(ids: np.ndarray, most: int) -> np.ndarray:
    """Return the positions, ascending, of the `most` ids with the lowest BLAKE2b: a sample that no order sways.

    >>> import numpy as np
    >>> lowest_hashes(np.array(["a", "b"]), 2)
    array([0, 1])
    """
    import numpy as np

    if len(ids) <= most:
        return np.arange(len(ids))
    hashes = [hashlib.blake2b(str(name).encode(), digest_size=8).digest() for name in ids]
    return np.sort(sorted(range(len(ids)), key=hashes.__getitem__)[:most])
