"""The inverted bottleneck of MobileNetV2, and what EfficientNet adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbench.models.deep.convolution import convolved, depthwise


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


def _gated(inputs: Any, narrow: int, values: Mapping[str, Any]) -> Any:
    """Return channels weighed by what their means say (Hu, Shen and Sun, Squeeze-and-excitation networks, 2018)."""
    from keras import layers

    channels = inputs.shape[-1]
    gate = layers.GlobalAveragePooling2D(keepdims=True)(inputs)
    gate = layers.Dense(narrow, activation=values["activation"])(gate)
    return layers.Multiply()([inputs, layers.Dense(channels, activation="sigmoid")(gate)])
