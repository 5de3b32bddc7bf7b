"""Saliency: how steeply the answer changes with each pixel."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.training.attribution.gradients import slopes


def saliency(net: Any, pixels: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Return |∂ logit / ∂ pixel|, the largest over the channels, (n, height, width).

    Source: Simonyan, Vedaldi and Zisserman, Deep inside convolutional networks: visualising image classification models
    and saliency maps, 2014, section 3.1.

    Args:
        net: keras.Model from pictures to logits.
        pixels: (n, height, width, channels) float32.
        codes: (n,) of the class that is explained.
    """
    found: np.ndarray = np.abs(slopes(net, pixels, codes)[1]).max(axis=-1)
    return found
