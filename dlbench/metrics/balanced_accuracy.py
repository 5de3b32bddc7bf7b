"""Balanced accuracy: the mean of the classes' recalls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.class_counts import ClassCounts, FromCounts, mean_over

if TYPE_CHECKING:
    import numpy as np


class BalancedAccuracy(FromCounts):
    """The mean recall over the classes that the truth holds; not corrected for chance.

    Recall is 2/3 of class 0 and 1/1 of class 1, their mean 5/6:

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> round(BalancedAccuracy().score(truth, Labels(np.array([0, 0, 1, 1]))), 4)
    0.8333
    """

    name = "balanced_accuracy"
    title = "mean recall over the classes"
    paper = "Brodersen, Ong, Stephan and Buhmann, The balanced accuracy and its posterior distribution, 2010"

    def of(self, counts: ClassCounts) -> np.ndarray:
        return mean_over(counts.recall(), counts.actual > 0)
