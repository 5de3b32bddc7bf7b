"""PSNR: how far the noise of a restored picture lies below its largest value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.metrics.of_pictures import OfPictures

if TYPE_CHECKING:
    import numpy as np

LEAST = 1e-10
"""Mean squared error below which pictures count as equal: 100 dB."""


class Psnr(OfPictures):
    """10 · log₁₀(1 / MSE) in decibels, of pictures in [0, 1], meaned over the pictures.

    A picture that is restored exactly counts as 100 dB, since its PSNR has no bound.

    Every value is off by 0.1, so MSE is 0.01 and PSNR 20 dB:

    >>> import numpy as np
    >>> from dlbench.forms.pictures import Pictures
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth(np.array(["a"]), np.full((1, 2, 2, 1), 0.5))
    >>> round(Psnr().score(truth, Pictures(np.full((1, 2, 2, 1), 0.6))), 6)
    20.0
    """

    name = "psnr"
    title = "peak signal-to-noise ratio in decibels, meaned over the pictures"
    paper = "Huynh-Thu and Ghanbari, Scope of validity of PSNR in image/video quality assessment, 2008"
    low, high = 0.0, None

    def of(self, true: np.ndarray, said: np.ndarray) -> np.ndarray:
        import numpy as np

        error = np.square(true - said).mean(axis=(1, 2, 3))
        return np.asarray(-10 * np.log10(np.maximum(error, LEAST)))
