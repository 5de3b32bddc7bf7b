"""What all image nets have in common: maps of an image, and a head that reads the last one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dlbench.core.errors import UsageError
from dlbench.core.model import DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.models.deep.training_space import outputs


class ImageModel(DeepModel):
    """A net that makes smaller and deeper maps of an image. A subclass writes `space` and `maps`, a head where needed.

    Its values hold `norm`, `activation` and what else its `space` asks for.
    """

    accepts: ClassVar[tuple[str, ...]] = ("image",)
    gives: ClassVar[tuple[str, ...]] = ("Probabilities", "Values")
    preparation = Preparation(layout="pixels")

    def maps(self, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
        """Return the maps (items, height, width, channels) in the order they are made, none larger than before."""
        raise NotImplementedError

    def head(self, last: Any, values: Mapping[str, Any]) -> Any:
        """Return (items, numbers), from which a linear map makes the answer."""
        from keras import layers

        return layers.GlobalAveragePooling2D()(last)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, layers

        self.require(schema.shape)
        inputs = Input(shape=schema.shape)
        hidden = self.head(self.maps(inputs, values)[-1], values)
        return Network(Model(inputs, layers.Dense(outputs(schema))(hidden)))

    def require(self, shape: tuple[int, ...]) -> None:
        """Raise UsageError for an image that is too small."""
        if reason := self.too_small(shape):
            raise UsageError(reason)
