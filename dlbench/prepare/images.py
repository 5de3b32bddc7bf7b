"""Images of one size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Images:
    """n images of one size.

    Attributes:
        pixels: (n, height, width, channels), any number type.
        top: the value of a full pixel (255 for bytes, 16 for scikit-learn's digits).
    """

    pixels: np.ndarray
    top: float = 255.0

    modality = "image"

    def __post_init__(self) -> None:
        if self.pixels.ndim != 4:
            raise ValueError(f"expected (n, height, width, channels), got shape {self.pixels.shape}")

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def shape(self) -> tuple[int, ...]:
        """(height, width, channels)."""
        return self.pixels.shape[1:]

    def take(self, index: np.ndarray) -> Images:
        """Return the images at `index`."""
        return Images(self.pixels[index], self.top)

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Return the content, for a fingerprint."""
        return (self.pixels,)

    def unit(self) -> np.ndarray:
        """Return the pixels as float32 in [0, 1]."""
        return self.pixels.astype(np.float32) / np.float32(self.top)
