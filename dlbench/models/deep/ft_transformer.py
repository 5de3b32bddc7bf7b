"""The FT-Transformer: every column a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.column_layers import cut, embedding, parted, uniform
from dlbench.models.deep.training_space import learned, outputs, training_space


class FtTransformer(DeepModel):
    """Columns become vectors, pre-norm attention blocks mix them, and a class token gives the answer.

    Feed-forward parts are ReGLU; the first block has no norm before its attention and the last one asks for the class
    token alone, as in the paper. The defaults are a third of its width, for a run without a GPU.
    """

    name = "ft_transformer"
    title = "FT-Transformer"
    paper = "Gorishniy, Rubachev, Khrulkov and Babenko, Revisiting deep learning models for tabular data, 2021"
    gives = ("Probabilities", "Values")
    uses = ("keras", "scikit-learn")
    preparation = Preparation(layout="columns", scale="quantile")
    bias = Bias("a set of columns", "over columns", "global", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "blocks": hp.Int("blocks", 1, 4, default=2, legal=">= 1"),
            "units": hp.Choice("units", [32, 64, 128, 192], default=64, legal=">= 1"),
            "heads": hp.Choice("heads", [2, 4, 8], default=4, legal=">= 1"),
            "hidden": hp.Float("hidden", 0.5, 2.5, default=4 / 3, legal="> 0"),
            "attention_dropout": hp.Float("attention_dropout", 0.0, 0.5, default=0.2, legal=">= 0, < 1"),
            "dropout": hp.Float("dropout", 0.0, 0.5, default=0.1, legal=">= 0, < 1"),
            **training_space(hp, learns=learned(schema), learning_rate=2e-4, batch_size=128, optimizer="adamw"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=schema.shape)
        tokens = _tokens(inputs, values["units"], schema)
        for number in range(values["blocks"]):
            tokens = _block(tokens, values, first=number == 0, last=number == values["blocks"] - 1)
        answer = layers.LayerNormalization()(layers.Flatten()(tokens))
        answer = layers.Dense(outputs(schema))(layers.Activation("relu")(answer))
        return Network(Model(inputs, answer))


def _tokens(inputs: Any, width: int, schema: Schema) -> Any:
    """Return (items, 1 + columns, width): the class token, x·w + b of each number, the embedding of each category."""
    from keras import layers

    numbers, codes = parted(inputs, schema)
    nothing = layers.Rescaling(0.0)(cut(inputs, 0, 1))
    tokens = [layers.Embedding(1, width, embeddings_initializer=uniform(width))(nothing)]
    if numbers is not None:
        shape, start = (numbers.shape[-1], width), uniform(width)
        scaled = layers.EinsumDense(
            "nc,cw->ncw", shape, bias_axes="cw", kernel_initializer=start, bias_initializer=start
        )
        tokens.append(scaled(numbers))
    if codes is not None:
        tokens.append(embedding(codes, schema, width))
    return layers.Concatenate(axis=1)(tokens)


def _block(tokens: Any, values: Mapping[str, Any], *, first: bool, last: bool) -> Any:
    from keras import layers

    width, heads = values["units"], values["heads"]
    seen = tokens if first else layers.LayerNormalization()(tokens)
    asking, kept = seen, tokens
    if last:
        others = tokens.shape[1] - 1
        asking, kept = layers.Cropping1D((0, others))(seen), layers.Cropping1D((0, others))(tokens)
    mixed = layers.MultiHeadAttention(heads, max(1, width // heads), dropout=values["attention_dropout"])(asking, seen)
    kept = layers.Add()([kept, mixed])
    return layers.Add()([kept, _feed_forward(layers.LayerNormalization()(kept), width, values)])


def _feed_forward(tokens: Any, width: int, values: Mapping[str, Any]) -> Any:
    """Return a linear map of a linear map that is gated by another one's ReLU (Shazeer, GLU variants, 2020)."""
    from keras import layers

    hidden = round(width * values["hidden"])
    gated = layers.Multiply()([layers.Dense(hidden)(tokens), layers.Dense(hidden, activation="relu")(tokens)])
    return layers.Dense(width)(layers.Dropout(values["dropout"])(gated))
