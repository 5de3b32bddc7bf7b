"""mAP of masks as COCO defines it: over overlaps, at one overlap, and by the size of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlbench.metrics.coco_outlines import mask_evaluator
from dlbench.metrics.mean_average_precision import ANY, LARGE, SMALL, MeanAveragePrecision
from dlbench.metrics.objects import objects_of

if TYPE_CHECKING:
    from dlbench.forms.truth import Truth


class MaskAveragePrecision(MeanAveragePrecision):
    """As `map`, but a detection overlaps an object by the pixels of their masks, intersection over union.

    A mask of three of an object's four pixels overlaps it by .75, and so finds it at .50 to .75, six of ten overlaps:

    >>> import numpy as np
    >>> from dlbench.forms.instances import Instances
    >>> from dlbench.forms.outlined import OutlinedObjects
    >>> from dlbench.forms.truth import Truth
    >>> mask = np.array([[1, 1, 0], [1, 1, 0]])
    >>> truth = Truth.of(np.array(["a"]), OutlinedObjects.outlined([([mask], [0])]), ("cell",))
    >>> found = Instances.of([([mask * [[1, 1, 1], [1, 0, 1]]], [0], [0.9])])
    >>> round(MaskAveragePrecision().score(truth, found), 9)
    0.6
    """

    name = "map_masks"
    title = "mean average precision of masks over overlaps of .50 to .95 (COCO)"
    scores = "Instances"

    def _judging(self, truth: Truth, prediction: Any) -> tuple[Any, int]:
        """Return the evaluator, and how many classes there are."""
        from dlbench.forms.outlined import OutlinedObjects

        objects, classes = objects_of(self, truth, prediction)
        if not isinstance(objects, OutlinedObjects):
            raise ValueError(f"{self.name}: expected objects with masks, got objects with boxes alone")
        try:
            return mask_evaluator(objects, prediction, classes, self.overlaps, self.area), classes
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}") from error


class MaskAveragePrecision50(MaskAveragePrecision):
    """mAP of masks at an overlap of .50 alone. An overlap of .75 is enough:

    >>> import numpy as np
    >>> from dlbench.forms.instances import Instances
    >>> from dlbench.forms.outlined import OutlinedObjects
    >>> from dlbench.forms.truth import Truth
    >>> mask = np.array([[1, 1, 0], [1, 1, 0]])
    >>> truth = Truth.of(np.array(["a"]), OutlinedObjects.outlined([([mask], [0])]), ("cell",))
    >>> found = Instances.of([([mask * [[1, 1, 1], [1, 0, 1]]], [0], [0.9])])
    >>> round(MaskAveragePrecision50().score(truth, found), 9)
    1.0
    """

    name = "map_masks_50"
    title = "mean average precision of masks at an overlap of .50 (COCO)"
    overlaps = (0.5,)
    flattered = False


class MaskAveragePrecision75(MaskAveragePrecision):
    """mAP of masks at an overlap of .75 alone. Two of an object's four pixels are not enough:

    >>> import numpy as np
    >>> from dlbench.forms.instances import Instances
    >>> from dlbench.forms.outlined import OutlinedObjects
    >>> from dlbench.forms.truth import Truth
    >>> mask = np.array([[1, 1, 0], [1, 1, 0]])
    >>> truth = Truth.of(np.array(["a"]), OutlinedObjects.outlined([([mask], [0])]), ("cell",))
    >>> found = Instances.of([([mask * [[1, 1, 1], [0, 0, 0]]], [0], [0.9])])
    >>> MaskAveragePrecision75().score(truth, found)
    0.0
    """

    name = "map_masks_75"
    title = "mean average precision of masks at an overlap of .75 (COCO)"
    overlaps = (0.75,)
    flattered = False


class MaskAveragePrecisionSmall(MaskAveragePrecision):
    """mAP of masks of objects up to 32 × 32 pixels, others counting neither way.

    The small one of two objects is found; all in all that is a half, read at 51 of 101 recalls:

    >>> import numpy as np
    >>> from dlbench.forms.instances import Instances
    >>> from dlbench.forms.outlined import OutlinedObjects
    >>> from dlbench.forms.truth import Truth
    >>> small, large = np.zeros((2, 200, 200), dtype=bool)
    >>> small[:9, :9], large[50:, 50:] = True, True
    >>> truth = Truth.of(np.array(["a"]), OutlinedObjects.outlined([([small, large], [0, 0])]), ("cell",))
    >>> found = Instances.of([([small], [0], [0.9])])
    >>> [round(judge.score(truth, found), 4) for judge in (MaskAveragePrecisionSmall(), MaskAveragePrecision())]
    [1.0, 0.505]
    """

    name = "map_masks_small"
    title = "mean average precision of masks of objects up to 32 × 32 pixels (COCO)"
    area = (0.0, SMALL)


class MaskAveragePrecisionMedium(MaskAveragePrecision):
    """mAP of masks of objects from 32 × 32 to 96 × 96 pixels, others counting neither way.

    The middle one of two objects is found; all in all that is a half, read at 51 of 101 recalls:

    >>> import numpy as np
    >>> from dlbench.forms.instances import Instances
    >>> from dlbench.forms.outlined import OutlinedObjects
    >>> from dlbench.forms.truth import Truth
    >>> middle, large = np.zeros((2, 200, 200), dtype=bool)
    >>> middle[:40, :40], large[50:, 50:] = True, True
    >>> truth = Truth.of(np.array(["a"]), OutlinedObjects.outlined([([middle, large], [0, 0])]), ("cell",))
    >>> found = Instances.of([([middle], [0], [0.9])])
    >>> [round(judge.score(truth, found), 4) for judge in (MaskAveragePrecisionMedium(), MaskAveragePrecision())]
    [1.0, 0.505]
    """

    name = "map_masks_medium"
    title = "mean average precision of masks of objects from 32 × 32 to 96 × 96 pixels (COCO)"
    area = (SMALL, LARGE)


class MaskAveragePrecisionLarge(MaskAveragePrecision):
    """mAP of masks of objects from 96 × 96 pixels up, smaller ones counting neither way.

    The small one of two objects is found, so nothing of the large one:

    >>> import numpy as np
    >>> from dlbench.forms.instances import Instances
    >>> from dlbench.forms.outlined import OutlinedObjects
    >>> from dlbench.forms.truth import Truth
    >>> small, large = np.zeros((2, 200, 200), dtype=bool)
    >>> small[:9, :9], large[50:, 50:] = True, True
    >>> truth = Truth.of(np.array(["a"]), OutlinedObjects.outlined([([small, large], [0, 0])]), ("cell",))
    >>> found = Instances.of([([small], [0], [0.9])])
    >>> [round(judge.score(truth, found), 4) for judge in (MaskAveragePrecisionLarge(), MaskAveragePrecision())]
    [0.0, 0.505]
    """

    name = "map_masks_large"
    title = "mean average precision of masks of objects from 96 × 96 pixels up (COCO)"
    area = (LARGE, ANY)
