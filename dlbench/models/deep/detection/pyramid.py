"""A backbone's features at several strides, and the pyramid that carries what the deep ones saw to the fine ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlbench.core.space import DimensionSpace

STRIDES = (8, 16, 32)
"""Of the levels of a pyramid."""

OWN = "own"
"""The backbone that is made for detectors: as light as they can do with."""

_READ = ("filters", "blocks")
"""What a backbone takes over; a detector's other parameters are its own, even where they bear a net's names."""


def pyramid_space(hp: DimensionSpace) -> dict[str, Any]:
    """Ask for the backbone, `own` or an image net of the catalog, its filters and blocks where it has such, and the
    width of the pyramid."""
    from dlbench.models.deep.backbones import families
    from dlbench.models.deep.image_space import Switch

    return {
        "backbone": hp.ask(Switch("backbone", "fixed", OWN, values=(OWN, *families()))),
        "filters": hp.Choice("filters", [8, 16, 32], default=16, legal=">= 1"),
        "blocks": hp.Int("blocks", 1, 3, default=1, legal=">= 1"),
        "width": hp.Choice("width", [32, 64, 128], default=64, legal=">= 1"),
    }


def pyramid(inputs: Any, values: Mapping[str, Any]) -> list[Any]:
    """Return a map of values["width"] channels at each of STRIDES.

    Args:
        inputs: (n, height, width, channels).
        values: of `pyramid_space`.

    Source: Lin et al., Feature pyramid networks for object detection, 2017; but for batch normalisation behind all
    convolutions and ReLU behind the last ones, where theirs are plain.
    """
    from keras import layers

    found: list[Any] = []
    for map_ in reversed(_read(inputs, values)):
        side = _normed(layers.Conv2D(values["width"], 1, use_bias=False)(map_))
        found.insert(0, layers.Add()([side, _enlarged(found[0], side.shape[1:3])]) if found else side)
    smooth = [_normed(layers.Conv2D(values["width"], 3, padding="same", use_bias=False)(map_)) for map_ in found]
    return [layers.Activation("relu")(map_) for map_ in smooth]


def _read(inputs: Any, values: Mapping[str, Any]) -> list[Any]:
    """Return a map of the backbone at each stride; one that it lacks is made of the next finer one by convolutions, or
    of its finest one where that is coarser."""
    from dlbench.models.deep.backbones import features

    family = values["backbone"]
    found: list[Any] = []
    maps = _own(inputs, values) if family == OWN else features(family, inputs, {name: values[name] for name in _READ})
    for stride in STRIDES:
        height, width = (-(-side // stride) for side in inputs.shape[1:3])
        finer = [map_ for map_ in (*maps, *found) if map_.shape[1] >= height and map_.shape[2] >= width]
        hidden = min(finer, key=lambda map_: map_.shape[1]) if finer else _enlarged(maps[0], (height, width))
        while tuple(hidden.shape[1:3]) != (height, width):
            hidden = _convolved(hidden, hidden.shape[-1], 2)
        found.append(hidden)
    return found


def _own(inputs: Any, values: Mapping[str, Any]) -> Sequence[Any]:
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


def _enlarged(coarse: Any, size: Sequence[int]) -> Any:
    """Return a map whose cells are repeated until it is at least of that (height, width), cut to it."""
    from keras import layers

    height, width = size
    larger = layers.UpSampling2D((-(-height // coarse.shape[1]), -(-width // coarse.shape[2])))(coarse)
    return larger if larger.shape[1:3] == (height, width) else larger[:, :height, :width]
