"""Histograms of oriented gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace

_SMALL_IMAGE = 48


class Hog(ClassicModel):
    """Directions of edges, counted in cells; stands before a model that reads them. Learns nothing."""

    name = "hog"
    title = "histograms of oriented gradients"
    paper = "Dalal and Triggs, Histograms of oriented gradients for human detection, 2005"
    accepts = ("image",)
    gives = ("Embeddings",)
    preparation = Preparation(layout="pixels")
    smallest = (2, 2)
    bias = Bias("edges and their directions", "the same filter everywhere", "cells", "none", "no learning")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        small = min(schema.shape[:2]) <= _SMALL_IMAGE
        return {
            "orientations": hp.Int("orientations", 6, 12, default=9, legal=">= 1"),
            "cell": hp.Choice("cell", [4, 7, 8] if small else [8, 12, 16], default=4 if small else 8),
            "block": hp.Fixed("block", 2, legal=">= 1"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.preprocessing import FunctionTransformer

        from dlbench.prepare.gradients import descriptors

        return FunctionTransformer(descriptors, kw_args=_sizes(values, schema))

    def width(self, values: Mapping[str, Any], schema: Schema) -> int:
        sizes = _sizes(values, schema)
        height, width = (length // sizes["cell"] - sizes["block"] + 1 for length in schema.shape[:2])
        return int(height * width * sizes["block"] ** 2 * sizes["orientations"])


def _sizes(values: Mapping[str, Any], schema: Schema) -> dict[str, int]:
    """Return the sizes, cells small enough that a block fits into the image."""
    least = min(schema.shape[:2])
    block = max(1, min(values["block"], least))
    return {"orientations": values["orientations"], "cell": min(values["cell"], least // block), "block": block}
