"""Nets of keras.applications under a new head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dlbench.core.errors import DataUnavailable, UsageError
from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.pretraining import PUBLISHED
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.applications import APPLICATIONS, applied
from dlbench.models.deep.image_space import Switch, image_space
from dlbench.models.deep.training_space import outputs


class Backbone(DeepModel):
    """A net of keras.applications without its classifier, mean over places, linear map to the answer.

    Pixels are brought to the range that its published weights know, inside the net. Weights are drawn unless a suite
    says where it starts from: `pretrain: {weights: FILE}`, or `imagenet` for those that Keras publishes and fetches.
    """

    name = "backbone"
    title = "net of keras.applications"
    paper = "Sandler et al., 2018; He et al., 2016; Huang et al., 2017; Tan and Le, 2021"
    accepts: ClassVar[tuple[str, ...]] = ("image",)
    gives: ClassVar[tuple[str, ...]] = ("Probabilities", "Values")
    preparation = Preparation(layout="pixels")
    smallest = (32, 32)
    published: ClassVar[tuple[str, ...]] = (PUBLISHED,)
    bias = Bias("grid of pixels", "over positions", "local, growing by depth", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        known = tuple(APPLICATIONS)
        return {
            "architecture": hp.ask(Switch("architecture", "fixed", known[0], values=known)),
            **image_space(hp, schema, 1e-3),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        return Network(self._net(values, schema, None))

    def published_net(self, values: Mapping[str, Any], schema: Schema, weights: str) -> Any:
        """Return the net with published weights under a head that is drawn.

        Raises:
            DataUnavailable: they cannot be fetched.
        """
        try:
            return self._net(values, schema, weights)
        except UsageError:
            raise
        except Exception as error:  # Keras raises a bare one where a download fails
            name = values["architecture"]
            cure = "name their file, fetched elsewhere: pretrain: {weights: FILE}"
            raise DataUnavailable(f"the {weights} weights of {name} cannot be had here ({error}); {cure}") from error

    def _net(self, values: Mapping[str, Any], schema: Schema, weights: str | None) -> Any:
        from keras import Input, Model, layers

        if reason := self.too_small(schema.shape):
            raise UsageError(reason)
        inputs = Input(shape=schema.shape)
        hidden = layers.GlobalAveragePooling2D()(applied(inputs, values["architecture"], weights))
        return Model(inputs, layers.Dense(outputs(schema))(hidden))
