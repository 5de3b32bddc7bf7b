"""Integrated gradients: what each pixel adds to the answer on the way from a black picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.training.attribution.gradients import slopes

STEPS = 32
"""Points of the path; the paper takes 20 to 300."""


def integrated_gradients(net: Any, pixels: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return x · ∫ ∂ logit(a·x) / ∂x da, summed over the channels, (n, height, width).

    The integral from 0, a black picture, to 1 is Gauss and Legendre's sum over `STEPS` points, which stand close at
    both ends: norms turn fast near black. A map's sum is what the picture's logit is more than the black one's
    (completeness), but for the error of that sum.

    Source: Sundararajan, Taly and Yan, Axiomatic attribution for deep networks, 2017.

    Args:
        net: keras.Model from pictures to logits.
        pixels: (n, height, width, channels) float32.
        codes: (n,) of the class that is explained.
    """
    points, weights = np.polynomial.legendre.leggauss(STEPS)
    shares = ((points + 1) / 2).astype(np.float32)
    path = shares[:, None, None, None, None] * pixels
    gradients = slopes(net, path.reshape(-1, *pixels.shape[1:]), np.tile(codes, STEPS))[1]
    mean = np.tensordot(weights / 2, gradients.reshape(path.shape), axes=1)
    return np.asarray((pixels * mean).sum(axis=-1))
