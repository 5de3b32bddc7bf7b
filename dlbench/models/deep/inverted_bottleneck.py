"""The inverted bottleneck of MobileNetV2, and what EfficientNet adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import convolved, depthwise, stem
from dlbench.models.deep.image_sizes import stage_halvings


@dataclass(frozen=True)
class Bottleneck:
    """One block: a 1×1 convolution widens, a depthwise one mixes pixels, a linear 1×1 one narrows.

    Sandler, Howard, Zhu, Zhmoginov and Chen, MobileNetV2: inverted residuals and linear bottlenecks, 2018.

    Attributes:
        filters: channels of the outcome.
        expansion: channels between, in parts of those that come in; at 1 nothing is widened.
        kernel, stride: of the depthwise convolution.
        squeeze: channels of the gate, in parts of those that come in; 0 for none.
    """

    filters: int
    expansion: int
    kernel: int = 3
    stride: int = 1
    squeeze: float = 0.0

    def __call__(self, inputs: Any, values: Mapping[str, Any]) -> Any:
        """Return the block's outcome, with what came in added where `skip` is on and the shape is the same."""
        from keras import layers

        channels = inputs.shape[-1]
        hidden = inputs if self.expansion == 1 else convolved(inputs, channels * self.expansion, values, 1)
        hidden = depthwise(hidden, values, self.kernel, self.stride)
        if self.squeeze:
            hidden = _gated(hidden, max(1, round(channels * self.squeeze)), values)
        hidden = convolved(hidden, self.filters, values, 1, activated=False)
        same = self.stride == 1 and channels == self.filters
        return layers.Add()([hidden, inputs]) if values["skip"] and same else hidden


def bottleneck_space(hp: DimensionSpace) -> dict[str, Any]:
    """Ask for the filters of the stem, the blocks of a stage, by what they widen, and how many stages there are."""
    return {
        "filters": hp.Choice("filters", [8, 16, 24], default=16, legal=">= 1"),
        "blocks": hp.Int("blocks", 1, 3, default=2, legal=">= 1"),
        "expansion": hp.Choice("expansion", [3, 6], default=6, legal=">= 1"),
        "stages": hp.Fixed("stages", 4, legal=">= 1, <= 5"),
    }


def staged(
    inputs: Any, values: Mapping[str, Any], shares: Sequence[float], kernels: Sequence[int], squeeze: float = 0.0
) -> list[Any]:
    """Return the maps of the stem and of each stage, of which all but the first halve the image and widen it.

    Args:
        inputs: (items, height, width, channels).
        values: of `bottleneck_space`, and the switches of the net.
        shares: filters of each stage, in parts of the stem's.
        kernels: of each stage.
        squeeze: see `Bottleneck`.
    """
    maps = stem(inputs, values["filters"], values)
    hidden = maps[-1]
    for stage in range(1 + stage_halvings(inputs.shape[1:3], values["stages"] - 1)):
        filters, expansion = max(1, round(values["filters"] * shares[stage])), values["expansion"] if stage else 1
        for block in range(values["blocks"]):
            stride = 2 if stage and not block else 1
            hidden = Bottleneck(filters, expansion, kernels[stage], stride, squeeze)(hidden, values)
        maps.append(hidden)
    return maps


def _gated(inputs: Any, narrow: int, values: Mapping[str, Any]) -> Any:
    """Return channels weighed by what their means say (Hu, Shen and Sun, Squeeze-and-excitation networks, 2018)."""
    from keras import layers

    channels = inputs.shape[-1]
    gate = layers.GlobalAveragePooling2D(keepdims=True)(inputs)
    gate = layers.Dense(narrow, activation=values["activation"])(gate)
    return layers.Multiply()([inputs, layers.Dense(channels, activation="sigmoid")(gate)])
