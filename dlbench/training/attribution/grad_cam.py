"""Grad-CAM: which places of a net's last feature map speak for the answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.prepare.resizing import resized
from dlbench.training.attribution.gradients import outputs, slopes


def grad_cam(net: Any, pixels: np.ndarray, codes: np.ndarray) -> np.ndarray | None:
    """Return ReLU(Σ_k α_k A_k) of the last feature map A, bilinearly as large as the picture, (n, height, width).

    α_k is the mean over all places of ∂ logit / ∂ A_k. None for a net without feature maps.

    Source: Selvaraju et al., Grad-CAM: visual explanations from deep networks via gradient-based localization, 2017.

    Args:
        net: keras.Model from pictures to logits.
        pixels: (n, height, width, channels) float32.
        codes: (n,) of the class that is explained.
    """
    import keras

    last = last_map(net)
    if last is None:
        return None
    maps = outputs(keras.Model(net.inputs[0], last), pixels)
    gradients = slopes(keras.Model(last, net.outputs[0]), maps, codes)[1]
    weighed = np.einsum("nhwk,nk->nhw", maps, gradients.mean(axis=(1, 2)))
    return resized(np.maximum(weighed, 0.0)[..., None], *pixels.shape[1:3])[..., 0]


def last_map(net: Any) -> Any:
    """Return the last tensor (items, height, width, channels) of more than one place that the net makes, or None."""
    import keras

    made = [one.output for one in net.operations if not isinstance(one, keras.layers.InputLayer)]
    maps = [one for one in made if len(getattr(one, "shape", ())) == 4 and one.shape[1] * one.shape[2] > 1]
    return maps[-1] if maps else None
