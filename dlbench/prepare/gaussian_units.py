"""The hidden layer of a radial-basis network."""

from __future__ import annotations

from typing import Any, Self

import numpy as np


class GaussianUnits:
    """Turns distances to centres into exp(-d² / 2σ²); a scikit-learn transformer without the import.

    σ is `width` times the root mean square distance of training items to their nearest centre.

    >>> units = GaussianUnits(width=1.0).fit(np.array([[1.0, 3.0], [2.0, 1.0]]))
    >>> units.transform(np.array([[0.0, np.sqrt(2 * np.log(2))]])).round(6).tolist()
    [[1.0, 0.5]]
    """

    def __init__(self, width: float = 1.0) -> None:
        self.width = width

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the one parameter."""
        return {"width": self.width}

    def set_params(self, **params: float) -> Self:
        """Set the one parameter."""
        self.width = params.get("width", self.width)
        return self

    def fit(self, distances: np.ndarray, target: Any = None) -> Self:
        """Learn σ from (n, centres) distances of training items."""
        nearest = np.asarray(distances).min(axis=1)
        self.sigma_ = self.width * max(float(np.sqrt(np.mean(nearest**2))), 1e-12)
        return self

    def transform(self, distances: np.ndarray) -> np.ndarray:
        """Return (n, centres) activations in [0, 1]."""
        return np.asarray(np.exp(-0.5 * (np.asarray(distances) / self.sigma_) ** 2))

    def fit_transform(self, distances: np.ndarray, target: Any = None) -> np.ndarray:
        """Fit, then transform."""
        return self.fit(distances).transform(distances)
