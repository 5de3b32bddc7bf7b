"""LightGBM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.boosting_space import boosting_space


class LightGBM(ClassicModel):
    """Boosted trees grown leaf by leaf on histograms."""

    name = "lightgbm"
    title = "LightGBM"
    paper = "Ke et al., LightGBM: a highly efficient gradient boosting decision tree, 2017"
    gives = ("Probabilities", "Values")
    weights = True
    uses = ("lightgbm", "scikit-learn")
    requires = ("lightgbm",)
    extra = "boosting"
    preparation = Preparation(scale="none", categories="ordinal", missing="keep")
    resource = "rounds"
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "all trees", "leaf-wise boosting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **boosting_space(hp, schema),
            "num_leaves": hp.Int("num_leaves", 7, 127, default=31, log=True, legal=">= 2"),
            "min_child_samples": hp.Int("min_child_samples", 5, 100, default=20, log=True),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from lightgbm import LGBMClassifier, LGBMRegressor

        build = LGBMRegressor if schema.form == "Values" else LGBMClassifier
        known = {name: value for name, value in values.items() if name != "categories"}
        # Rows are drawn anew for every tree: without a frequency the library ignores `subsample`.
        return build(**known, subsample_freq=1, n_jobs=1, verbose=-1, deterministic=True, force_row_wise=True)
