"""Tables of OpenML, by their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataUnavailable
from dlbench.datasets.fetch import offline
from dlbench.datasets.folders import cache_folder
from dlbench.datasets.own_table import TASKS

if TYPE_CHECKING:
    from dlbench.datasets.own_rows import OwnRows
    from dlbench.prepare.data import Data


class OpenMl(Dataset):
    """A table of OpenML as scikit-learn fetches it; a number names one version for good, and files are kept."""

    name = "openml"
    title = "a table of OpenML by its number"
    source = "openml.org, by way of scikit-learn"
    licence = "as OpenML states for each table"
    paper = "Vanschoren et al., OpenML: networked science in machine learning, 2013"
    uses = ("scikit-learn",)
    parameters = (
        Parameter("id", int, None, "number of the dataset, as its page on openml.org says"),
        Parameter("target", object, None, "name of the target column; OpenML's own by default", optional=True),
        Parameter("target_type", str, None, "classes or values, where the target does not say it", optional=True),
        Parameter("columns", dict, None, "name → number, category, date, text or drop", optional=True),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"openml": dict(params)}

    def task_type(self, params: Mapping[str, Any]) -> str:
        """Return the task type that the target suggests; fetches the table.

        Raises:
            DataUnavailable: it cannot be had.
        """
        return TASKS[self._rows(params).kind]

    def load(self, params: Mapping[str, Any]) -> Data:
        return self._rows(params).data()

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what each column is taken for."""
        return list(self._rows(params).told())

    def _rows(self, params: Mapping[str, Any]) -> OwnRows:
        from dlbench.datasets.own_rows import OwnRows

        table, target = _fetched(int(params["id"]))
        rows = OwnRows.of(table, None, {**params, "target": params.get("target") or target})
        if rows.problems:
            raise DataUnavailable(f"openml {params['id']}: " + "; ".join(rows.problems))
        return rows


def _fetched(number: int) -> tuple[Any, str]:
    """Return a table and the name of its target."""
    from http.client import HTTPException
    from pathlib import Path
    from urllib.error import URLError

    import pandas as pd
    from sklearn.datasets import fetch_openml

    from dlbench.datasets.raw_table import RawTable

    folder = cache_folder() / "openml"
    if offline() and not (folder / "openml.org" / "api/v1/json/data" / f"{number}.gz").is_file():
        raise DataUnavailable(f"openml {number}: not kept here, and DLBENCH_OFFLINE forbids the network")
    try:
        bunch = fetch_openml(
            data_id=number, as_frame=True, parser="pandas", data_home=str(folder.parent), n_retries=1, delay=0.2
        )  # fmt: skip
    except (URLError, OSError, HTTPException, ValueError, KeyError) as error:
        raise DataUnavailable(
            f"openml {number}: could not be fetched ({str(error)[:200]}); look up the number on openml.org"
        ) from error
    frame: pd.DataFrame = bunch.frame
    columns = tuple(_column(frame.iloc[:, place]) for place in range(frame.shape[1]))
    names = tuple(str(name) for name in frame.columns)
    targets = bunch.target_names or []
    return RawTable(Path(f"openml {number}"), names, columns), str(targets[0]) if targets else names[-1]


def _column(series: Any) -> Any:
    import numpy as np
    import pandas as pd

    from dlbench.datasets.texts import Texts

    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    return Texts.of(None if pd.isna(value) else str(value) for value in series)
