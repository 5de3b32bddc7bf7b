"""ROC AUC: how often an item of the class scores above one that is not of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.scores import Scores
    from dlbench.forms.truth import Truth


class RocAuc(Metric):
    """P(score of a member > score of a non-member), ties counting half; NaN where a class has no items.

    Two classes: members of class 1, ordered by its column where the two columns sum to a constant
    (probabilities), else by its column minus the other. More: the plain mean over the classes, each against the
    rest. Of the four pairs (.35, .1) (.35, .4) (.8, .1) (.8, .4), three are in order:

    >>> import numpy as np
    >>> from dlbench.forms.scores import Scores
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 1, 1]), ("no", "yes"))
    >>> ones = np.array([0.1, 0.4, 0.35, 0.8])
    >>> RocAuc().score(truth, Scores(np.column_stack([1 - ones, ones])))
    0.75
    """

    name = "roc_auc"
    title = "area under the ROC curve, one class against the rest"
    paper = "Hanley and McNeil, The meaning and use of the area under a ROC curve, 1982; Fawcett, 2006"
    better = "higher"
    scores = "Scores"
    strata = "classes"
    low, high = 0.0, 1.0

    def score(self, truth: Truth, prediction: Scores, weights: np.ndarray | None = None) -> float:
        import numpy as np

        weights = checked(self, truth, prediction, weights)
        values, target = prediction.values, truth.target
        classes = values.shape[1]
        wanted = len(truth.classes) or classes
        if classes != wanted or target.max(initial=-1) >= classes:
            raise ValueError(f"{self.name}: expected a column for each of the {wanted} classes, got {classes}")
        if classes < 2 or not len(target):
            return float("nan")
        if classes == 2:
            return area(target == 1, one_column(values), weights)
        return float(np.mean([area(target == code, values[:, code], weights) for code in range(classes)]))


def area(member: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the area for (n,) booleans and scores in O(n log n); NaN without a member or a non-member.

    >>> import numpy as np
    >>> area(np.array([False, True]), np.array([1.0, 1.0]))
    0.5
    """
    import numpy as np

    order = np.argsort(score)
    ranked = score[order]
    inside = member[order].astype(np.float64)
    outside = 1.0 - inside
    if weights is not None:
        inside, outside = inside * weights[order], outside * weights[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    members, others = np.add.reduceat(inside, starts), np.add.reduceat(outside, starts)
    pairs = members.sum() * others.sum()
    won = members @ (np.cumsum(others) - others / 2)
    return float(won / pairs) if pairs > 0 else float("nan")


def one_column(values: np.ndarray) -> np.ndarray:
    """Return (n,) numbers of (n, 2) scores: the larger, the likelier class 1.

    >>> import numpy as np
    >>> one_column(np.array([[0.75, 0.25], [0.5, 0.5]])), one_column(np.array([[3.0, 1.0], [0.0, 2.0]]))
    (array([0.25, 0.5 ]), array([-2.,  2.]))
    """
    import numpy as np

    pair = values.astype(np.float64)
    sums = pair[:, 0] + pair[:, 1]
    # of complementary columns the difference would round small probabilities together
    complementary = np.ptp(sums) <= 1e-6 * max(1.0, np.abs(pair).max())
    return pair[:, 1] if complementary else pair[:, 1] - pair[:, 0]
