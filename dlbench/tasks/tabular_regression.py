"""Which number belongs to a row?"""

from __future__ import annotations

from dlbench.core.task import Task


class TabularRegression(Task):
    """Numbers that belong to the rows of a table."""

    name = "tabular_regression"
    title = "number for a row"
    modalities = ("table",)
    asks = "Values"
    metrics = ("r2", "rmse", "mae")
    floor = "mean"
    target = "values"
