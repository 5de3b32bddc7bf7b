"""K-Means, as clusters and as features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


class KMeans(ClassicModel):
    """Centres that minimise the squared distance of items to the nearest of them.

    Asked for Clusters it looks for as many as there are classes; before another model it gives the distances to
    its centres (Coates and Ng, Learning feature representations with K-means, 2012).
    """

    name = "kmeans"
    title = "K-Means"
    paper = "Lloyd, Least squares quantization in PCM, 1982"
    gives = ("Clusters", "Embeddings")
    bias = Bias("distances between items", "none", "round groups of like size", "the centres", "alternating, no labels")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        clusters = len(schema.classes) or 8 if schema.form == "Clusters" else 64
        return {
            "n_clusters": hp.Fixed("n_clusters", clusters, legal=">= 1"),
            "init": hp.Choice("init", ["k-means++", "random"], default="k-means++"),
            "n_init": hp.Fixed("n_init", 10 if schema.form == "Clusters" else 1, legal=">= 1"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.cluster import KMeans as Estimator

        return Estimator(**{**values, "n_clusters": self.width(values, schema)})

    def width(self, values: Mapping[str, Any], schema: Schema) -> int:
        return int(min(values["n_clusters"], schema.rows))
