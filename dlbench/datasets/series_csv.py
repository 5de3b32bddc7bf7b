"""Own data: a series in a file of delimited text with a column of times."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError
from dlbench.datasets.remembered import file_digest, remembered
from dlbench.datasets.time_table import read

if TYPE_CHECKING:
    from dlbench.datasets.time_table import TimeTable
    from dlbench.prepare.data import Data
    from dlbench.prepare.series import Series

WINDOW = (
    Parameter("horizon", int, None, "steps to forecast; a season, at least 6, where not given", optional=True),
    Parameter("context", int, None, "steps a contestant sees; two seasons and horizons at least", optional=True),
    Parameter("season", int, None, "steps of a season; read off the times, else off the values", optional=True),
    Parameter("step", int, 1, "from one forecast to the next; horizon makes forecasts that do not overlap"),
)


class SeriesCsv(Dataset):
    """A series of the user's: one row a step, one column of times; all other columns of numbers are channels."""

    name = "series"
    title = "your own series"
    modality = "series"
    tasks = ("forecasting",)
    source = "your file"
    own_file = True
    path_parameters = ("series",)
    parameters = (
        Parameter("series", str, None, "path of the file, from the suite's folder"),
        Parameter("target", str, None, "name of the column to forecast"),
        Parameter("time", str, None, "name of the column of times"),
        *WINDOW,
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        path = Path(params["series"])
        reading = {name: value for name, value in params.items() if name != "series" and value is not None}
        try:
            return {"sha256": remembered("file", [path], lambda: file_digest(path)), "reading": reading}
        except OSError:  # `problems` says so
            return {"unavailable": True, "reading": reading}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        if wrong := window_problems(params):
            return wrong
        try:
            read(Path(params["series"]), params["target"], params["time"])
        except DataError as error:
            return [str(error)]
        return []

    def too_short(self, params: Mapping[str, Any], folds: int, share: float) -> str:
        """Say why the series cannot be parted into so many folds; empty where it can."""
        from dlbench.prepare.windows import rolling_origins

        series = cast("Series", self.load(params).inputs)
        try:
            rolling_origins(series, folds=folds, fold=0, share=share)
        except DataError as error:
            return f"{params['series']}: {error}"
        return ""

    def load(self, params: Mapping[str, Any]) -> Data:
        return as_data(read(Path(params["series"]), params["target"], params["time"]), params)


def window_problems(params: Mapping[str, Any]) -> list[str]:
    """Say which of horizon, context, season and step are below 1."""
    names = [parameter.name for parameter in WINDOW]
    return [f"{name}: expected at least 1, got {params[name]}" for name in names if (params.get(name) or 1) < 1]


def as_data(table: TimeTable, params: Mapping[str, Any]) -> Data:
    """Return a table as data, with windows as the parameters say and defaults from its season.

    Raises:
        DataError: parameters below 1.
    """
    from dlbench.prepare.data import Data
    from dlbench.prepare.series import Series

    if wrong := window_problems(params):
        raise DataError("; ".join(wrong))
    season = params.get("season") or table.season
    horizon = params.get("horizon") or max(season, 6)
    context = max(params.get("context") or 2 * max(season, horizon), season)
    series = Series(table.values, table.channel, horizon, context, season, params.get("step") or 1, table.names)
    return Data(cast(Any, series), series.target, ids=table.labels)
