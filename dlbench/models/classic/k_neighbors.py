"""The nearest neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class KNeighbors(ClassicModel):
    """Answers with the shares or the mean of the nearest training items: a tree up to 15 features, else by force."""

    name = "k_neighbors"
    title = "k nearest neighbours"
    paper = "Fix and Hodges, Discriminatory analysis: nonparametric discrimination, 1951; Cover and Hart, 1967"
    gives = ("Probabilities", "Values")
    bias = Bias("distances between items", "none", "local", "all training items", "no training, looking up")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "n_neighbors": hp.Int("n_neighbors", 1, 50, default=5, log=True, legal=">= 1"),
            "weights": hp.Choice("weights", ["uniform", "distance"], default="uniform"),
            **scaling_and_encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

        build = KNeighborsRegressor if schema.form == "Values" else KNeighborsClassifier
        return build(max(1, min(values["n_neighbors"], schema.rows)), weights=values["weights"])
