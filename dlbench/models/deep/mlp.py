"""The multilayer perceptron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.training_space import learned, outputs, training_space

ACTIVATIONS = ("relu", "sigmoid", "tanh", "leaky_relu", "gelu")
INITIALIZERS = ("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_normal", "orthogonal")


class Mlp(DeepModel):
    """Dense layers of one width; images are read as rows of pixels.

    A layer is linear map, norm, activation, dropout. With `skip`, every layer after the first is added to what it
    read.
    """

    name = "mlp"
    title = "multilayer perceptron"
    paper = "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986"
    accepts = ("table", "image")
    gives = ("Probabilities", "Values")
    uses = ("keras", "scikit-learn")
    bias = Bias("none", "none", "global", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "layers": hp.Int("layers", 1, 4, default=2, legal=">= 0"),
            "units": hp.Choice("units", [32, 64, 128, 256, 512], default=128, legal=">= 1"),
            "activation": hp.Choice("activation", ACTIVATIONS, default="relu"),
            "norm": hp.Choice("norm", ["none", "batch", "layer"], default="none"),
            "skip": hp.Boolean("skip", default=False),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.2, legal=">= 0, < 1"),
            "initializer": hp.Choice("initializer", INITIALIZERS, default="glorot_uniform"),
            **training_space(hp, learns=learned(schema)),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=(schema.size,))
        hidden = inputs
        for number in range(values["layers"]):
            added = _layer(hidden, values)
            hidden = layers.Add()([hidden, added]) if values["skip"] and number else added
        return Network(Model(inputs, layers.Dense(outputs(schema))(hidden)))


def _layer(hidden: Any, values: Mapping[str, Any]) -> Any:
    from keras import layers

    hidden = layers.Dense(values["units"], kernel_initializer=values["initializer"])(hidden)
    if values["norm"] == "batch":
        hidden = layers.BatchNormalization(momentum=0.9)(hidden)
    elif values["norm"] == "layer":
        hidden = layers.LayerNormalization()(hidden)
    hidden = layers.Activation(values["activation"])(hidden)
    return layers.Dropout(values["dropout"])(hidden) if values["dropout"] else hidden
