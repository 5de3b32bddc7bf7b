"""Principal components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


class Pca(ClassicModel):
    """Projects items on the directions of largest variance; stands before a model that reads its codes."""

    name = "pca"
    title = "principal component analysis"
    paper = "Pearson, On lines and planes of closest fit to systems of points in space, 1901"
    gives = ("Embeddings",)
    bias = Bias("linear correlations", "none", "global", "the components", "eigenvectors, no labels")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        high = max(2, min(schema.size, 256))
        return {"n_components": hp.Int("n_components", 1, high, default=min(32, high), log=True, legal=">= 1")}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.decomposition import PCA

        return PCA(self.width(values, schema))

    def width(self, values: Mapping[str, Any], schema: Schema) -> int:
        return int(min(values["n_components"], schema.size, schema.rows))
