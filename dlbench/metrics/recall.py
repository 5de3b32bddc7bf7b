"""Recall: of the items of a class, the share that is called so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.class_counts import ClassCounts, FromCounts, mean_over

if TYPE_CHECKING:
    import numpy as np


class Recall(FromCounts):
    """The plain mean (macro) of hits / actual over the classes that truth or prediction holds, two classes too.

    A class that is predicted but never true has recall 0, where `balanced_accuracy` leaves it out; one that neither
    side holds is left out. Micro and weighted averages are `accuracy`. Recall is 2/3 for class 0 and 1 for class 1:

    >>> import numpy as np
    >>> from dlbench.forms.labels import Labels
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(list("abcd")), np.array([0, 0, 0, 1]), ("no", "yes"))
    >>> round(Recall().score(truth, Labels(np.array([0, 0, 1, 1]))), 4)
    0.8333
    """

    name = "recall"
    title = "mean recall over the classes"
    paper = "van Rijsbergen, Information Retrieval, 1979; Sokolova and Lapalme, 2009"

    def of(self, counts: ClassCounts) -> np.ndarray:
        return mean_over(counts.recall(), counts.held)
