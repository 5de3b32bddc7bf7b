"""A residual net for tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.column_layers import embedding, parted
from dlbench.models.deep.training_space import learned, outputs, training_space


class TabularResNet(DeepModel):
    """Numbers and category embeddings side by side, a linear map, residual blocks, and a linear head.

    A block is batch norm, linear map to `hidden` times the width, ReLU, dropout, linear map back, dropout, added to
    what it read. Head: batch norm, ReLU, linear map.
    """

    name = "tabular_resnet"
    title = "residual net for tables"
    paper = "Gorishniy, Rubachev, Khrulkov and Babenko, Revisiting deep learning models for tabular data, 2021"
    gives = ("Probabilities", "Values")
    uses = ("keras", "scikit-learn")
    preparation = Preparation(layout="columns", scale="quantile")
    bias = Bias("columns, categories as vectors", "none", "global", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "blocks": hp.Int("blocks", 1, 4, default=2, legal=">= 0"),
            "units": hp.Choice("units", [64, 128, 256, 512], default=128, legal=">= 1"),
            "hidden": hp.Float("hidden", 1.0, 4.0, default=2.0, legal="> 0"),
            "embedding": hp.Int("embedding", 4, 64, default=8, log=True, legal=">= 1"),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.2, legal=">= 0, < 1"),
            "residual_dropout": hp.Float("residual_dropout", 0.0, 0.5, default=0.0, legal=">= 0, < 1"),
            **training_space(hp, learns=learned(schema), batch_size=128, optimizer="adamw", schedule="cosine"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=schema.shape)
        hidden = layers.Dense(values["units"])(_flat(inputs, values["embedding"], schema))
        for _ in range(values["blocks"]):
            hidden = layers.Add()([hidden, _block(hidden, values)])
        hidden = layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(hidden))
        return Network(Model(inputs, layers.Dense(outputs(schema))(hidden)))


def _flat(inputs: Any, width: int, schema: Schema) -> Any:
    from keras import layers

    numbers, codes = parted(inputs, schema)
    if codes is None:
        return numbers
    embedded = layers.Flatten()(embedding(codes, schema, width))
    return embedded if numbers is None else layers.Concatenate()([numbers, embedded])


def _block(inputs: Any, values: Mapping[str, Any]) -> Any:
    from keras import layers

    hidden = layers.BatchNormalization(momentum=0.9)(inputs)
    hidden = layers.Dense(round(values["units"] * values["hidden"]), activation="relu")(hidden)
    hidden = layers.Dropout(values["dropout"])(hidden)
    return layers.Dropout(values["residual_dropout"])(layers.Dense(values["units"])(hidden))
