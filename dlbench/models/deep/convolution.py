"""Layers that convolutional nets share: convolution, norm and activation as the values say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlbench.models.deep.image_sizes import stem_halvings


def convolved(
    inputs: Any, filters: int, values: Mapping[str, Any], kernel: int = 3, stride: int = 1, *, activated: bool = True
) -> Any:
    """Return convolution, norm, activation; the convolution has a bias where no norm follows."""
    from keras import layers

    biased = values["norm"] == "none"
    convolution = layers.Conv2D(
        filters, kernel, stride, padding="same", use_bias=biased, kernel_initializer="he_normal"
    )
    return finished(convolution(inputs), values, activated=activated)


def depthwise(
    inputs: Any, values: Mapping[str, Any], kernel: int = 3, stride: int = 1, *, activated: bool = True
) -> Any:
    """Return a convolution of each channel by itself, norm, activation."""
    from keras import initializers, layers

    biased = values["norm"] == "none"
    start = initializers.RandomNormal(stddev=(2 / kernel**2) ** 0.5)  # he_normal counts the channels beside as inputs
    convolution = layers.DepthwiseConv2D(kernel, stride, padding="same", use_bias=biased, depthwise_initializer=start)
    return finished(convolution(inputs), values, activated=activated)


def finished(hidden: Any, values: Mapping[str, Any], *, activated: bool = True) -> Any:
    """Return norm and activation of `hidden`."""
    from keras import layers

    hidden = normed(hidden, values["norm"])
    return layers.Activation(values["activation"])(hidden) if activated else hidden


def normed(hidden: Any, norm: str) -> Any:
    """Return `hidden` normed: `batch`, `layer` (over the channels of each place), or as it is for `none`."""
    from keras import layers

    if norm == "none":
        return hidden
    return layers.LayerNormalization()(hidden) if norm == "layer" else layers.BatchNormalization(momentum=0.9)(hidden)


def stem(inputs: Any, filters: int, values: Mapping[str, Any]) -> list[Any]:
    """Return the maps before the first stage: a 3×3 convolution, and where images are large its halvings.

    The convolution makes the first halving, 3×3 max pooling the second.
    """
    from keras import layers

    count = stem_halvings(inputs.shape[1:3])
    maps = [convolved(inputs, filters, values, stride=2 if count else 1)]
    if count == 2:
        maps.append(layers.MaxPooling2D(3, 2, padding="same")(maps[-1]))
    return maps


def last_of_each_size(maps: Sequence[Any]) -> list[Any]:
    """Return of maps in order, each no larger than the one before, the last one of each size."""
    return list({tuple(one.shape[1:3]): one for one in maps}.values())
