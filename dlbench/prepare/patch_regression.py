"""Principal component regression between patches of pictures, as a scikit-learn estimator; imported late."""

from __future__ import annotations

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator

AT_ONCE = 2**24
"""Numbers of patches that are held together."""

EACH = 10
"""Patches that are drawn from a picture, on average, where there are pictures enough."""


class PatchRegression(BaseEstimator):  # type: ignore[misc]
    """Restores every patch from its principal components, and gives each pixel the mean of the patches it lies in.

    Degraded patches are projected onto their leading components; from these, clean patches are found by least squares.
    Components that hold noise alone are left out or shrunk. Put together this is one linear filter of
    (2 · side − 1)² pixels, but for the edges, where pictures are mirrored.

    Args:
        side: of a patch, in pixels.
        components: kept ones; fewer where a patch has not so many numbers.
        patches: drawn from the training pictures.
        random_state: of the draw.
    """

    def __init__(self, side: int = 7, components: int = 24, patches: int = 50_000, random_state: int | None = None):
        self.side, self.components, self.patches, self.random_state = side, components, patches, random_state

    def fit(self, pictures: np.ndarray, clean: np.ndarray) -> Self:
        """Learn from (n, height, width, channels) pictures and what they should be."""
        side = min(self.side, *pictures.shape[1:3])
        seen, wanted = self._drawn(pictures, clean, side)
        self.seen_mean_, self.clean_mean_ = seen.mean(axis=0), wanted.mean(axis=0)
        seen, wanted = seen - self.seen_mean_, wanted - self.clean_mean_
        spread, directions = np.linalg.eigh(seen.T @ seen)
        kept = [place for place in np.argsort(-spread)[: self.components] if spread[place] > 1e-9 * spread[-1]]
        directions = directions[:, kept]
        self.coef_ = directions @ ((directions.T @ (seen.T @ wanted)) / spread[kept][:, np.newaxis])
        self.side_ = side
        return self

    def predict(self, pictures: np.ndarray) -> np.ndarray:
        """Return pictures of the same shape."""
        around = self.side_ - 1
        places = (pictures.shape[1] + around) * (pictures.shape[2] + around)
        step = max(1, AT_ONCE // (places * len(self.seen_mean_)))
        parts = [self._restored(pictures[start : start + step]) for start in range(0, len(pictures), step)]
        return np.concatenate(parts) if parts else pictures

    def _restored(self, pictures: np.ndarray) -> np.ndarray:
        _, height, width, channels = pictures.shape
        side, around = self.side_, self.side_ - 1
        padded = _mirrored(pictures, side)
        patches = _patches(padded, side)
        found = (patches.reshape(-1, patches.shape[-1]) - self.seen_mean_) @ self.coef_ + self.clean_mean_
        found = found.reshape(*patches.shape[:3], side, side, channels)
        total = np.zeros_like(padded)
        for down in range(side):
            for right in range(side):
                rows, columns = slice(down, down + height + around), slice(right, right + width + around)
                total[:, rows, columns] += found[:, :, :, down, right]
        return np.asarray(total[:, around : around + height, around : around + width] / side**2, dtype=np.float32)

    def _drawn(self, pictures: np.ndarray, clean: np.ndarray, side: int) -> tuple[np.ndarray, np.ndarray]:
        """Return patches of degraded and of clean pictures at the same places, those over an edge among them."""
        rng = np.random.default_rng(self.random_state)
        pool = rng.choice(len(pictures), min(len(pictures), -(-self.patches // EACH)), replace=False)
        item = rng.integers(0, len(pool), self.patches)
        tops, lefts = (rng.integers(0, length + side - 1, self.patches) for length in pictures.shape[1:3])
        rows, columns = tops[:, None] + np.arange(side), lefts[:, None] + np.arange(side)
        place = (item[:, None, None], rows[:, :, None], columns[:, None, :])
        seen, wanted = (_mirrored(each[pool], side)[place].reshape(self.patches, -1) for each in (pictures, clean))
        return seen, wanted


def _mirrored(pictures: np.ndarray, side: int) -> np.ndarray:
    """Return pictures with a mirrored edge, so that every pixel lies in as many patches as any other."""
    edges = ((0, 0), (side - 1, side - 1), (side - 1, side - 1), (0, 0))
    return np.pad(pictures.astype(np.float64), edges, mode="symmetric")


def _patches(pictures: np.ndarray, side: int) -> np.ndarray:
    """Return every patch, (n, places down, places across, side × side × channels)."""
    windows = np.lib.stride_tricks.sliding_window_view(pictures, (side, side), axis=(1, 2))
    found = windows.transpose(0, 1, 2, 4, 5, 3)
    return found.reshape(*found.shape[:3], -1)
