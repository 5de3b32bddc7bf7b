"""Boundary F: how well the outlines of masks agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.class_counts import mean_over
from dlbench.metrics.item_mean import ratio
from dlbench.metrics.pixel_counts import OfMasks, fitting

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.masks import Masks
    from dlbench.forms.truth import Truth

TOLERANCE = 0.0075
"""Distance that still counts as met, as a share of the picture's diagonal; one pixel at least."""


class BoundaryF(OfMasks):
    """2PR / (P + R) of outline pixels, of all pictures together, meaned over the classes but the background.

    P is the share of predicted outline pixels with a true one within the tolerance, R the share of true ones with a
    predicted one: 0.75 % of the picture's diagonal, and a pixel at least. An outline pixel of a class has another class
    above, below, left or right of it; the picture's edge and pixels of no class (below zero) make no outline.

    The true cell is one pixel wide, the predicted one lies two pixels further right: no outline is met. One pixel
    further right, all of it is:

    >>> import numpy as np
    >>> from dlbench.forms.masks import Masks
    >>> from dlbench.forms.truth import Truth
    >>> line = lambda column: np.where(np.arange(5) == column, 1, 0)[np.newaxis, np.newaxis].repeat(5, axis=1)
    >>> truth = Truth(np.array(["a"]), line(1), ("ground", "cell"))
    >>> BoundaryF().score(truth, Masks(line(3))), BoundaryF().score(truth, Masks(line(2)))
    (0.0, 1.0)
    """

    name = "boundary_f"
    title = "F of the outlines within a tolerance, meaned over the classes but the background"
    paper = "Csurka, Larlus and Perronnin, What is a good evaluation measure for semantic segmentation?, 2013"
    uses = ("scipy",)

    def statistics(self, truth: Truth, prediction: Masks) -> np.ndarray:
        """Return (n, 4 × (classes − 1)) counts of outline pixels: predicted, those met, true, those met."""
        import numpy as np

        target, codes = fitting(self, truth, prediction)
        table = np.zeros((len(target), 4, max(0, len(truth.classes) - 1)))
        for item, (true, said) in enumerate(zip(target, codes, strict=True)):
            asked = true >= 0
            for code in np.unique([true, said]):
                if code > 0:
                    table[item, :, code - 1] = _met(true == code, said == code, asked)
        return table.reshape(len(target), 4 * table.shape[2])

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        import numpy as np

        said, said_met, true, true_met = np.moveaxis(np.reshape(sums, (*np.shape(sums)[:-1], 4, -1)), -2, 0)
        precision, recall = (np.nan_to_num(ratio(met, all_)) for met, all_ in ((said_met, said), (true_met, true)))
        score = np.nan_to_num(ratio(2 * precision * recall, precision + recall))
        return mean_over(score, said + true > 0)


def _met(true: np.ndarray, said: np.ndarray, asked: np.ndarray) -> tuple[int, int, int, int]:
    """Return how many outline pixels of a class are predicted, met, true, met."""
    import numpy as np

    tolerance = max(1.0, TOLERANCE * float(np.hypot(*true.shape)))
    true_line, said_line = outline(true, asked), outline(said, asked)
    near_true, near_said = _near(true_line, tolerance), _near(said_line, tolerance)
    counts = (said_line, said_line & near_true, true_line, true_line & near_said)
    said_all, said_met, true_all, true_met = (int(each.sum()) for each in counts)
    return said_all, said_met, true_all, true_met


def outline(inside: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Return the pixels inside that have a neighbour outside, of those that somebody is asked about.

    >>> import numpy as np
    >>> outline(np.array([[1, 1, 1, 0]], dtype=bool), np.ones((1, 4), dtype=bool)).astype(int)
    array([[0, 0, 1, 0]])
    """
    import numpy as np

    others = np.zeros_like(inside)
    out = ~inside & asked
    others[1:] |= out[:-1]
    others[:-1] |= out[1:]
    others[:, 1:] |= out[:, :-1]
    others[:, :-1] |= out[:, 1:]
    found: np.ndarray = inside & asked & others
    return found


def _near(line: np.ndarray, tolerance: float) -> np.ndarray:
    """Return the pixels that lie within the tolerance of a line."""
    import numpy as np
    from scipy.ndimage import distance_transform_edt

    if not line.any():
        return np.zeros_like(line)
    return np.asarray(distance_transform_edt(~line) <= tolerance)
