"""The radial-basis network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding


class RbfNetwork(ClassicModel):
    """Gaussian units around K-Means centres, read out by a linear model: learned in two convex-like steps."""

    name = "rbf_network"
    title = "radial-basis network"
    paper = "Moody and Darken, Fast learning in networks of locally-tuned processing units, 1989"
    gives = ("Probabilities", "Values")
    bias = Bias("distances to prototypes", "none", "local, set by the width", "centres and weights", "two stages")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "n_centers": hp.Int("n_centers", 10, 500, default=200, log=True, legal=">= 1"),
            "width": hp.Float("width", 0.3, 10.0, default=1.5, log=True, legal="> 0"),
            "C": hp.Float("C", 1e-2, 1e4, default=100.0, log=True, legal="> 0"),
            **scaling_and_encoding(hp, schema),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.cluster import KMeans
        from sklearn.linear_model import LogisticRegression, Ridge
        from sklearn.pipeline import make_pipeline

        from dlbench.prepare.gaussian_units import GaussianUnits

        # As many centres as rows would put every distance to the nearest at zero.
        centers = KMeans(max(1, min(values["n_centers"], schema.rows // 2)), n_init=1)
        readout = Ridge(1 / values["C"]) if schema.form == "Values" else LogisticRegression(C=values["C"], max_iter=500)
        return make_pipeline(centers, GaussianUnits(values["width"]), readout)
