"""A backbone's features at several strides, and the pyramid that carries what the deep ones saw to the fine ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

LEVELS = 3


def pyramid(inputs: Any, values: Mapping[str, Any], finest: int = 8) -> tuple[list[Any], list[int]]:
    """Return LEVELS maps of values["width"] channels, and their strides, from `finest` on by factors of two.

    Args:
        inputs: (n, height, width, channels).
        values: filters and blocks of the backbone, width of the pyramid.
        finest: stride of the finest level, a power of two from 2 on.

    Source: Lin et al., Feature pyramid networks for object detection, 2017.
    """
    from keras import layers

    strides = [finest * 2**level for level in range(LEVELS)]
    maps = features(inputs, values)
    read = [maps[stride.bit_length() - 2] for stride in strides]
    found: list[Any] = []
    for map_ in reversed(read):
        side = _normed(layers.Conv2D(values["width"], 1, use_bias=False)(map_))
        found.insert(0, layers.Add()([side, _enlarged(found[0], side)]) if found else side)
    smooth = [_normed(layers.Conv2D(values["width"], 3, padding="same", use_bias=False)(map_)) for map_ in found]
    return [layers.Activation("relu")(map_) for map_ in smooth], strides


def features(inputs: Any, values: Mapping[str, Any]) -> Sequence[Any]:
    """Return maps of a small residual net at strides 2, 4, 8, 16, 32, sizes rounded up (He et al., 2016).

    Filters double from `filters` at stride 2 to eight times as many at stride 16 and stay there.
    """
    filters = values["filters"]
    found = [_convolved(inputs, filters, 2)]
    for level in range(1, 5):
        hidden = found[-1]
        for block in range(values["blocks"]):
            hidden = _residual(hidden, filters * 2 ** min(level, 3), 1 if block else 2)
        found.append(hidden)
    return found


def _convolved(inputs: Any, filters: int, stride: int) -> Any:
    from keras import layers

    hidden = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False, kernel_initializer="he_normal")(inputs)
    return layers.Activation("relu")(_normed(hidden))


def _residual(inputs: Any, filters: int, stride: int) -> Any:
    from keras import layers

    hidden = _convolved(inputs, filters, stride)
    hidden = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(hidden)
    if stride != 1 or inputs.shape[-1] != filters:
        inputs = _normed(layers.Conv2D(filters, 1, stride, use_bias=False, kernel_initializer="he_normal")(inputs))
    return layers.Activation("relu")(layers.Add()([_normed(hidden), inputs]))


def _normed(hidden: Any) -> Any:
    from keras import layers

    return layers.BatchNormalization(momentum=0.9)(hidden)


def _enlarged(coarse: Any, fine: Any) -> Any:
    """Return a map twice as large, cut to the size of `fine`."""
    from keras import layers

    larger = layers.UpSampling2D(2)(coarse)
    height, width = fine.shape[1:3]
    return larger if larger.shape[1:3] == (height, width) else larger[:, :height, :width]
