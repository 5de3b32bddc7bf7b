"""A forest that reads the features of pixels, as a scikit-learn estimator; imported late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import RandomForestClassifier

from dlbench.prepare.pixel_features import count, features

AT_ONCE = 2**22
"""Features that are held together."""


class PixelForest(BaseEstimator):  # type: ignore[misc]
    """Learns the class of pixels drawn from the training pictures, each as likely as any other.

    Args:
        pixels: drawn in all; fewer where there are not so many.
        scales: of the features, in pixels.
        n_estimators, max_features, min_samples_leaf, class_weight: of the forest.
        random_state: of the draw and the forest.
    """

    def __init__(
        self,
        pixels: int = 20_000,
        scales: Sequence[float] = (1.0, 2.0, 4.0),
        n_estimators: int = 50,
        max_features: str | None = "sqrt",
        min_samples_leaf: int = 5,
        class_weight: str | None = None,
        random_state: int | None = None,
    ) -> None:
        self.pixels, self.scales = pixels, scales
        self.n_estimators, self.max_features, self.min_samples_leaf = n_estimators, max_features, min_samples_leaf
        self.class_weight, self.random_state = class_weight, random_state

    def fit(self, pictures: np.ndarray, masks: np.ndarray) -> Self:
        """Draw pixels of (n, height, width) masks that have a class, and grow the forest on their features."""
        rows, codes = self._drawn(pictures, masks)
        settings = {name: getattr(self, name) for name in ("n_estimators", "max_features", "min_samples_leaf")}
        self.forest_ = RandomForestClassifier(
            **settings, class_weight=self.class_weight, random_state=self.random_state
        )
        self.forest_.fit(rows, codes)
        return self

    @property
    def classes_(self) -> np.ndarray:
        """(k,) codes of the classes that were seen."""
        return np.asarray(self.forest_.classes_)

    def predict(self, pictures: np.ndarray) -> np.ndarray:
        """Return (n, height, width) codes."""
        found = [np.empty((0, *pictures.shape[1:3]), dtype=np.int16)]
        for rows in self._rows(pictures):
            codes = self.forest_.predict(rows.reshape(-1, rows.shape[-1]))
            found.append(codes.astype(np.int16).reshape(rows.shape[:-1]))
        return np.concatenate(found)

    def predict_proba(self, pictures: np.ndarray) -> np.ndarray:
        """Return (n, height, width, k) shares of the trees' votes."""
        found = [np.empty((0, *pictures.shape[1:3], len(self.classes_)))]
        for rows in self._rows(pictures):
            found.append(self.forest_.predict_proba(rows.reshape(-1, rows.shape[-1])).reshape(*rows.shape[:-1], -1))
        return np.concatenate(found)

    def _rows(self, pictures: np.ndarray) -> Iterator[np.ndarray]:
        """Yield the features of some pictures after others."""
        height, width, channels = pictures.shape[1:]
        for part in _some_at_once(len(pictures), height * width * count(channels, self.scales)):
            yield features(pictures[part], self.scales)

    def _drawn(self, pictures: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        known = np.flatnonzero(masks.reshape(-1) >= 0)
        rng = np.random.default_rng(self.random_state)
        chosen = np.sort(rng.choice(known, min(self.pixels, len(known)), replace=False))
        size, rows = masks[0].size, []
        for part in _some_at_once(len(pictures), size * count(pictures.shape[3], self.scales)):
            inside = chosen[(chosen >= part.start * size) & (chosen < part.stop * size)] - part.start * size
            table = features(pictures[part], self.scales)
            rows.append(table.reshape(-1, table.shape[-1])[inside])
        return np.concatenate(rows), masks.reshape(-1)[chosen]


def _some_at_once(items: int, numbers: int) -> Iterator[slice]:
    """Yield slices of the items, each of so many numbers, that fit together."""
    step = max(1, AT_ONCE // max(1, numbers))
    for start in range(0, items, step):
        yield slice(start, min(items, start + step))
