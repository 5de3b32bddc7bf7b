"""Tables for nets that embed categories: numbers, then one integer code a category column, in one matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.core.model import Preparation
from dlbench.core.schema import Column
from dlbench.prepare.aligned import aligned
from dlbench.prepare.data import Inputs, as_table
from dlbench.prepare.encoders import frame_of
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table

_UNSEEN = "\0unseen"


class ColumnsPrepared:
    """A fitted preparation of layout `columns`. Build it by `ColumnsPrepared.fit` on training inputs only.

    Attributes:
        how: as the model declares it.
        steps: the fitted scikit-learn steps.
        columns: of the matrix; a category's cardinality counts its codes: 0 for the unseen, 1 and on for the known.
    """

    def __init__(self, how: Preparation, steps: Any, columns: tuple[Column, ...]) -> None:
        self.how, self.steps, self.columns = how, steps, columns

    @classmethod
    def fit(cls, how: Preparation, inputs: Inputs, seed: int = 1) -> ColumnsPrepared:
        """Learn medians, scales and categories from training inputs; `seed` draws the rows that quantiles are of.

        Raises:
            ValueError: images, which have no columns.
        """
        if isinstance(inputs, Images):
            raise ValueError("layout `columns` reads tables, images have none; declare `matrix` or `pixels`")
        table = as_table(inputs)
        known = [np.unique(column) for column in table.categories.T]
        steps = _steps(how, table, known, seed).fit(frame_of(table))
        words = [column.name for column in table.columns if column.kind == "category"]
        coded = [Column(name, "category", len(values) + 1) for name, values in zip(words, known, strict=True)]
        numbers = steps.transform(frame_of(table.take(np.arange(1)))).shape[1] - len(coded)
        return cls(how, steps, (*(Column(f"n{i}") for i in range(numbers)), *coded))

    def __call__(self, inputs: Inputs) -> np.ndarray:
        """Return (n, columns) float32: scaled numbers and missing flags first, codes last."""
        if isinstance(inputs, Images):
            raise ValueError("layout `columns` was fitted on a table, expected one, got images")
        return aligned(self.steps.transform(frame_of(as_table(inputs))), np.float32)


def _steps(how: Preparation, table: Table, known: list[np.ndarray], seed: int) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    codes = [np.array([_UNSEEN, *values], dtype=object) for values in known]
    encoder = OrdinalEncoder(categories=codes, handle_unknown="use_encoded_value", unknown_value=np.nan)
    unseen = SimpleImputer(strategy="constant", fill_value=0, keep_empty_features=True)
    numbers = [f"n{i}" for i in range(table.numbers.shape[1])]
    words = [f"c{i}" for i in range(table.categories.shape[1])]
    on_numbers = make_pipeline(_scaler(how.scale, len(table), seed), impute)
    return ColumnTransformer([("numbers", on_numbers, numbers), ("categories", make_pipeline(encoder, unseen), words)])


def _scaler(scale: str, rows: int, seed: int) -> Any:
    """Return the scaler; it passes missing numbers on, so that medians are those of scaled numbers and flags stay 0/1.

    Quantiles as many as in Gorishniy et al., 2021: one for 30 rows, from 10 to 1,000.
    """
    from sklearn import preprocessing

    if scale == "quantile":
        count = min(rows, max(10, min(1000, rows // 30)))
        return preprocessing.QuantileTransformer(n_quantiles=count, output_distribution="normal", random_state=seed)
    scalers = {
        "standard": preprocessing.StandardScaler,
        "range": preprocessing.MinMaxScaler,
        "robust": preprocessing.RobustScaler,
        "none": preprocessing.FunctionTransformer,
    }
    return scalers[scale]()
