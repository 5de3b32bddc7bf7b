"""F1, the harmonic mean of precision and recall: macro, micro and weighted over the classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.class_counts import ClassCounts, FromCounts, mean_over, weighted_mean
from dlbench.metrics.item_mean import ratio

if TYPE_CHECKING:
    import numpy as np


class F1Macro(FromCounts):
    """The plain mean of F1 = 2·hits / (actual + predicted) over the classes that truth or prediction holds.

    A class that is never predicted, or never true, has F1 0; one that neither side holds is left out. F1 is
    2·2/(3+2) = .8 for class 0 and 2·1/(1+2) = 2/3 for class 1:

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> round(F1Macro().score(truth, Labels(np.array([0, 0, 1, 1]))), 4)
    0.7333
    """

    name = "f1_macro"
    title = "mean F1 over the classes"
    paper = "van Rijsbergen, Information Retrieval, 1979; Opitz and Burst, Macro F1 and Macro F1, 2019"

    def of(self, counts: ClassCounts) -> np.ndarray:
        return mean_over(counts.f1(), counts.held)


class F1Micro(FromCounts):
    """F1 of the counts of all classes together; with one class an item it equals accuracy.

    Hits 3, actual 4, predicted 4, so 2·3/(4+4):

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> F1Micro().score(truth, Labels(np.array([0, 0, 1, 1])))
    0.75
    """

    name = "f1_micro"
    title = "F1 of the counts of all classes together"
    paper = "van Rijsbergen, Information Retrieval, 1979"
    shares = "items"

    def of(self, counts: ClassCounts) -> np.ndarray:
        either = (counts.actual + counts.predicted).sum(axis=-1)
        return ratio(2 * counts.hits.sum(axis=-1), either)


class F1Weighted(FromCounts):
    """The mean of the classes' F1, each weighing as many items as the class has in the truth.

    F1 is .8 for three items of class 0 and 2/3 for the one of class 1, so (3·.8 + 2/3)/4:

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> round(F1Weighted().score(truth, Labels(np.array([0, 0, 1, 1]))), 4)
    0.7667
    """

    name = "f1_weighted"
    title = "mean F1 over the classes, weighted by their size"
    paper = "van Rijsbergen, Information Retrieval, 1979"
    shares = "items"

    def of(self, counts: ClassCounts) -> np.ndarray:
        return weighted_mean(counts.f1(), counts.actual)
