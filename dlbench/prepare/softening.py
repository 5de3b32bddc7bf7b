"""Scores made into probabilities: how sharply they part the classes is learned where they are held against a truth.

Source: temperature scaling, Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks, ICML 2017; one
number for all classes, so that the order of an item's classes stays.
"""

from __future__ import annotations

import numpy as np

SHARPEST = 1e4
"""Sharpness is looked for from one over this up to this."""


def softened(values: np.ndarray, sharpness: float) -> np.ndarray:
    """Return (n, classes) probabilities of (n, classes) scores: exp(sharpness × score), shared out.

    >>> softened(np.array([[0.0, np.log(3.0)]]), 1.0).round(2)
    array([[0.25, 0.75]])
    """
    scaled = sharpness * (values - values.max(axis=1, keepdims=True))
    raised = np.exp(scaled)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def sharpness_of(values: np.ndarray, codes: np.ndarray) -> float:
    """Return the sharpness of the least log loss.

    Args:
        values: (n, classes) scores.
        codes: (n,) the true classes.

    Three of four are right by 1, so the odds of being right are to be 3 and the sharpness log 3:

    >>> found = sharpness_of(np.array([[0.0, 1.0]] * 4), np.array([1, 1, 1, 0]))
    >>> round(float(found / np.log(3)), 3)
    1.0
    """
    from scipy.optimize import minimize_scalar

    lead = values - values.max(axis=1, keepdims=True)
    right = lead[np.arange(len(codes)), codes]

    def loss(power: float) -> float:
        sharpness = np.exp(power)
        return float(np.mean(np.log(np.exp(sharpness * lead).sum(axis=1)) - sharpness * right))

    most = np.log(SHARPEST)
    return float(np.exp(minimize_scalar(loss, bounds=(-most, most), method="bounded", options={"xatol": 1e-6}).x))
