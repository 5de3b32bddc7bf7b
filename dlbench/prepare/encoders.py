"""The scalers, imputers and encoders of a table's columns, as scikit-learn has them."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.core.model import Preparation
from dlbench.prepare.table import Table

# Levels of a column that get a number each; the rarest share the last one.
_MOST_LEVELS = {"dense": 100, "sparse": 2000}

# Share of non-zeros below which a sparse matrix is the faster one: some hundred columns for a usual table.
_SPARSE_BELOW = 0.02

_FOLDS = 5
_MOST_QUANTILES = 1000


def frame_of(table: Table) -> Any:
    """Return numbers and categories side by side as a frame, which the column transformer selects from by name."""
    import pandas as pd

    frame = pd.DataFrame(table.numbers, columns=_names("n", table.numbers))
    # As objects rows share their words; pandas would give each its own.
    words = pd.DataFrame(table.categories.astype(object), columns=_names("c", table.categories), dtype=object)
    return pd.concat([frame, words], axis=1) if len(words.columns) else frame


def table_steps(how: Preparation, table: Table, target: np.ndarray | None, seed: int, dtype: Any = np.float64) -> Any:
    """Return the unfitted column transformer of a preparation: numbers first, then categories.

    Args:
        how: what is done.
        table: of training rows; its shape, and which columns hold no number at all.
        target: decides the kind of target encoding; else unused.
        seed: of what is drawn.
        dtype: of the numbers that come out, float64 or float32.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import MissingIndicator

    numbers, words = _names("n", table.numbers), _names("c", table.categories)
    parts: list[Any] = [("numbers", _number_steps(how, table, seed), numbers)]
    if how.scale == "quantile" and how.missing == "impute":
        parts.append(("missing", MissingIndicator(error_on_new=False), numbers))
    parts.append(("categories", _category_steps(how, len(table), target, seed), words))
    parts = [(name, _rounded(steps, dtype), columns) for name, steps, columns in parts]
    return ColumnTransformer(parts, sparse_threshold=_SPARSE_BELOW if how.sparse else 0.0)


def _rounded(steps: Any, dtype: Any) -> Any:
    """Let each branch round what it gives, before branches are put side by side."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

    if dtype == np.float64:
        return steps
    if isinstance(steps, OneHotEncoder):
        return steps.set_params(dtype=dtype)
    return make_pipeline(steps, FunctionTransformer(dtype))


def _names(letter: str, block: np.ndarray) -> list[str]:
    return [f"{letter}{i}" for i in range(block.shape[1])]


def _number_steps(how: Preparation, table: Table, seed: int) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    scaler = _scaler(how.scale, len(table), seed)
    if how.missing == "keep":
        # Models that read gaps still stumble over a column of nothing else.
        empty = np.isnan(table.numbers).all(axis=0)
        zeros = SimpleImputer(strategy="constant", fill_value=0.0, keep_empty_features=True)
        kept = [("zeros", zeros, np.flatnonzero(empty)), ("scaled", scaler, np.flatnonzero(~empty))]
        return make_pipeline(ColumnTransformer(kept)) if empty.any() else make_pipeline(scaler)
    # As a normal deviate a flag would be ±5: quantiles leave flags to a branch of their own.
    flags = how.scale != "quantile"
    return make_pipeline(SimpleImputer(strategy="median", add_indicator=flags, keep_empty_features=True), scaler)


def _scaler(scale: str, rows: int, seed: int) -> Any:
    from sklearn import preprocessing

    if scale == "quantile":
        count = max(1, min(_MOST_QUANTILES, rows))
        return preprocessing.QuantileTransformer(n_quantiles=count, output_distribution="normal", random_state=seed)
    scalers = {
        "standard": preprocessing.StandardScaler,
        "range": preprocessing.MinMaxScaler,
        "robust": preprocessing.RobustScaler,
        "none": preprocessing.FunctionTransformer,
    }
    return scalers[scale]()


def _category_steps(how: Preparation, rows: int, target: np.ndarray | None, seed: int) -> Any:
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

    if how.categories == "ordinal":
        return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    if how.categories == "target":
        if target is None:
            raise ValueError("categories: target encoding needs a target")
        return make_pipeline(_target_encoder(target, seed), _scaler(how.scale, rows, seed))
    levels = _MOST_LEVELS["sparse" if how.sparse else "dense"]
    return OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=levels, sparse_output=how.sparse)


def _target_encoder(target: np.ndarray, seed: int) -> Any:
    """Return scikit-learn's cross-fitted encoder (Micci-Barreca, A preprocessing scheme for high-cardinality
    categorical attributes, 2001), told what the target is: whole values are values, not classes."""
    from sklearn.model_selection import KFold
    from sklearn.preprocessing import TargetEncoder

    kind = "continuous"
    if np.issubdtype(target.dtype, np.integer):
        kind = "binary" if len(np.unique(target)) <= 2 else "multiclass"
    folds = KFold(max(2, min(_FOLDS, len(target))), shuffle=True, random_state=seed)
    return TargetEncoder(target_type=kind, cv=folds)
