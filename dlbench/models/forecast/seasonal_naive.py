"""The last season again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, Floor, Preparation
from dlbench.core.schema import Schema
from dlbench.prepare.series_schema import of_series


class SeasonalNaive(Floor):
    """Says that every step will be as it was one season before; without a season, as it was last."""

    name = "seasonal_naive"
    title = "the last season again"
    paper = "Hyndman and Athanasopoulos, Forecasting: principles and practice, 2021, section 5.2"
    accepts = ("series",)
    gives = ("Forecast",)
    uses = ("numpy",)
    preparation = Preparation(layout="windows", scale="none")
    trainer = "forecaster"
    bias = Bias("one season", "none", "one season", "one season", "no learning")

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        told = of_series(schema)
        return LastSeason(told.season, told.horizon)


class LastSeason:
    """Repeats the last `season` lags over `horizon` steps."""

    def __init__(self, season: int, horizon: int) -> None:
        self.season, self.horizon = season, horizon

    def fit(self, lags: Any, target: Any) -> LastSeason:
        """Learn nothing."""
        return self

    def predict(self, lags: Any) -> Any:
        """Return (n, horizon) values from (n, steps) lags of the target, the latest at the end."""
        steps = lags.shape[1] - self.season
        return lags[:, [steps + ahead % self.season for ahead in range(self.horizon)]]
