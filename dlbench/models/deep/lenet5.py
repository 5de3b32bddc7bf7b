"""LeNet-5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.errors import UsageError
from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.image_space import ACTIVATIONS, Exchanged, image_space
from dlbench.models.deep.training_space import outputs


class LeNet5(DeepModel):
    """Two 5×5 convolutions, each followed by pooling, then dense layers of 120 and 84.

    `filters` is the count of the first convolution, 6 in the paper; the second has 16/6 of it.

    As the paper has it but for: the convolutions are padded, so that images from 8×8 on pass; max pooling instead of
    trained averaging with a squashing of its own; every map of the second convolution reads all of the first (the
    paper's C3 reads some of them, by a table); a linear layer answers instead of radial-basis units; the activation is
    plain, not the paper's scaled tanh.
    """

    name = "lenet5"
    title = "LeNet-5"
    paper = "LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998"
    accepts = ("image",)
    gives = ("Probabilities", "Values")
    preparation = Preparation(layout="pixels")
    smallest = (8, 8)
    bias = Bias("grid of pixels", "over positions", "local, growing by pooling", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [6, 12, 24], default=12, legal=">= 1"),
            "activation": hp.ask(
                Exchanged("activation", "choice", "tanh", values=("relu", "tanh"), others=ACTIVATIONS)
            ),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.0, legal=">= 0, < 1"),
            **image_space(hp, schema, batch_size=32),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        if reason := self.too_small(schema.shape):
            raise UsageError(reason)
        inputs = Input(shape=schema.shape)
        hidden = inputs
        for filters in (values["filters"], values["filters"] * 16 // 6):
            hidden = layers.Conv2D(filters, 5, padding="same", activation=values["activation"])(hidden)
            hidden = layers.MaxPooling2D(2)(hidden)
        hidden = layers.Flatten()(hidden)
        for units in (120, 84):
            hidden = layers.Dense(units, activation=values["activation"])(hidden)
        if values["dropout"]:
            hidden = layers.Dropout(values["dropout"])(hidden)
        return Network(Model(inputs, layers.Dense(outputs(schema))(hidden)))
