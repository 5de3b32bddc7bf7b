"""How many pixels of each class truth and prediction share, picture by picture: what overlaps are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.masks import Masks
    from dlbench.forms.truth import Truth


class OfMasks(Metric):
    """A metric of masks that sums over pictures decide. A subclass writes `statistics` and `from_sums`; this one is no
    metric by itself. Pixels that the truth asks nobody about (below zero) do not count."""

    better = "higher"
    scores = "Masks"
    low, high = 0.0, 1.0

    def score(self, truth: Truth, prediction: Masks, weights: np.ndarray | None = None) -> float:
        weights = checked(self, truth, prediction, weights)
        table = self.statistics(truth, prediction)
        assert table is not None, "metrics of masks add up"
        return float(self.from_sums(table.sum(axis=0) if weights is None else weights @ table))


class FromPixels(OfMasks):
    """A metric of masks that pixel counts decide. A subclass writes `of`; this one is no metric by itself."""

    def of(self, both: np.ndarray, there: np.ndarray, said: np.ndarray) -> np.ndarray:
        """Return the scores of counts; NaN where nothing counts.

        Args:
            both: (..., classes) pixels that are of the class and were called so.
            there: (..., classes) pixels of the class; said: (..., classes) pixels called so.
        """
        raise NotImplementedError

    def statistics(self, truth: Truth, prediction: Masks) -> np.ndarray:
        """Return (n, 3 × classes) counts: shared, true, said."""
        import numpy as np

        found = counted(self, truth, prediction)
        return found.reshape(len(found), 3 * found.shape[2]).astype(np.float64)

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        import numpy as np

        both, there, said = np.moveaxis(np.reshape(sums, (*np.shape(sums)[:-1], 3, -1)), -2, 0)
        return self.of(both, there, said)


def counted(metric: Metric, truth: Truth, prediction: Masks) -> np.ndarray:
    """Return (n, 3, classes) pixel counts of each picture: shared by truth and prediction, true, said.

    Of four pixels one is nobody's; of the two of class 0 one is found, and the one of class 1 as well:

    >>> import numpy as np
    >>> from dlbench.forms.masks import Masks
    >>> from dlbench.forms.truth import Truth
    >>> from dlbench.metrics.miou import MeanIntersectionOverUnion
    >>> truth = Truth(np.array(["a"]), np.array([[[0, 0], [1, -1]]]), ("ground", "cell"))
    >>> counted(MeanIntersectionOverUnion(), truth, Masks(np.array([[[0, 1], [1, 1]]]))).tolist()
    [[[1, 1], [2, 1], [1, 2]]]
    """
    import numpy as np

    target, codes = fitting(metric, truth, prediction)
    items, classes = len(target), len(truth.classes)
    place = np.arange(items)[:, None, None] * classes
    asked = target >= 0

    def count(of: np.ndarray, where: np.ndarray) -> np.ndarray:
        flat = np.bincount((place + of)[where], minlength=items * classes)
        return flat.reshape(items, classes)

    parts = (count(target, asked & (target == codes)), count(target, asked), count(codes, asked))
    return np.stack(parts, axis=1)


def fitting(metric: Metric, truth: Truth, prediction: Masks) -> tuple[np.ndarray, np.ndarray]:
    """Return the true and the predicted codes as int64, once they are known to fit each other.

    Raises:
        ValueError: another form, another number or size of pictures, or a class that the task does not have.
    """
    import numpy as np

    checked(metric, truth, prediction, None)
    target, codes = np.asarray(truth.target), np.asarray(prediction.codes)
    if target.shape != codes.shape:
        raise ValueError(f"{metric.name}: masks of {codes.shape[1:]}, but a truth of {target.shape[1:]}")
    most = int(max(target.max(initial=0), codes.max(initial=0)))
    if most >= len(truth.classes):
        raise ValueError(f"{metric.name}: a class {most}, but the task has {len(truth.classes)}")
    return target.astype(np.int64), codes.astype(np.int64)
