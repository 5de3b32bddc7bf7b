"""Trivial answers about pixels, as scikit-learn estimators; imported late."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator

from dlbench.prepare.resampling import bicubic


class CommonClass(BaseEstimator):  # type: ignore[misc]
    """Gives every pixel the class that most pixels of the training pictures have."""

    def fit(self, pictures: np.ndarray, masks: np.ndarray) -> Self:
        """Count the classes of (n, height, width) masks, leaving out what is below zero."""
        known = masks[masks >= 0]
        self.code_ = int(np.bincount(known).argmax()) if known.size else 0
        return self

    def predict(self, pictures: np.ndarray) -> np.ndarray:
        """Return (n, height, width) codes, all the same."""
        return np.full(pictures.shape[:3], self.code_, dtype=np.int16)


class Unchanged(BaseEstimator):  # type: ignore[misc]
    """Gives pictures back as they came."""

    def fit(self, pictures: np.ndarray, target: Any = None) -> Self:
        """Learn nothing."""
        self.fitted_ = True
        return self

    def predict(self, pictures: np.ndarray) -> np.ndarray:
        """Return the pictures."""
        return pictures


class HalvedAndDoubled(BaseEstimator):  # type: ignore[misc]
    """Shrinks pictures to half their size and enlarges them again, both by cubic convolution."""

    def fit(self, pictures: np.ndarray, target: Any = None) -> Self:
        """Learn nothing."""
        self.fitted_ = True
        return self

    def predict(self, pictures: np.ndarray) -> np.ndarray:
        """Return pictures of the same size, without what is finer than two pixels."""
        height, width = pictures.shape[1:3]
        small = bicubic(pictures, max(1, height // 2), max(1, width // 2))
        return np.asarray(np.clip(bicubic(small, height, width), 0, 1))
