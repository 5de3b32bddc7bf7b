"""ROC AUC: how often an item of the class scores above one that is not of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlbench.core.metric import Metric
from dlbench.metrics.steps import Steps
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.scores import Scores
    from dlbench.forms.truth import Truth

    Weighing = Callable[[np.ndarray | None], Any]
    """From (n,) weights, or None, to a score; of those that take them, from (m, n) weights to (m,) scores."""


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
    shares = "pairs"
    low, high = 0.0, 1.0
    weighs_many = True

    def score(self, truth: Truth, prediction: Scores, weights: np.ndarray | None = None) -> float:
        return float(self.weigher(truth, prediction)(checked(self, truth, prediction, weights)))

    def weigher(self, truth: Truth, prediction: Scores) -> Callable[[np.ndarray | None], float]:
        """Return the score as a function of weights; items are sorted once."""
        checked(self, truth, prediction, None)
        return one_against_rest(self.name, truth, prediction, area_of)


def one_against_rest(
    name: str, truth: Truth, prediction: Scores, of: Callable[[np.ndarray, np.ndarray], Weighing]
) -> Weighing:
    """Return the mean over the classes, each against the rest, as a function of weights; of two classes the last.

    Args:
        name: of the metric, for its errors.
        of: from (n,) members and scores to the value as a function of weights.

    Raises:
        ValueError: scores that have not one column a class.
    """
    import numpy as np

    values, target = prediction.values, truth.target
    classes = values.shape[1]
    wanted = len(truth.classes) or classes
    if classes != wanted or target.max(initial=-1) >= classes:
        raise ValueError(f"{name}: expected a column for each of the {wanted} classes, got {classes}")
    if classes < 2 or not len(target):
        return lambda weights: float("nan")
    if classes == 2:
        return of(target == 1, one_column(values))
    each = [of(target == code, values[:, code]) for code in range(classes)]
    return lambda weights: np.mean([value(weights) for value in each], axis=0)


def area(member: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the area for (n,) booleans and scores in O(n log n); NaN without a member or a non-member.

    >>> import numpy as np
    >>> area(np.array([False, True]), np.array([1.0, 1.0]))
    0.5
    """
    return float(area_of(member, score)(weights))


def area_of(member: np.ndarray, score: np.ndarray) -> Weighing:
    """Return the same as a function of (n,) or (m, n) weights, O(n) each."""
    import numpy as np

    steps = Steps.of(member, score)

    def weighed(weights: np.ndarray | None) -> np.ndarray:
        members, others = steps.counts(weights)
        below = np.cumsum(others, axis=-1)
        pairs = members.sum(axis=-1) * below[..., -1]
        ordered = np.einsum("...n,...n->...", members, below - others / 2)
        found: np.ndarray = np.divide(ordered, pairs, out=np.full(np.shape(pairs), np.nan), where=pairs > 0)
        return found

    return weighed


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
