"""Box augmentation inside the net: pictures are flipped, zoomed, shifted and recoloured while it learns, at no other
time, and the net tells how, so that the loss does the same to the boxes.

The draws are Gaussian noise added to zeros by a layer of Keras: it is there in training alone, so that everywhere else
all draws are 0, which is the picture as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlbench.core.space import DimensionSpace

FLIPPED: Mapping[str, tuple[float, float]] = {"none": (0, 0), "horizontal": (1, 0), "both": (1, 1)}
"""Name → whether pictures are mirrored at random across, and down."""

SEEN = 0.3
"""Share of an object that must still be in the picture for it to count."""

GREY = 0.5
"""What lies beyond the picture."""


def warping_space(hp: DimensionSpace) -> dict[str, Any]:
    """Ask for how pictures are varied: `flip` along which sides, `zoom` z for sizes from 1/(1+z) to 1+z and shifts up
    to z/2 of the picture, `colour` c for brightness, contrast and channels within about ±c."""
    return {
        "flip": hp.Choice("flip", list(FLIPPED), default="horizontal"),
        "zoom": hp.Float("zoom", 0.0, 0.6, default=0.3, legal=">= 0"),
        "colour": hp.Float("colour", 0.0, 0.4, default=0.1, legal=">= 0"),
    }


def warped(inputs: Any, values: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the pictures as varied, and (n, 4): factor and shift across, factor and shift down, in pixels.

    Args:
        inputs: (n, height, width, channels) in [0, 1].
        values: of `warping_space`.
    """
    import numpy as np
    from keras import layers, ops

    height, width, channels = inputs.shape[1:]
    size = np.array([width, height], dtype=np.float32)
    draws = layers.GaussianNoise(1.0)(ops.zeros_like(inputs[:, 0, : 7 + channels, 0]))
    even = ops.erf(ops.cast(draws, "float32") / 2**0.5)  # uniform on (-1, 1)
    zoom = ops.exp(even[:, 2:3] * ops.log(1.0 + values["zoom"]))
    flipped = np.array(FLIPPED[values["flip"]], dtype=np.float32)
    factors = zoom * (1.0 - ops.cast(even[:, :2] > 0, "float32") * (2 * flipped))
    shifts = (1.0 - factors) * (size / 2) + even[:, 3:5] * (values["zoom"] / 2 * size)
    moved = _moved(inputs, factors, shifts)
    told = ops.stack([factors[:, 0], shifts[:, 0], factors[:, 1], shifts[:, 1]], axis=1)
    return _recoloured(moved, even[:, 5:], values["colour"]), told


def along(truth: Any, told: Any, height: int, width: int) -> Any:
    """Return the truth as the varied picture shows it: boxes moved and cut, objects that left it marked as none.

    Args:
        truth: (n, most, 5) corners and codes.
        told: (n, 4), from `warped`.
        height, width: of the picture.
    """
    from keras import ops

    from dlbench.models.deep.detection.boxes import area, clipped

    factors = ops.stack([told[:, 0], told[:, 2]] * 2, axis=1)[:, None]
    shifts = ops.stack([told[:, 1], told[:, 3]] * 2, axis=1)[:, None]
    ends = truth[..., :4] * factors + shifts
    low, high = ops.minimum(ends[..., :2], ends[..., 2:]), ops.maximum(ends[..., :2], ends[..., 2:])
    whole = ops.concatenate([low, high], axis=-1)
    cut = clipped(whole, height, width)
    seen = area(cut) >= SEEN * area(whole)
    return ops.concatenate([cut, ops.where(seen, truth[..., 4], -1.0)[..., None]], axis=-1)


def _moved(pixels: Any, factors: Any, shifts: Any) -> Any:
    """Return pixels where they have gone, bilinear: a product with a matrix of rows and one of columns.

    Without a gather or a transform, which not every compiler takes and some take slowly.
    """
    from keras import ops

    height, width = pixels.shape[1:3]
    rows = _read_from(factors[:, 1:], shifts[:, 1:], height)
    columns = _read_from(factors[:, :1], shifts[:, :1], width)
    found = ops.einsum("njw,nhwc->nhjc", columns, ops.einsum("nih,nhwc->niwc", rows, ops.cast(pixels, "float32")))
    filled = ops.sum(rows, axis=2)[:, :, None, None] * ops.sum(columns, axis=2)[:, None, :, None]
    return found - GREY * (filled - 1.0)


def _read_from(factor: Any, shift: Any, length: int) -> Any:
    """Return (n, length, length), how much each place of the outcome takes from each place along one side; rows add up
    to 1 inside the picture, to 0 beyond it.

    Args:
        factor, shift: (n, 1), in pixels.
        length: of the side.
    """
    import numpy as np
    from keras import ops

    places = np.arange(length, dtype=np.float32)
    at = (-shift + (places + 0.5)) / factor - 0.5
    return ops.relu(1.0 - ops.abs(at[:, :, None] - places))


def _recoloured(pixels: Any, even: Any, colour: float) -> Any:
    """Return pixels in [0, 1] of another brightness (±colour), contrast and channels (factors of up to exp(colour))."""
    from keras import ops

    if not colour:
        return pixels
    even = even[:, None, None, :] * colour
    middle, contrast = ops.mean(pixels, axis=(1, 2, 3), keepdims=True), ops.exp(even[..., :1])
    # subtracted: Keras takes what is added for one number a channel where there are as many items as channels
    contrasted = pixels * contrast - (middle * (contrast - 1.0) - even[..., 1:2])
    return ops.clip(contrasted * ops.exp(even[..., 2:] / 2), 0.0, 1.0)
