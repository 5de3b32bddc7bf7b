"""Losses of classes on masks: every pixel is an item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def by_pixel(loss: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return a loss of pictures: the mean of a loss of classes over the pixels that somebody is asked about.

    A picture without such pixels loses nothing.

    Args:
        loss: (pixels,) int32 codes and (pixels, classes) logits → (pixels,) losses.

    Returns:
        (items, height, width) int32 codes, below zero where nobody is asked, and (items, height, width, classes)
        logits → (items,) losses.
    """
    from keras import ops

    def of_pictures(truth: Any, logits: Any) -> Any:
        pixels = truth.shape[1] * truth.shape[2]
        codes = ops.reshape(truth, (-1,))
        lost = loss(ops.maximum(codes, 0), ops.reshape(logits, (-1, logits.shape[-1])))
        asked = ops.cast(codes >= 0, lost.dtype)
        total = ops.sum(ops.reshape(lost * asked, (-1, pixels)), axis=1)
        return total / ops.maximum(ops.sum(ops.reshape(asked, (-1, pixels)), axis=1), 1)

    return of_pictures
