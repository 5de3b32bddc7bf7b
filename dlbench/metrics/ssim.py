"""SSIM: whether local means, contrasts and patterns of a restored picture agree with the true one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.of_pictures import OfPictures

if TYPE_CHECKING:
    import numpy as np

WINDOW, SIGMA = 11, 1.5
MEAN_FLOOR, SPREAD_FLOOR = 0.01**2, 0.03**2
"""The paper's (K₁L)² and (K₂L)² for pictures in [0, 1]."""


class Ssim(OfPictures):
    """(2μₓμᵧ + C₁)(2σₓᵧ + C₂) / ((μₓ² + μᵧ² + C₁)(σₓ² + σᵧ² + C₂)), meaned over windows, channels, pictures.

    A window of 11 × 11 pixels weighed by a Gaussian of σ 1.5, at every place where it lies in the picture whole. Of a
    smaller picture, the largest window of odd sides that fits.

    Even pictures of .5 and .6 have neither contrast nor pattern: (2·.5·.6 + .0001) / (.25 + .36 + .0001):

    >>> import numpy as np
    >>> from dlbench.forms.pictures import Pictures
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(["a"]), np.full((1, 16, 16, 1), 0.5))
    >>> round(Ssim().score(truth, Pictures(np.full((1, 16, 16, 1), 0.6))), 4)
    0.9836
    """

    name = "ssim"
    title = "structural similarity, meaned over the pictures"
    paper = "Wang et al., Image quality assessment: from error visibility to structural similarity, 2004"
    low, high = -1.0, 1.0

    def of(self, true: np.ndarray, said: np.ndarray) -> np.ndarray:
        mean_true, mean_said = _local(true), _local(said)
        spread_true = _local(true * true) - mean_true**2
        spread_said = _local(said * said) - mean_said**2
        shared = _local(true * said) - mean_true * mean_said
        above = (2 * mean_true * mean_said + MEAN_FLOOR) * (2 * shared + SPREAD_FLOOR)
        below = (mean_true**2 + mean_said**2 + MEAN_FLOOR) * (spread_true + spread_said + SPREAD_FLOOR)
        found: np.ndarray = (above / below).mean(axis=(1, 2, 3))
        return found


def gaussian(sides: int) -> np.ndarray:
    """Return the weights of a window along one of its sides, summing to 1.

    >>> gaussian(3).round(3).tolist()
    [0.308, 0.384, 0.308]
    """
    import numpy as np

    place = np.arange(sides) - (sides - 1) / 2
    raised = np.exp(-(place**2) / (2 * SIGMA**2))
    weights: np.ndarray = raised / raised.sum()
    return weights


def _local(pictures: np.ndarray) -> np.ndarray:
    """Return the weighed means of all whole windows, (n, places down, places across, channels)."""
    for axis in (1, 2):
        side = pictures.shape[axis]
        weights = gaussian(min(WINDOW, side - 1 + side % 2))
        places = side - len(weights) + 1
        cut = [slice(None)] * 4
        total = 0.0
        for start, weight in enumerate(weights):
            cut[axis] = slice(start, start + places)
            total = total + weight * pictures[tuple(cut)]
        pictures = total  # type: ignore[assignment]
    return pictures
