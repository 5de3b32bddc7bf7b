"""Metrics of restored pictures: the mean over pictures of what each one scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.item_mean import ItemMean
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.pictures import Pictures
    from dlbench.forms.truth import Truth

AT_ONCE = 2**22
"""Numbers of pictures that are looked at together."""


class OfPictures(ItemMean):
    """The weighted mean of one number a picture. A subclass writes `of`; this one is no metric by itself.

    >>> import numpy as np
    >>> from dlbench.forms.pictures import Pictures
    >>> from dlbench.forms.truth import Truth
    >>> class Lightest(OfPictures):
    ...     name = "lightest"
    ...     def of(self, true, said):
    ...         return said.max(axis=(1, 2, 3))
    >>> said = np.zeros((2, 1, 1, 1), dtype=np.float32)
    >>> said[1] = 1
    >>> Lightest().per_item(Truth(np.array(["a", "b"]), said), Pictures(said)).tolist()
    [0.0, 1.0]
    """

    better = "higher"
    scores = "Pictures"

    def of(self, true: np.ndarray, said: np.ndarray) -> np.ndarray:
        """Return (n,) scores of (n, height, width, channels) float64 pictures in [0, 1]."""
        raise NotImplementedError

    def per_item(self, truth: Truth, prediction: Pictures) -> np.ndarray:
        import numpy as np

        checked(self, truth, prediction, None)
        true, said = np.asarray(truth.target), np.asarray(prediction.values)
        if true.shape != said.shape:
            raise ValueError(f"{self.name}: pictures of {said.shape[1:]}, but a truth of {true.shape[1:]}")
        step = max(1, AT_ONCE // max(1, true[:1].size))
        parts = [
            self.of(true[i : i + step].astype(np.float64), said[i : i + step].astype(np.float64))
            for i in range(0, len(true), step)
        ]
        return np.concatenate([np.empty(0), *parts])
