"""What is done to clean pictures before a contestant sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from dlbench.prepare.resampling import bicubic

if TYPE_CHECKING:
    import numpy as np


def noise(pictures: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Return pictures with Gaussian noise of that standard deviation, cut off at 0 and 1."""
    import numpy as np

    drawn = rng.standard_normal(pictures.shape, dtype=np.float32)
    return np.asarray(np.clip(pictures + np.float32(strength) * drawn, 0, 1))


def blur(pictures: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Return pictures blurred by a Gaussian of that standard deviation in pixels, mirrored at their edges."""
    import numpy as np
    from scipy.ndimage import gaussian_filter

    return np.asarray(np.clip(gaussian_filter(pictures, (0, strength, strength, 0), mode="reflect"), 0, 1))


def hole(pictures: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Return pictures with a black square, whose side is that share of the shorter side, at a place of each's own."""
    import numpy as np

    n, height, width, _ = pictures.shape
    side = max(1, round(strength * min(height, width)))
    tops, lefts = rng.integers(0, height - side + 1, n), rng.integers(0, width - side + 1, n)
    rows, columns = np.arange(height), np.arange(width)
    down = (rows >= tops[:, None]) & (rows < tops[:, None] + side)
    across = (columns >= lefts[:, None]) & (columns < lefts[:, None] + side)
    return np.where((down[:, :, None] & across[:, None, :])[..., None], np.float32(0), pictures)


def coarse(pictures: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Return pictures shrunk by that factor and enlarged again, both bicubic, cut off at 0 and 1."""
    import numpy as np

    height, width = pictures.shape[1:3]
    small = bicubic(pictures, max(1, round(height / strength)), max(1, round(width / strength)))
    return np.asarray(np.clip(bicubic(small, height, width), 0, 1))


@dataclass(frozen=True)
class Degradation:
    """A way to spoil pictures.

    Attributes:
        spoil: (n, height, width, channels) float32 in [0, 1], strength, generator → such pictures.
        strength: the usual one.
        least, most: strengths that can be meant.
        unit: of the strength, for people.
    """

    spoil: Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
    strength: float
    least: float
    most: float
    unit: str


DEGRADATIONS: Mapping[str, Degradation] = MappingProxyType(
    {
        "denoise": Degradation(noise, 0.2, 0.0, 10.0, "standard deviation of the noise, pictures being in [0, 1]"),
        "deblur": Degradation(blur, 1.5, 0.0, 100.0, "standard deviation of the blur in pixels"),
        "inpaint": Degradation(hole, 0.35, 0.0, 1.0, "side of the hole as a share of the picture's"),
        "super_resolution": Degradation(coarse, 2.0, 1.0, 16.0, "factor by which the picture was shrunk"),
    }
)
"""What is asked for → what was done before."""
