"""What a model's declared Preparation does to inputs: fitted on the training part, applied to any other."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.core.model import Preparation
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table


class Prepared:
    """A fitted preparation. Build it by `Prepared.fit` on training inputs only."""

    def __init__(self, how: Preparation, steps: Any) -> None:
        self.how, self.steps = how, steps

    @classmethod
    def fit(cls, how: Preparation, inputs: Table | Images) -> Prepared:
        """Learn medians, means, spreads and categories from training inputs."""
        if isinstance(inputs, Images):
            return cls(how, None)
        if how.layout == "pixels":
            raise ValueError("a table has no pixels")
        return cls(how, _table_steps(how, inputs).fit(_as_object(inputs)))

    def __call__(self, inputs: Table | Images) -> np.ndarray:
        """Return (n, features) for `matrix`, (n, height, width, channels) for `pixels`.

        Images come as float32, tables as float64: large numbers close to each other stay apart.
        """
        if isinstance(inputs, Images):
            unit = inputs.unit()
            return unit if self.how.layout == "pixels" else unit.reshape(len(unit), -1)
        return np.ascontiguousarray(self.steps.transform(_as_object(inputs)), dtype=np.float64)


def _as_object(table: Table) -> Any:
    """Return numbers and categories side by side as a frame, which the column transformer selects from by name."""
    import pandas as pd

    width = table.numbers.shape[1]
    frame = pd.DataFrame(table.numbers, columns=[f"n{i}" for i in range(width)])
    for i in range(table.categories.shape[1]):
        frame[f"c{i}"] = pd.Series(table.categories[:, i], dtype="object")
    return frame


def _table_steps(how: Preparation, table: Table) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import (
        FunctionTransformer,
        MinMaxScaler,
        OneHotEncoder,
        OrdinalEncoder,
        StandardScaler,
    )

    numbers = [f"n{i}" for i in range(table.numbers.shape[1])]
    words = [f"c{i}" for i in range(table.categories.shape[1])]
    scaler = {"standard": StandardScaler(), "range": MinMaxScaler(), "none": FunctionTransformer()}[how.scale]
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    on_numbers = make_pipeline(impute, scaler) if how.missing == "impute" else make_pipeline(scaler)
    encoder = (
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=100, sparse_output=False)
        if how.categories == "one_hot"
        else OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    )
    return ColumnTransformer([("numbers", on_numbers, numbers), ("categories", encoder, words)])
