"""Naive Bayes with counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


class MultinomialNaiveBayes(ClassicModel):
    """An item is a bag of draws from its class's features; each number, brought to [0, 1], counts as so many draws."""

    name = "multinomial_nb"
    title = "naive Bayes, counts"
    paper = "McCallum and Nigam, A comparison of event models for naive Bayes text classification, 1998"
    gives = ("Probabilities",)
    weights = True
    preparation = Preparation(scale="range", sparse=True)
    bias = Bias("features independent given the class", "none", "global", "a share a feature and class", "counting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "alpha": hp.Float("alpha", 1e-3, 10.0, default=1.0, log=True),
            "fit_prior": hp.Boolean("fit_prior", default=True),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.naive_bayes import MultinomialNB

        return MultinomialNB(**values)
