"""The multilayer perceptron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.training_space import outputs, training_space


class Mlp(DeepModel):
    """Dense layers of one width with ReLU between them; images are read as rows of pixels."""

    name = "mlp"
    title = "multilayer perceptron"
    paper = "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986"
    accepts = ("table", "image")
    gives = ("Probabilities", "Values")
    uses = ("keras", "scikit-learn")
    bias = Bias("none", "none", "global", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "layers": hp.Int("layers", 1, 3, default=2),
            "units": hp.Choice("units", [32, 64, 128, 256], default=128),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.2),
            **training_space(hp),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=(schema.size,))
        hidden = inputs
        for _ in range(values["layers"]):
            hidden = layers.Dense(values["units"], activation="relu")(hidden)
            if values["dropout"]:
                hidden = layers.Dropout(values["dropout"])(hidden)
        return Network(Model(inputs, layers.Dense(outputs(schema))(hidden)))
