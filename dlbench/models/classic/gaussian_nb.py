"""Naive Bayes with Gaussian features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import encoding, scaling


class GaussianNaiveBayes(ClassicModel):
    """A mean and a variance a feature and class; features are independent given the class.

    One-hot columns are as far from a Gaussian as can be: categories become their mean target first.
    """

    name = "gaussian_nb"
    title = "naive Bayes, Gaussian features"
    paper = "Duda and Hart, Pattern classification and scene analysis, 1973"
    gives = ("Probabilities",)
    weights = True
    preparation = Preparation(scale="standard")
    bias = Bias("features independent given the class", "none", "global", "two moments a feature and class", "counting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "var_smoothing": hp.Float("var_smoothing", 1e-10, 1.0, default=1e-9, log=True),
            **scaling(hp, schema),
            **encoding(hp, schema, "target"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.naive_bayes import GaussianNB

        return GaussianNB(var_smoothing=values["var_smoothing"])
