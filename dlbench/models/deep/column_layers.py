"""Numbers and category codes apart again: the first layers of nets that read the layout `columns`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from dlbench.core.schema import Column, Schema


def parted(inputs: Any, schema: Schema) -> tuple[Any, Any]:
    """Return (items, numbers) and (items, categories), either None where the schema has no such column.

    Codes come as positions in one table that holds the embeddings of all columns; see `embedding`.
    """
    from keras import layers

    numbers = len(schema.columns) - len(categories(schema))
    if not categories(schema):
        return inputs, None
    offsets = list(accumulate((column.cardinality for column in categories(schema)[:-1]), initial=0))
    codes = layers.Rescaling(1.0, offset=offsets)(cut(inputs, numbers, len(offsets)))
    return (cut(inputs, 0, numbers) if numbers else None), codes


def embedding(codes: Any, schema: Schema, width: int) -> Any:
    """Return (items, categories, width): each category column has embeddings of its own."""
    from keras import layers

    known = sum(column.cardinality for column in categories(schema))
    start = uniform(width)
    return layers.Embedding(known, width, embeddings_initializer=start)(codes)


def cut(inputs: Any, first: int, count: int) -> Any:
    """Return columns `first` up to `first + count` of (items, columns), by layers that any Keras loads."""
    from keras import layers

    width = inputs.shape[-1]
    tall = layers.Reshape((width, 1))(inputs)
    return layers.Reshape((count,))(layers.Cropping1D((first, width - first - count))(tall))


def uniform(width: int) -> Any:
    """Return the initialiser of embeddings: uniform within ±1/√width (Gorishniy et al., 2021)."""
    from keras import initializers

    return initializers.RandomUniform(-(width**-0.5), width**-0.5)


def categories(schema: Schema) -> Sequence[Column]:
    """Return the category columns; they come last."""
    return [column for column in schema.columns if column.kind == "category"]
