"""Any image net as the backbone of another one: its maps at the strides that an image allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import UsageError, suggest
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.models.deep.convolution import last_of_each_size
from dlbench.models.deep.image_model import ImageModel


def families() -> tuple[str, ...]:
    """Return the names of the nets that can be a backbone."""
    return tuple(name for name, model in catalog.models().items() if isinstance(model, ImageModel))


def features(family: str, inputs: Any, values: Mapping[str, Any]) -> list[Any]:
    """Return the maps of a net at strides 2, 4, 8, … of its inputs, as many as the net and the rule of sizes allow.

    The same layers that the net of that name classifies with, without its head. A vision Transformer has one map, at
    the stride of its patches (none where these are single pixels); with small images the last strides are missing.

    Args:
        family: a net of the catalog: resnet, vgg, …
        inputs: Keras tensor (items, height, width, channels) of known size.
        values: parameters of that net by name; what is missing takes its default.

    Raises:
        UsageError: no such net, or images smaller than it takes.
    """
    model = catalog.models().get(family)
    if not isinstance(model, ImageModel):
        raise UsageError(f"unknown backbone {family!r}{suggest(family, families())}")
    shape = tuple(inputs.shape[1:])
    model.require(shape)
    schema = Schema("image", "Probabilities", shape, (), ("a", "b"), 1)
    made = last_of_each_size(model.maps(inputs, model.space(Values(values), schema)))
    return [one for one in made if tuple(one.shape[1:3]) != shape[:2]]
