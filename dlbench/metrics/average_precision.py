"""Average precision: the area under the precision-recall curve, as a sum of steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.roc_auc import one_against_rest
from dlbench.metrics.steps import Steps
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.scores import Scores
    from dlbench.forms.truth import Truth


class AveragePrecision(Metric):
    """Σ (recall gained at a score) · (precision from there up), ties in one step; NaN where a class has no items.

    Two classes: the last one is the class looked for, ordered as in `roc_auc`. More: the plain mean over the
    classes, each against the rest. Chance is the class's share, not .5. Members come first and third, so
    ½ · 1/1 + ½ · 2/3:

    >>> import numpy as np
    >>> from dlbench.forms.scores import Scores
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 1, 1]), ("no", "yes"))
    >>> ones = np.array([0.1, 0.4, 0.35, 0.8])
    >>> round(AveragePrecision().score(truth, Scores(np.column_stack([1 - ones, ones]))), 4)
    0.8333
    """

    name = "average_precision"
    title = "area under the precision-recall curve, one class against the rest"
    paper = "Davis and Goadrich, The relationship between Precision-Recall and ROC curves, 2006"
    better = "higher"
    scores = "Scores"
    strata = "classes"
    low, high = 0.0, 1.0

    def score(self, truth: Truth, prediction: Scores, weights: np.ndarray | None = None) -> float:
        return float(self.weigher(truth, prediction)(checked(self, truth, prediction, weights)))

    def weigher(self, truth: Truth, prediction: Scores) -> Callable[[np.ndarray | None], float]:
        """Return the score as a function of weights; items are sorted once."""
        checked(self, truth, prediction, None)
        return one_against_rest(self.name, truth, prediction, step_area_of)


def step_area(member: np.ndarray, score: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return the area for (n,) booleans and scores in O(n log n); NaN without a member or a non-member.

    >>> import numpy as np
    >>> step_area(np.array([False, True]), np.array([1.0, 1.0]))
    0.5
    """
    return step_area_of(member, score)(weights)


def step_area_of(member: np.ndarray, score: np.ndarray) -> Callable[[np.ndarray | None], float]:
    """Return the same as a function of weights, O(n) each."""
    import numpy as np

    steps = Steps.of(member, score, highest_first=True)

    def weighed(weights: np.ndarray | None) -> float:
        gained, others = steps.counts(weights)
        if not (gained.any() and others.any()):
            return float("nan")
        found = np.cumsum(gained)
        called = found + np.cumsum(others)
        precision = np.divide(found, called, out=np.zeros(len(found)), where=called > 0)
        return float(gained @ precision / found[-1])

    return weighed
