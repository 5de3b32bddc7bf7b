"""mIoU: the mean overlap of the classes of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.class_counts import mean_over
from dlbench.metrics.item_mean import ratio
from dlbench.metrics.pixel_counts import FromPixels

if TYPE_CHECKING:
    import numpy as np


class MeanIntersectionOverUnion(FromPixels):
    """Pixels shared / pixels of either, of all pictures together, meaned over the classes, background among them.

    As PASCAL VOC counts. A class that neither side holds is left out; pixels of no class (below zero) do not count.

    Of class 0 one pixel is shared and two are of either, of class 1 two and three, so (1/2 + 2/3) / 2:

    >>> import numpy as np
    >>> from dlbench.forms.masks import Masks
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(["a"]), np.array([[[0, 0, -1], [1, 1, -1]]]), ("ground", "cell"))
    >>> round(MeanIntersectionOverUnion().score(truth, Masks(np.array([[[0, 1, 0], [1, 1, 0]]]))), 4)
    0.5833
    """

    name = "miou"
    title = "intersection over union of pixels, meaned over the classes"
    paper = "Everingham et al., The PASCAL visual object classes challenge: a retrospective, 2015"

    def of(self, both: np.ndarray, there: np.ndarray, said: np.ndarray) -> np.ndarray:
        import numpy as np

        either = there + said - both
        return mean_over(np.nan_to_num(ratio(both, either)), either > 0)
