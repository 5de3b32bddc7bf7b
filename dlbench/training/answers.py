"""From what a library returns to the forms: every class has its column, absent or not."""

from __future__ import annotations

import numpy as np


def probabilities_of_all(found: np.ndarray, present: np.ndarray, classes: int) -> np.ndarray:
    """Spread (n, present) probabilities over `classes` columns; a class absent from training gets 0.

    >>> probabilities_of_all(np.array([[0.25, 0.75]]), np.array([0, 2]), 3).tolist()
    [[0.25, 0.0, 0.75]]
    """
    spread = np.zeros((len(found), classes))
    spread[:, present] = found
    return spread


def probabilities_of_pixels(found: np.ndarray, present: np.ndarray, classes: int) -> np.ndarray:
    """Spread (n, height, width, present) probabilities over `classes` columns, as `probabilities_of_all`."""
    spread = probabilities_of_all(found.reshape(-1, found.shape[-1]), present, classes)
    return spread.reshape(*found.shape[:-1], classes)


def scores_of_all(found: np.ndarray, present: np.ndarray, classes: int) -> np.ndarray:
    """Spread decision values over `classes` columns; an absent class gets one less than the least score.

    Args:
        found: (n, present), or (n,) for two classes: positive for the second.
        present: codes of the classes seen in training, in the order of the columns.
        classes: how many there are.

    >>> scores_of_all(np.array([2.0]), np.array([0, 2]), 3).tolist()
    [[-2.0, -3.0, 2.0]]
    """
    columns = np.column_stack([-found, found]) if found.ndim == 1 else found
    spread = np.full((len(columns), classes), columns.min(initial=0.0) - 1)
    spread[:, present] = columns
    return spread


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return exp(z) / Σ exp(z) along the last axis in float64, so that rows sum to 1 beyond float32.

    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    shifted = np.asarray(logits, dtype=np.float64)
    raised = np.exp(shifted - shifted.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
