"""Linear support vector machines that share their examples, all at once: far less memory than one after another."""

from __future__ import annotations

import numpy as np

_STEPS, _PRECISION = 200, 1e-5


def machines(
    shown: np.ndarray, positive: np.ndarray, C: float, start: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the planes that part k classes from all else, (k, d) and (k,).

    Each minimises ½‖w‖² + C Σ max(0, 1 − y(w·x + b))², the squared hinge loss of LIBLINEAR (Fan et al., 2008); the bias
    is free. L-BFGS over all planes together: a step is two products of matrices.

    Args:
        shown: (n, d) float32 examples.
        positive: (n, k) booleans, which examples are of which class.
        C: weight of an error.
        start: planes to start from.

    >>> planes, bias = machines(np.array([[0.0], [1.0]], dtype=np.float32), np.array([[False], [True]]), 1000.0)
    >>> planes.round(2).tolist(), bias.round(2).tolist()
    ([[2.0]], [-1.0])
    """
    from scipy.optimize import minimize

    d, k = shown.shape[1], positive.shape[1]
    sign = np.where(positive, 1.0, -1.0)
    middle = shown.mean(axis=0, dtype=np.float64)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the sum over the classes and its gradient; examples are centred, so that w and b hardly touch."""
        held = flat.reshape(d + 1, k)
        planes, bias = held[:d], held[d]
        said = shown @ planes.astype(np.float32) + (bias - middle @ planes)
        short = np.maximum(0.0, 1.0 - sign * said)
        slope = -2.0 * C * sign * short
        across = shown.T @ slope.astype(np.float32) - np.outer(middle, slope.sum(axis=0)) + planes
        value = 0.5 * (planes**2).sum() + C * (short**2).sum()
        return float(value), np.concatenate([across, slope.sum(axis=0)[None]]).ravel()

    first = np.zeros((d + 1, k))
    if start is not None:
        first[:d], first[d] = start[0].T, start[1] + start[0] @ middle
    options = {"maxiter": _STEPS, "ftol": _PRECISION}
    found = minimize(loss, first.ravel(), jac=True, method="L-BFGS-B", options=options).x.reshape(d + 1, k)
    return found[:d].T, found[d] - middle @ found[:d]
