"""A small residual net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.training_space import learned, outputs, training_space


class ResNet(DeepModel):
    """Three stages of residual blocks, each stage with twice the filters at half the size (the paper's net for CIFAR).

    One block a stage makes ResNet-8, three make ResNet-20.
    """

    name = "resnet"
    title = "small residual net"
    paper = "He, Zhang, Ren and Sun, Deep residual learning for image recognition, 2016"
    accepts = ("image",)
    gives = ("Probabilities", "Values")
    preparation = Preparation(layout="pixels")
    smallest = (4, 4)
    bias = Bias("grid of pixels", "over positions", "local, growing by depth", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "filters": hp.Choice("filters", [8, 16, 32], default=16, legal=">= 1"),
            "blocks": hp.Int("blocks", 1, 3, default=1, legal=">= 1"),
            **training_space(hp, learns=learned(schema), learning_rate=3e-3, batch_size=64),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        inputs = Input(shape=schema.shape)
        hidden = _convolved(inputs, values["filters"])
        for stage in range(3):
            for block in range(values["blocks"]):
                stride = 2 if stage and not block else 1
                hidden = _residual(hidden, values["filters"] * 2**stage, stride)
        hidden = layers.GlobalAveragePooling2D()(hidden)
        return Network(Model(inputs, layers.Dense(outputs(schema))(hidden)))


def _convolved(inputs: Any, filters: int, stride: int = 1, activation: str | None = "relu") -> Any:
    from keras import layers

    hidden = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False, kernel_initializer="he_normal")(inputs)
    hidden = layers.BatchNormalization(momentum=0.9)(hidden)
    return layers.Activation(activation)(hidden) if activation else hidden


def _residual(inputs: Any, filters: int, stride: int) -> Any:
    """Return relu(F(x) + x); where the shape changes, x passes a 1×1 convolution (the paper's option B)."""
    from keras import layers

    hidden = _convolved(_convolved(inputs, filters, stride), filters, activation=None)
    if stride != 1 or inputs.shape[-1] != filters:
        inputs = layers.Conv2D(filters, 1, stride, use_bias=False, kernel_initializer="he_normal")(inputs)
        inputs = layers.BatchNormalization(momentum=0.9)(inputs)
    return layers.Activation("relu")(layers.Add()([hidden, inputs]))
