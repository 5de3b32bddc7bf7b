"""What is done to images while a net learns from them, inside the compiled step; see `prepare.augmentations`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlbench.prepare.augmentations import PARTS, parts_of
from dlbench.training.batch_draws import Draws

MOVED = 8
"""Part of a side by which an image is moved at most: 4 of 32 pixels (He et al., Deep residual learning, 2016)."""

NOISE = 0.1
"""Standard deviation of the noise, of pixels in [0, 1]."""


@dataclass(frozen=True)
class Augmenter:
    """Changes batches of images by some parts, and the loss where their truth changes with them."""

    parts: tuple[str, ...]

    @classmethod
    def named(cls, name: str) -> Augmenter | None:
        """Return the augmenter of a name such as `flip+crop`; None for `none`."""
        return cls(found) if (found := parts_of(name)) else None

    def __call__(self, seen: Any, truth: Any, draws: Draws) -> tuple[Any, Any]:
        """Return images (items, height, width, channels) and what they are held against, changed.

        Under mixup the truth becomes three: that of the item, that of the one it is blended with, and the item's
        share, (items,). Shares are even over [0, 1]: alpha of 1 (Zhang, Cisse, Dauphin and Lopez-Paz, mixup, 2018).
        A truth that is a mask or a picture is moved as its image is. Where nothing was, a mask asks nobody; a picture,
        whose values may have any scale, and its image go on mirrored.
        """
        numbers = {part: number for number, part in enumerate(PARTS)}
        for part in self.parts:
            if part == "mixup":
                return mixed(seen, truth, draws, numbers[part])
            seen, truth = _changed(part, seen, truth, draws, numbers[part])
        return seen, truth

    def loss(self, loss: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        """Return the loss of what `__call__` gives, for the loss of a plain batch."""
        return _of_blends(loss) if "mixup" in self.parts else loss


def flipped(seen: Any, draws: Draws, number: int) -> Any:
    """Return images of which every other one, at random, has left and right swapped."""
    from keras import ops

    swapped = draws.uniform(number, (ops.shape(seen)[0], 1, 1, 1)) < 0.5
    return ops.where(swapped, ops.flip(seen, axis=2), seen)


def cropped(seen: Any, draws: Draws, number: int, *, mirrored: bool = False) -> Any:
    """Return images moved by up to an eighth of each side, black where nothing was, or `mirrored` at their edge.

    As padding and cutting out, written as a product with matrices that pick rows and columns: without a gather,
    which is slow in large batches on some devices.
    """
    from keras import ops

    height, width, channels = seen.shape[1:]
    chances = draws.uniform(number, (ops.shape(seen)[0], 2))
    rows, columns = _picking(chances[:, 0], height, mirrored), _picking(chances[:, 1], width, mirrored)
    down = ops.matmul(rows, ops.reshape(seen, (-1, height, width * channels)))
    down = ops.reshape(down, (-1, height, width, channels))
    return ops.einsum("njw,nhwc->nhjc", columns, down)


def _picking(chances: Any, length: int, mirrored: bool) -> Any:
    """Return (items, length, length): a one where the place in the outcome takes from the place in the image."""
    from keras import ops

    most = max(1, round(length / MOVED))
    shift = ops.cast(ops.floor(chances * (2 * most + 1)), "int32") - most
    places = ops.arange(length, dtype="int32")
    taken = places[None, :] + shift[:, None]
    if mirrored:
        taken = ops.where(taken < 0, -1 - taken, ops.where(taken < length, taken, 2 * length - 1 - taken))
    return ops.cast(taken[:, :, None] == places[None, None, :], "float32")


def _changed(part: str, seen: Any, truth: Any, draws: Draws, number: int) -> tuple[Any, Any]:
    """Return images changed by one part, and the truth moved as they were where it has a place for each pixel."""
    change = _CHANGES[part]
    if part not in _MOVES or len(truth.shape) < 3 or tuple(truth.shape[1:3]) != tuple(seen.shape[1:3]):
        return change(seen, draws, number), truth
    if len(truth.shape) == 3:
        return change(seen, draws, number), _moved_codes(part, truth, draws, number)
    if part == "crop":
        return cropped(seen, draws, number, mirrored=True), cropped(truth, draws, number, mirrored=True)
    return change(seen, draws, number), change(truth, draws, number)


def _moved_codes(part: str, codes: Any, draws: Draws, number: int) -> Any:
    """Return the class of each pixel moved as by a part, -1 where nothing was."""
    from keras import ops

    held = ops.expand_dims(ops.cast(codes + 1, "float32"), -1)  # so that black becomes -1
    return ops.cast(ops.round(_CHANGES[part](held, draws, number)[..., 0]), codes.dtype) - 1


def noisy(seen: Any, draws: Draws, number: int) -> Any:
    """Return images with Gaussian noise, kept in [0, 1]."""
    from keras import ops

    return ops.clip(seen + NOISE * draws.normal(number, ops.shape(seen)), 0.0, 1.0)


def mixed(seen: Any, truth: Any, draws: Draws, number: int) -> tuple[Any, Any]:
    """Return images blended with their neighbours in the batch, whose order is random, and both truths with shares."""
    from keras import ops

    share = draws.uniform(number, (ops.shape(seen)[0],))
    mine = ops.reshape(share, (-1, 1, 1, 1))
    blended = mine * seen + (1.0 - mine) * ops.roll(seen, 1, axis=0)
    return blended, (truth, ops.roll(truth, 1, axis=0), share)


def _of_blends(loss: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def blended(truth: Any, output: Any) -> Any:
        mine, other, share = truth
        return share * loss(mine, output) + (1.0 - share) * loss(other, output)

    return blended


_MOVES = ("flip", "crop")
"""Parts that change where a pixel is."""

_CHANGES: dict[str, Callable[[Any, Draws, int], Any]] = {"flip": flipped, "crop": cropped, "noise": noisy}
