from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.prepare.data import Data
from dlbench.prepare.table import Table


def test_columns_keep_the_order_of_their_source_and_their_kind() -> None:
    frame = pd.DataFrame({"a": [1.0, None], "b": ["x", "y"], "c": [True, False]})
    table = Table.from_frame(frame, ["b"])
    assert [(column.name, column.kind) for column in table.columns] == [
        ("a", "number"),
        ("b", "category"),
        ("c", "number"),
    ]
    np.testing.assert_array_equal(table.numbers, [[1, 1], [np.nan, 0]])
    assert table.categories.tolist() == [["x"], ["y"]]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 9), max_size=12))
def test_take_takes_numbers_and_categories_of_the_same_rows(index: list[int]) -> None:
    table = Table(np.arange(10.0)[:, np.newaxis], np.arange(10).astype(np.str_)[:, np.newaxis])
    taken = table.take(np.array(index, dtype=np.int64))
    assert taken.numbers.ravel().tolist() == index
    assert taken.categories.ravel().astype(int).tolist() == index


@pytest.mark.parametrize(
    "other",
    [
        Data(Table(np.array([[1.0], [2.5]])), np.array([0, 1]), ("a", "b")),
        Data(Table(np.array([[1.0], [2.0]])), np.array([1, 1]), ("a", "b")),
        Data(Table(np.array([[1.0], [2.0]])), np.array([0, 1]), ("a", "c")),
        Data(Table(np.array([[1.0], [2.0]])), np.array([0, 1]), ("a", "b"), np.array(["7", "8"])),
        Data(Table(np.array([[1.0, 2.0]]).T, np.array([["u"], ["v"]])), np.array([0, 1]), ("a", "b")),
    ],
)
def test_a_fingerprint_sees_every_change(other: Data) -> None:
    data = Data(Table(np.array([[1.0], [2.0]])), np.array([0, 1]), ("a", "b"))
    assert data.fingerprint() == Data(Table(np.array([[1.0], [2.0]])), np.array([0, 1]), ("a", "b")).fingerprint()
    assert data.fingerprint() != other.fingerprint()
