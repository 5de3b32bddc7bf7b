"""A random forest on the features of pixels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace

SCALES = {"fine": (0.7, 1.5, 3.0), "middle": (1.0, 2.0, 4.0), "coarse": (1.0, 2.0, 4.0, 8.0)}
"""What a suite may name → standard deviations of the Gaussians in pixels."""


class PixelForest(ClassicModel):
    """Hand-made features of a pixel (smoothed values, edges, spots, ridges at some scales), read by a forest.

    It learns from `pixels` drawn from the training part and sees no further than its largest scale. An instance is what
    is connected of one class.
    """

    name = "pixel_forest"
    title = "forest on features of pixels"
    paper = "Sommer et al., ilastik: interactive learning and segmentation toolkit, 2011; Breiman, Random forests, 2001"
    accepts = ("image",)
    gives = ("Masks", "Instances")
    preparation = Preparation(layout="pixels")
    smallest = (2, 2)
    uses = ("scikit-learn", "scipy")
    bias = Bias("edges, spots and ridges", "over positions", "the largest scale", "all trees", "bagging")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "scales": hp.Choice("scales", list(SCALES), default="middle"),
            "n_estimators": hp.Int("n_estimators", 20, 100, default=50, log=True, legal=">= 1"),
            "max_features": hp.Choice("max_features", ["sqrt", "all"], default="sqrt"),
            "min_samples_leaf": hp.Int("min_samples_leaf", 1, 20, default=5, log=True, legal=">= 1"),
            "class_weight": hp.Choice("class_weight", ["none", "balanced"], default="none"),
            "pixels": hp.Fixed("pixels", 20_000, legal=">= 1"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.pixel_forest import PixelForest as Estimator

        return Estimator(
            pixels=values["pixels"],
            scales=SCALES[values["scales"]],
            n_estimators=values["n_estimators"],
            max_features=None if values["max_features"] == "all" else values["max_features"],
            min_samples_leaf=values["min_samples_leaf"],
            class_weight=None if values["class_weight"] == "none" else values["class_weight"],
        )
