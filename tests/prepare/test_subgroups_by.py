"""Groups from a column: categories, few numbers, many numbers, missing ones."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.core.errors import DataError
from dlbench.core.schema import Column
from dlbench.prepare.images import Images
from dlbench.prepare.subgroups import subgroups_by
from dlbench.prepare.table import Table

COLUMNS = (Column("age"), Column("sex", "category", 2), Column("children"), Column("town", "category", 3))


def table() -> Table:
    rng = np.random.default_rng(0)
    age = rng.permutation(np.arange(100.0))
    children = rng.integers(0, 3, 100).astype(float)
    children[:5] = np.nan
    words = np.column_stack([np.tile(["f", "m"], 50), np.tile(["a", "b", "c", ""], 25)])
    return Table(np.column_stack([age, children]), words, COLUMNS)


def test_a_column_is_found_in_its_own_block() -> None:
    held = table()
    assert subgroups_by(held, "sex").tolist() == ["f", "m"] * 50
    assert subgroups_by(held, "town").tolist() == ["a", "b", "c", "(missing)"] * 25


def test_few_numbers_name_themselves_and_missing_ones_stand_apart() -> None:
    held = table()
    found = subgroups_by(held, "children")
    assert set(found[:5]) == {"(missing)"}
    assert found[5:].tolist() == [f"{value:g}" for value in held.numbers[5:, 1]]


def test_many_numbers_become_quarters_in_order() -> None:
    held = table()
    found = subgroups_by(held, "age")
    names, counts = np.unique(found, return_counts=True)
    assert len(names) == 4
    assert counts.tolist() == [25] * 4
    assert held.numbers[found == "up to 24.75", 0].max() < held.numbers[found == "24.75 to 49.5", 0].min()


def test_a_column_of_gaps_alone_is_one_group() -> None:
    assert set(subgroups_by(Table(np.full((4, 1), np.nan)), "x0")) == {"(missing)"}


def test_an_unknown_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(DataError, match="'sxe' is no column of the inputs; did you mean 'sex'"):
        subgroups_by(table(), "sxe")
    with pytest.raises(DataError, match="images have no columns"):
        subgroups_by(Images(np.zeros((2, 2, 2, 1))), "sex")
