"""Average precision as PASCAL VOC defines it, at an overlap of one half: the whole area, and at eleven recalls."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from dlbench.core.metric import Metric
from dlbench.metrics.objects import mean_of, objects_of
from dlbench.metrics.ranking import Ranking, ranked
from dlbench.metrics.weights import checked, checked_weights

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.boxes import Boxes
    from dlbench.forms.objects import Objects
    from dlbench.forms.truth import Truth


class VocAveragePrecision(Metric):
    """The area under the falling envelope of precision over recall, averaged over the classes (VOC from 2010 on).

    A detection points at the object of its class that it overlaps most. It is a hit where that is half or more and
    nobody surer has pointed there, nothing where the object is difficult or a crowd, else a miss: other than COCO's, it
    does not turn to the next best object. A class of which the truth holds no object is left out.

    The surer detection misses, the other hits the only object, so precision is 1/2 at every recall:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth.of(np.array(["a"]), Objects.of([(np.array([[0, 0, 10, 10]]), np.array([0]))]), ("cell",))
    >>> boxes = np.array([[50, 50, 10, 10], [2, 0, 10, 10]])
    >>> VocAveragePrecision().score(truth, Boxes.of([(boxes, np.array([0, 0]), np.array([0.9, 0.8]))]))
    0.5
    """

    name = "voc_ap"
    title = "mean area under the precision-recall curves at an overlap of .50 (PASCAL VOC 2010)"
    paper = "Everingham et al., The PASCAL Visual Object Classes (VOC) Challenge, 2010"
    better = "higher"
    scores = "Boxes"
    low, high = 0.0, 1.0

    overlap: ClassVar[float] = 0.5

    def score(self, truth: Truth, prediction: Boxes, weights: np.ndarray | None = None) -> float:
        return mean_of(self.by_class(truth, prediction, weights))

    def by_class(self, truth: Truth, prediction: Boxes, weights: np.ndarray | None = None) -> np.ndarray:
        """Return the (classes,) average precisions whose mean is the score; NaN for a class without objects."""
        import numpy as np

        weights = checked(self, truth, prediction, weights)
        ranking = matched(*objects_of(self, truth, prediction), prediction, self.overlap)
        return np.asarray(ranking.areas(weights, self.passed)[0])

    def weigher(self, truth: Truth, prediction: Boxes) -> Callable[[np.ndarray | None], float]:
        checked(self, truth, prediction, None)
        ranking = matched(*objects_of(self, truth, prediction), prediction, self.overlap)

        def weighed(weights: np.ndarray | None) -> float:
            return mean_of(ranking.areas(checked_weights(self, len(truth), weights), self.passed)[0])

        return weighed

    def passed(self, recall: np.ndarray) -> np.ndarray:
        """Return the share of the recall axis that lies at or before recalls."""
        return recall


class VocAveragePrecision11(VocAveragePrecision):
    """The mean of the envelope at recalls of 0, .1, …, 1, averaged over the classes (VOC up to 2009).

    One of two objects is found, so precision is 1 at the six recalls up to .5, and 0 at the others:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> objects = Objects.of([(np.array([[0, 0, 10, 10], [50, 50, 10, 10]]), np.array([0, 0]))])
    >>> found = Boxes.of([(np.array([[0, 0, 10, 10]]), np.array([0]), np.array([0.9]))])
    >>> round(VocAveragePrecision11().score(Truth.of(np.array(["a"]), objects, ("cell",)), found), 6)
    0.545455
    """

    name = "voc_ap_11"
    title = "mean precision at eleven recalls at an overlap of .50 (PASCAL VOC 2007)"

    def passed(self, recall: np.ndarray) -> np.ndarray:
        import numpy as np

        return np.searchsorted(np.arange(11) / 10, recall, side="right") / 11


def matched(objects: Objects, classes: int, found: Boxes, overlap: float) -> Ranking:
    """Return the ranking of detections whose hits are VOC's at one overlap."""
    import numpy as np

    from dlbench.forms.ragged import owners

    order = ranked(found.codes, found.scores)
    picture, code = owners(found.offsets)[order], found.codes[order]
    holder = owners(objects.offsets)
    best, reached = _nearest(found.boxes[order], picture * classes + code, objects, holder * classes + objects.codes)
    ignored = objects.crowd | objects.difficult
    claims = np.flatnonzero(reached >= overlap)
    hit, counted = np.zeros((2, 1, len(order)), dtype=bool)
    counted[0] = True
    counted[0, claims] = ~ignored[best[claims]]
    hit[0, claims[np.unique(best[claims], return_index=True)[1]]] = True
    return Ranking(
        len(objects), classes, picture, code, hit & counted, counted, holder[~ignored], objects.codes[~ignored]
    )


def _nearest(boxes: np.ndarray, place: np.ndarray, objects: Objects, home: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each of d detections the object of its picture and class that it overlaps most, and by how much.

    Args:
        boxes: (d, 4).
        place: (d,) picture and class of each detection, as one number.
        objects: g of them.
        home: (g,) the same of each object.

    Returns:
        (d,) objects, 0 where there is none, and (d,) overlaps, -1 there. Of equal ones the first object.
    """
    import numpy as np

    order = np.argsort(home, kind="stable")
    begins, ends = (np.searchsorted(home[order], place, side=side) for side in ("left", "right"))
    counts = ends - begins
    detection = np.repeat(np.arange(len(place)), counts)
    behind = np.arange(len(detection)) - np.repeat(np.cumsum(counts) - counts, counts)
    candidate = order[np.repeat(begins, counts) + behind]
    overlaps = intersection_over_union(boxes[detection], objects.boxes[candidate])
    firsts = np.lexsort((-overlaps, detection))[np.flatnonzero(np.diff(detection, prepend=-1))]
    best, reached = np.zeros(len(place), dtype=np.int64), np.full(len(place), -1.0)
    best[detection[firsts]], reached[detection[firsts]] = candidate[firsts], overlaps[firsts]
    return best, reached


def intersection_over_union(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the (p,) overlaps of (p, 4) boxes with as many others, pair by pair; 0 for two without any area.

    >>> import numpy as np
    >>> intersection_over_union(np.array([[0, 0, 10, 10]]), np.array([[5, 0, 10, 10]])).round(4).tolist()
    [0.3333]
    """
    import numpy as np

    low = np.maximum(one[:, :2], other[:, :2])
    high = np.minimum(one[:, :2] + one[:, 2:], other[:, :2] + other[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    union = one[:, 2:].prod(axis=1) + other[:, 2:].prod(axis=1) - shared
    found: np.ndarray = np.divide(shared, union, out=np.zeros(len(union)), where=union > 0)
    return found
