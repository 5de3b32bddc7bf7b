"""The vision Transformer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.convolution import normed
from dlbench.models.deep.image_model import ImageModel
from dlbench.models.deep.image_sizes import patch_side
from dlbench.models.deep.image_space import image_space, switches


class Vit(ImageModel):
    """Patches become vectors with a learned position each, pre-norm attention blocks mix them, their mean answers.

    The side of a patch follows the rule of sizes. The mean of all patches instead of a class token is what Beyer,
    Zhai and Kolesnikov (Better plain ViT baselines for ImageNet-1k, 2022) found at least as good.
    """

    name = "vit"
    title = "vision Transformer"
    paper = "Dosovitskiy et al., An image is worth 16×16 words: Transformers for image recognition at scale, 2021"
    smallest = (4, 4)
    bias = Bias("a set of patches with places", "over patches", "global", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "blocks": hp.Int("blocks", 2, 6, default=4, legal=">= 1"),
            "units": hp.Choice("units", [32, 64, 128], default=64, legal=">= 1"),
            "heads": hp.Choice("heads", [2, 4, 8], default=4, legal=">= 1"),
            "hidden": hp.Float("hidden", 1.0, 4.0, default=2.0, legal="> 0"),
            "dropout": hp.Float("dropout", 0.0, 0.3, default=0.0, legal=">= 0, < 1"),
            **switches(hp, "layer", "gelu"),
            **image_space(hp, schema, 1e-3, optimizer="adamw", schedule="warmup"),
        }

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        from keras import layers

        patches, grid = _patches(inputs)
        tokens = _placed(patches, values["units"])
        for _ in range(values["blocks"]):
            tokens = _added(tokens, _attention(normed(tokens, values["norm"]), values), values)
            tokens = _added(tokens, _dense(normed(tokens, values["norm"]), values), values)
        return [layers.Reshape((*grid, values["units"]))(normed(tokens, values["norm"]))]


def _patches(inputs: Any) -> tuple[Any, tuple[int, int]]:
    """Return (items, patches, pixels × channels) and how many patches lie down and across; black pads the edges."""
    from keras import layers

    height, width, channels = inputs.shape[1:]
    side = patch_side((height, width))
    down, across = -(-height // side), -(-width // side)
    padded = layers.ZeroPadding2D(((0, down * side - height), (0, across * side - width)))(inputs)
    parted = layers.Reshape((down, side, across, side, channels))(padded)
    together = layers.Permute((1, 3, 2, 4, 5))(parted)
    return layers.Reshape((down * across, side * side * channels))(together), (down, across)


def _placed(patches: Any, width: int) -> Any:
    """Return x·W + b: one W for all patches, a b of its own for each place, which is its position embedding."""
    from keras import initializers, layers

    start = initializers.TruncatedNormal(stddev=0.02)
    return layers.EinsumDense("npx,xw->npw", (patches.shape[1], width), bias_axes="pw", bias_initializer=start)(patches)


def _attention(tokens: Any, values: Mapping[str, Any]) -> Any:
    from keras import layers

    width = max(1, values["units"] // values["heads"])
    return layers.MultiHeadAttention(values["heads"], width, dropout=values["dropout"])(tokens, tokens)


def _dense(tokens: Any, values: Mapping[str, Any]) -> Any:
    from keras import layers

    hidden = max(1, round(values["units"] * values["hidden"]))
    wide = layers.Dense(hidden, activation=values["activation"])(tokens)
    return layers.Dense(values["units"])(wide)


def _added(tokens: Any, change: Any, values: Mapping[str, Any]) -> Any:
    """Return a block's outcome: its change, dropped out in part, added to what came in unless `skip` is off."""
    from keras import layers

    change = layers.Dropout(values["dropout"])(change) if values["dropout"] else change
    return layers.Add()([tokens, change]) if values["skip"] else change
