"""mAP as COCO defines it: over overlaps, at one overlap, and by the size of objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.metric import Metric
from dlbench.metrics.coco import MARKS, areas_of, evaluator, ranking_of
from dlbench.metrics.objects import mean_of, objects_of
from dlbench.metrics.weights import checked, checked_weights

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.boxes import Boxes
    from dlbench.forms.truth import Truth

SMALL, LARGE, ANY = 32.0**2, 96.0**2, 1e10


class MeanAveragePrecision(Metric):
    """Precision at 101 recalls, averaged over overlaps of .50, .55, … .95 and over the classes.

    A detection finds the object of its class that it overlaps most, unless one surer has found it. A class of which
    the truth holds no object is left out; without any object the score is NaN. Objects marked difficult are ordinary
    ones here, detections inside a crowd count neither way, and of one class no more than the 100 surest in a picture.
    Equal scores count in the order in which pictures stand, as in COCO's evaluator.

    A box of 10 × 10 that is off by a quarter overlaps by 75/125 = .6 and finds its object at .50, .55 and .60:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> objects = Objects.of([(np.array([[0, 0, 10, 10]]), np.array([0]))])
    >>> found = Boxes.of([(np.array([[2.5, 0, 10, 10]]), np.array([0]), np.array([0.9]))])
    >>> round(MeanAveragePrecision().score(Truth.of(np.array(["a"]), objects, ("cell",)), found), 9)
    0.3
    """

    name = "map"
    title = "mean average precision over overlaps of .50 to .95 (COCO)"
    paper = "Lin et al., Microsoft COCO: Common Objects in Context, 2014"
    better = "higher"
    scores = "Boxes"
    uses = ("hotcoco",)
    low, high = 0.0, 1.0
    flattered = True

    overlaps: ClassVar[tuple[float, ...]] = ()
    area: ClassVar[tuple[float, float]] = (0.0, ANY)

    def score(self, truth: Truth, prediction: Boxes, weights: np.ndarray | None = None) -> float:
        return mean_of(self.by_class(truth, prediction, weights))

    def by_class(self, truth: Truth, prediction: Boxes, weights: np.ndarray | None = None) -> np.ndarray:
        """Return the (classes,) average precisions whose mean is the score; NaN for a class without objects."""
        import numpy as np

        weights = checked(self, truth, prediction, weights)
        if weights is not None:
            return self._weighing(truth, prediction)(weights)
        judging, classes = self._judging(truth, prediction)
        if not len(truth):
            return np.full(classes, np.nan)
        return np.asarray(areas_of(judging).mean(axis=0))

    def weigher(self, truth: Truth, prediction: Boxes) -> Callable[[np.ndarray | None], float]:
        checked(self, truth, prediction, None)
        by_class = self._weighing(truth, prediction)
        return lambda weights: mean_of(by_class(checked_weights(self, len(truth), weights)))

    def _weighing(self, truth: Truth, prediction: Boxes) -> Callable[[np.ndarray | None], np.ndarray]:
        import numpy as np

        judging, classes = self._judging(truth, prediction)
        ranking, marks = ranking_of(judging, len(truth), classes), np.linspace(0, 1, MARKS)

        def passed(recall: np.ndarray) -> np.ndarray:
            return np.searchsorted(marks, recall, side="right") / MARKS

        return lambda weights: ranking.areas(weights, passed).mean(axis=0)

    def _judging(self, truth: Truth, prediction: Any) -> tuple[Any, int]:
        """Return the evaluator, and how many classes there are."""
        objects, classes = objects_of(self, truth, prediction)
        return evaluator(objects, prediction, classes, self.overlaps, self.area), classes


class MeanAveragePrecision50(MeanAveragePrecision):
    """mAP at an overlap of .50 alone. An overlap of .6 is enough:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> objects = Objects.of([(np.array([[0, 0, 10, 10]]), np.array([0]))])
    >>> found = Boxes.of([(np.array([[2.5, 0, 10, 10]]), np.array([0]), np.array([0.9]))])
    >>> round(MeanAveragePrecision50().score(Truth.of(np.array(["a"]), objects, ("cell",)), found), 9)
    1.0
    """

    name = "map_50"
    title = "mean average precision at an overlap of .50 (COCO)"
    overlaps = (0.5,)
    flattered = False


class MeanAveragePrecision75(MeanAveragePrecision):
    """mAP at an overlap of .75 alone. An overlap of .6 is not enough:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> objects = Objects.of([(np.array([[0, 0, 10, 10]]), np.array([0]))])
    >>> found = Boxes.of([(np.array([[2.5, 0, 10, 10]]), np.array([0]), np.array([0.9]))])
    >>> MeanAveragePrecision75().score(Truth.of(np.array(["a"]), objects, ("cell",)), found)
    0.0
    """

    name = "map_75"
    title = "mean average precision at an overlap of .75 (COCO)"
    overlaps = (0.75,)
    flattered = False


class MeanAveragePrecisionSmall(MeanAveragePrecision):
    """mAP of objects up to 32 × 32 pixels. What finds a larger object, or is larger and finds none, does not count.

    The small one of three objects is found. All in all that is a third, read at 34 of 101 recalls:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> boxes, codes = np.array([[0, 0, 10, 10], [99, 99, 50, 50], [200, 0, 200, 200]]), np.zeros(3, dtype=np.int64)
    >>> truth = Truth.of(np.array(["a"]), Objects.of([(boxes, codes)]), ("cell",))
    >>> found = Boxes.of([(boxes[:1], codes[:1], np.ones(1))])
    >>> [round(judge.score(truth, found), 4) for judge in (MeanAveragePrecisionSmall(), MeanAveragePrecision())]
    [1.0, 0.3366]
    """

    name = "map_small"
    title = "mean average precision of objects up to 32 × 32 pixels (COCO)"
    area = (0.0, SMALL)


class MeanAveragePrecisionMedium(MeanAveragePrecision):
    """mAP of objects from 32 × 32 to 96 × 96 pixels, others counting neither way.

    The small and the middle one of three objects are found. All in all that is read at 67 of 101 recalls:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> boxes, codes = np.array([[0, 0, 10, 10], [99, 99, 50, 50], [200, 0, 200, 200]]), np.zeros(3, dtype=np.int64)
    >>> truth = Truth.of(np.array(["a"]), Objects.of([(boxes, codes)]), ("cell",))
    >>> found = Boxes.of([(boxes[:2], codes[:2], np.ones(2))])
    >>> [round(judge.score(truth, found), 4) for judge in (MeanAveragePrecisionMedium(), MeanAveragePrecision())]
    [1.0, 0.6634]
    """

    name = "map_medium"
    title = "mean average precision of objects from 32 × 32 to 96 × 96 pixels (COCO)"
    area = (SMALL, LARGE)


class MeanAveragePrecisionLarge(MeanAveragePrecision):
    """mAP of objects from 96 × 96 pixels up, smaller ones counting neither way.

    The small and the middle one of three objects are found, so nothing of the large one:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> from dlbench.forms.truth import Truth
    >>> boxes, codes = np.array([[0, 0, 10, 10], [99, 99, 50, 50], [200, 0, 200, 200]]), np.zeros(3, dtype=np.int64)
    >>> truth = Truth.of(np.array(["a"]), Objects.of([(boxes, codes)]), ("cell",))
    >>> found = Boxes.of([(boxes[:2], codes[:2], np.ones(2))])
    >>> [round(judge.score(truth, found), 4) for judge in (MeanAveragePrecisionLarge(), MeanAveragePrecision())]
    [0.0, 0.6634]
    """

    name = "map_large"
    title = "mean average precision of objects from 96 × 96 pixels up (COCO)"
    area = (LARGE, ANY)
