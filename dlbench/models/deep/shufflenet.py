"""The ShuffleNet-style net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import depthwise, finished, stem
from dlbench.models.deep.image_model import ImageModel
from dlbench.models.deep.image_sizes import stage_halvings
from dlbench.models.deep.image_space import image_space, switches


class ShuffleNet(ImageModel):
    """1×1 convolutions in groups, whose channels are shuffled so that each group reads of all groups before it.

    Three stages, the first block of each halving: there the pooled input stands beside the outcome instead of being
    added to it. `filters` are those of the first stage, doubled by each later one, and made up to a multiple of four
    times the groups.

    As the paper has it but for: the first 1×1 convolution of the first unit is in groups like all others (section 3.2
    leaves it ungrouped, since few channels come in); each stage has as many `blocks` (4, 8 and 4 in the paper); the
    stem has a quarter of `filters` (24 in the paper) and halves by the rule of sizes.
    """

    name = "shufflenet"
    title = "ShuffleNet-style net"
    paper = "Zhang, Zhou, Lin and Sun, ShuffleNet: an extremely efficient convolutional neural network, 2018"
    smallest = (8, 8)
    bias = Bias("grid of pixels", "over positions", "local, growing by depth", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [48, 96, 144], default=96, legal=">= 1"),
            "groups": hp.Choice("groups", [1, 2, 4], default=4, legal=">= 1"),
            "blocks": hp.Int("blocks", 1, 4, default=3, legal=">= 1"),
            "stages": hp.Fixed("stages", 3, legal=">= 1"),
            **switches(hp),
            **image_space(hp, schema, 3e-3),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        multiple = 4 * values["groups"]
        filters = -(-values["filters"] // multiple) * multiple
        maps = stem(inputs, filters // 4, values)
        hidden = maps[-1]
        for stage in range(stage_halvings(inputs.shape[1:3], values["stages"])):
            for block in range(values["blocks"]):
                hidden = _unit(hidden, filters * 2**stage, values, 1 if block else 2)
            maps.append(hidden)
        return maps


def _unit(inputs: Any, filters: int, values: Mapping[str, Any], stride: int) -> Any:
    """Return one block: grouped 1×1, shuffle, depthwise 3×3, grouped 1×1, beside or plus what came in."""
    from keras import layers

    beside = stride == 2 and values["skip"]
    hidden = finished(_grouped(inputs, filters // 4, values, shuffled=True), values)
    hidden = depthwise(hidden, values, 3, stride, activated=False)
    left = filters - inputs.shape[-1] if beside else filters
    hidden = finished(_grouped(hidden, left, values), values, activated=False)
    if beside:
        hidden = layers.Concatenate()([layers.AveragePooling2D(3, 2, padding="same")(inputs), hidden])
    elif values["skip"]:
        hidden = layers.Add()([hidden, inputs])
    return layers.Activation(values["activation"])(hidden)


def _grouped(inputs: Any, filters: int, values: Mapping[str, Any], *, shuffled: bool = False) -> Any:
    """Return a 1×1 convolution in groups; `shuffled`, neighbouring channels come from different groups.

    A product for each group: as a convolution, groups have no gradient on a CPU in TensorFlow without XLA.
    """
    from keras import initializers, layers

    height, width, channels = inputs.shape[1:]
    groups, each = values["groups"], filters // values["groups"]
    ways = ("gd", (groups, each)) if not shuffled else ("dg", (each, groups))
    convolution = layers.EinsumDense(
        f"nhwgc,gcd->nhw{ways[0]}",
        (height, width, *ways[1]),
        bias_axes=ways[0] if values["norm"] == "none" else None,
        kernel_initializer=initializers.RandomNormal(stddev=(2 * groups / channels) ** 0.5),
    )
    parted = layers.Reshape((height, width, groups, channels // groups))(inputs)
    return layers.Reshape((height, width, filters))(convolution(parted))
