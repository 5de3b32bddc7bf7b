"""Preparation as a part of the search: what classic models that are sensitive to it ask for."""

from __future__ import annotations

from typing import Any

from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace

# Up to so many levels one column a level is cheap; beyond, the mean target of a level is the first choice.
_MANY_LEVELS = 1000


def scaling(hp: DimensionSpace, schema: Schema, default: str = "standard") -> dict[str, Any]:
    """Ask how numbers are scaled, where a table has any; images have a scale of their own."""
    if schema.modality != "table" or not any(column.kind == "number" for column in schema.columns):
        return {}
    return {"scale": hp.Choice("scale", ["standard", "robust", "quantile", "range"], default=default)}


def encoding(hp: DimensionSpace, schema: Schema, default: str = "one_hot") -> dict[str, Any]:
    """Ask how categories are encoded, where a table has any."""
    levels = [column.cardinality for column in schema.columns if column.kind == "category"]
    if not levels:
        return {}
    ways = {
        "one_hot": ["one_hot", "target"],
        "ordinal": ["ordinal", "one_hot", "target"],
        "target": ["target", "one_hot"],
    }[default]
    return {"categories": hp.Choice("categories", ways, default="target" if max(levels) > _MANY_LEVELS else default)}


def scaling_and_encoding(hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
    """Ask for both; a linear or distance-based model wants one-hot columns first."""
    return {**scaling(hp, schema), **encoding(hp, schema)}
