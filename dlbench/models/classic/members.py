"""The small fixed team that voting and stacking are made of: a linear model, a forest, boosting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.schema import Schema

# Boosting reads columns of more levels as numbers: it bins a categorical column into at most 255 codes.
_MOST_CATEGORIES = 255


def members(values: Mapping[str, Any], schema: Schema) -> list[tuple[str, Any]]:
    """Return (name, estimator) of the three, for inputs that keep missing numbers, with category codes last.

    Args:
        values: `n_estimators` of the forest, `learning_rate` and `max_iter` of boosting.
        schema: says which columns are categories, and whether values are asked for.
    """
    from sklearn import ensemble

    regression = schema.form == "Values"
    forest = ensemble.RandomForestRegressor if regression else ensemble.RandomForestClassifier
    boosting = ensemble.HistGradientBoostingRegressor if regression else ensemble.HistGradientBoostingClassifier
    rounds = {name: values[name] for name in ("learning_rate", "max_iter")}
    return [
        ("ridge" if regression else "logistic", _linear(schema)),
        ("random_forest", forest(values["n_estimators"], min_samples_leaf=2)),
        ("hist_gradient_boosting", boosting(**rounds, categorical_features=categorical(schema), early_stopping=False)),
    ]


def categorical(schema: Schema) -> list[int] | None:
    """Return the positions of category columns behind the numbers, those that boosting can bin; None without any."""
    numbers = sum(column.kind == "number" for column in schema.columns)
    columns = [column for column in schema.columns if column.kind == "category"]
    return [numbers + i for i, column in enumerate(columns) if column.cardinality < _MOST_CATEGORIES] or None


def _linear(schema: Schema) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    categories = sum(column.kind == "category" for column in schema.columns)
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    parts: list[Any] = [("numbers", make_pipeline(impute, StandardScaler()), slice(0, -categories or None))]
    if categories:
        encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=100, sparse_output=False)
        parts.append(("categories", encoder, slice(-categories, None)))
    head = Ridge() if schema.form == "Values" else LogisticRegression(max_iter=1000)
    return make_pipeline(ColumnTransformer(parts), head)
