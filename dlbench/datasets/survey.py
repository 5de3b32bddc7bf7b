"""What one reading of the user's files says, without keeping their rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from dlbench.core import catalog
from dlbench.datasets.own_rows import OwnRows
from dlbench.datasets.own_table import OwnTable


@dataclass(frozen=True)
class Survey:
    """Attributes:
    kind: classes or values.
    problems: sentences; empty where the files can be used.
    told: what each column is taken for, as JSON.
    names: of the columns.
    folds: how many a fold column names; 0 without one.
    groups: how many a group column names; 0 without one.
    rows: of the files, those without a target left out.
    """

    kind: str
    problems: tuple[str, ...]
    told: tuple[Mapping[str, Any], ...]
    names: tuple[str, ...]
    folds: int
    groups: int
    rows: int


@lru_cache(maxsize=16)
def remembered_survey(dataset: str, params: str, states: tuple[Any, ...]) -> Survey:
    """Return the survey of files in certain states.

    Raises:
        DataError: a file that cannot be read at all.
    """
    reader = catalog.dataset(dataset)
    assert isinstance(reader, OwnTable), "only own tables are surveyed"
    rows = OwnRows.read(reader, json.loads(params))
    told = tuple(rows.told()) if not rows.problems else ()
    folds, groups = rows.roles.folds, rows.roles.groups
    return Survey(rows.kind, tuple(rows.problems), told, rows.table.names, folds, groups, int(rows.kept.sum()))
