"""Several tensors of an item as one row of numbers, since a net of the house gives one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

from dlbench.models.deep.detection.warping import warped


@dataclass(frozen=True)
class Layout:
    """Names and shapes of the tensors, without the axis of items, in order."""

    shapes: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, tensors: Mapping[str, Any]) -> Layout:
        """Read the layout off symbols or arrays whose shapes are known but for the items."""
        return cls({name: tuple(tensor.shape[1:]) for name, tensor in tensors.items()})

    def packed(self, tensors: Mapping[str, Any]) -> Any:
        """Return (items, numbers), float32."""
        from keras import ops

        flat = [ops.reshape(tensors[name], (-1, prod(shape))) for name, shape in self.shapes.items()]
        return ops.concatenate([ops.cast(one, "float32") for one in flat], axis=1)

    def unpacked(self, flat: Any) -> dict[str, Any]:
        """Return the tensors of what `packed` gave."""
        from keras import ops

        found, begin = {}, 0
        for name, shape in self.shapes.items():
            found[name] = ops.reshape(flat[:, begin : begin + prod(shape)], (-1, *shape))
            begin += prod(shape)
        return found


def learning(core: Any, values: Mapping[str, Any], shape: tuple[int, ...]) -> tuple[Any, Layout]:
    """Return the net that learns from varied pictures, and the layout of what it gives: the core's tensors by name,
    and `told`, how the picture was varied.

    Args:
        core: keras.Model from pictures to tensors by name.
        values: of `warping_space`.
        shape: of a picture.
    """
    from keras import Input, Model

    inputs = Input(shape=shape)
    varied, told = warped(inputs, values)
    given = {**core(varied), "told": told}
    layout = Layout.of(given)
    return Model(inputs, layout.packed(given)), layout
