"""Principal components of patches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


class PatchPca(ClassicModel):
    """Projects patches of a degraded picture onto few principal components, restores clean ones by least squares, and
    averages where they overlap.

    Made for noise; what blurs or coarsens a picture everywhere alike it undoes as far as a linear filter can. It does
    not know where a hole is, so of inpainting little is to be hoped for.
    """

    name = "patch_pca"
    title = "principal component regression of patches"
    paper = "Muresan and Parks, Adaptive principal components and image denoising, 2003; Massy, 1965"
    accepts = ("image",)
    gives = ("Pictures",)
    preparation = Preparation(layout="pixels")
    smallest = (2, 2)
    bias = Bias("patches of pixels", "over positions", "a patch", "the components", "least squares")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "side": hp.Int("side", 3, 11, default=7, legal=">= 1"),
            "components": hp.Int("components", 4, 128, default=32, log=True, legal=">= 1"),
            "patches": hp.Fixed("patches", 50_000, legal=">= 2"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.patch_regression import PatchRegression

        return PatchRegression(side=values["side"], components=values["components"], patches=values["patches"])
