"""Naive Bayes with categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


class CategoricalNaiveBayes(ClassicModel):
    """A share a level, feature and class. Numbers fall into bins of even width over their normal deviates; an unseen
    category counts as the most frequent one."""

    name = "categorical_nb"
    title = "naive Bayes, categories and bins"
    paper = "Domingos and Pazzani, On the optimality of the simple Bayesian classifier under zero-one loss, 1997"
    gives = ("Probabilities",)
    preparation = Preparation(scale="quantile", categories="ordinal")
    bias = Bias("features independent given the class", "none", "global", "a share a level and class", "counting")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "alpha": hp.Float("alpha", 1e-3, 10.0, default=1.0, log=True),
            "fit_prior": hp.Boolean("fit_prior", default=True),
            "n_bins": hp.Int("n_bins", 4, 64, default=16, log=True, legal=">= 2"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.compose import ColumnTransformer
        from sklearn.impute import SimpleImputer
        from sklearn.naive_bayes import CategoricalNB
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import KBinsDiscretizer

        bins = KBinsDiscretizer(values["n_bins"], encode="ordinal", strategy="uniform", subsample=None)
        seen = SimpleImputer(missing_values=-1, strategy="most_frequent")
        # Categories are the last columns, whatever flags of missing numbers stand before them.
        categories = sum(column.kind == "category" for column in schema.columns)
        parts = [("bins", bins, slice(0, -categories or None))]
        if categories:
            parts.append(("seen", seen, slice(-categories, None)))
        codes = ColumnTransformer(parts)
        return make_pipeline(codes, CategoricalNB(alpha=values["alpha"], fit_prior=values["fit_prior"]))
