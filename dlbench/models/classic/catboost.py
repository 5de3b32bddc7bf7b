"""CatBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.boosting_space import boosting_space


class CatBoost(ClassicModel):
    """Boosted symmetric trees with ordered steps."""

    name = "catboost"
    title = "CatBoost"
    paper = "Prokhorenkova et al., CatBoost: unbiased boosting with categorical features, 2018"
    gives = ("Probabilities", "Values")
    weights = True
    uses = ("catboost", "scikit-learn")
    requires = ("catboost",)
    extra = "boosting"
    preparation = Preparation(scale="none", categories="ordinal", missing="keep")
    resource = "rounds"
    bias = Bias("thresholds on single features", "none", "axis-aligned boxes", "all trees", "ordered boosting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **boosting_space(hp, schema),
            "depth": hp.Int("depth", 3, 10, default=6, legal=">= 1, <= 16"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from catboost import CatBoostClassifier, CatBoostRegressor

        build = CatBoostRegressor if schema.form == "Values" else CatBoostClassifier
        known = {name: value for name, value in values.items() if name not in ("categories", "reg_lambda")}
        quiet = {"verbose": False, "allow_writing_files": False, "thread_count": 1}
        # The trainer replaces `random_state`; the library lists only parameters that were given.
        return build(**known, l2_leaf_reg=values["reg_lambda"], bootstrap_type="Bernoulli", random_state=1, **quiet)
