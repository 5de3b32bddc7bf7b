"""What comes next in a series?"""

from __future__ import annotations

from dlbench.core.task import Task


class Forecasting(Task):
    """The next steps of one channel of a series, from the steps before.

    Folds are rolling origins: each tests a block of time and learns from nothing but what lies before it; the last
    share of that validates.
    """

    name = "forecasting"
    title = "next steps of a series"
    modalities = ("series",)
    asks = "Forecast"
    metrics = ("mase", "mae", "rmse")
    floor = "seasonal_naive"
    target = "values"
