"""Precision: of the items called a class, the share that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.class_counts import ClassCounts, FromCounts, mean_over, weighted_mean

if TYPE_CHECKING:
    import numpy as np


class Precision(FromCounts):
    """The plain mean (macro) of hits / predicted over the classes that truth or prediction holds, two classes too.

    A class that is never predicted has precision 0; one that neither side holds is left out. The micro average is
    `accuracy`, since an item has one class. Precision is 2/2 for class 0 and 1/2 for class 1:

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> Precision().score(truth, Labels(np.array([0, 0, 1, 1])))
    0.75
    """

    name = "precision"
    title = "mean precision over the classes"
    paper = "van Rijsbergen, Information Retrieval, 1979; Sokolova and Lapalme, 2009"

    def of(self, counts: ClassCounts) -> np.ndarray:
        return mean_over(counts.precision(), counts.held)


class PrecisionWeighted(FromCounts):
    """The mean of the classes' precisions, each weighing as many items as the class has in the truth.

    Precision is 1 for three items of class 0 and 1/2 for the one of class 1, so (3 + 1/2)/4:

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> PrecisionWeighted().score(truth, Labels(np.array([0, 0, 1, 1])))
    0.875
    """

    name = "precision_weighted"
    title = "mean precision over the classes, weighted by their size"
    paper = "van Rijsbergen, Information Retrieval, 1979; Sokolova and Lapalme, 2009"
    shares = "items"

    def of(self, counts: ClassCounts) -> np.ndarray:
        return weighted_mean(counts.precision(), counts.actual)
