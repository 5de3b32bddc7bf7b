"""The dense autoencoder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.training_space import training_space


class Autoencoder(DeepModel):
    """Squeezes items through a narrow linear layer and builds them up again; the squeezed numbers are the codes."""

    name = "autoencoder"
    title = "autoencoder"
    paper = "Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006"
    accepts = ("table", "image")
    gives = ("Embeddings",)
    uses = ("keras", "scikit-learn")
    bias = Bias("none", "none", "global", "the weights", "gradient descent on reconstruction, no labels")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "units": hp.Choice("units", [64, 128, 256], default=128, legal=">= 1"),
            "code": hp.Int("code", 2, 64, default=min(16, max(2, schema.size)), log=True, legal=">= 1"),
            **training_space(hp, learns="values"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=(schema.size,))
        hidden = layers.Dense(values["units"], activation="relu")(inputs)
        code = layers.Dense(values["code"])(hidden)
        hidden = layers.Dense(values["units"], activation="relu")(code)
        return Network(Model(inputs, layers.Dense(schema.size)(hidden)), "inputs", Model(inputs, code))

    def width(self, values: Mapping[str, Any], schema: Schema) -> int:
        return int(values["code"])
