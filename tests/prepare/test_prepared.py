from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from dlbench.core.model import Preparation
from dlbench.prepare.images import Images
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.table import Table

WAYS = [
    Preparation(scale=scale, categories=categories, missing=missing)
    for scale in ("standard", "range", "robust", "quantile", "none")
    for categories in ("one_hot", "ordinal")
    for missing in ("impute", "keep")
]


SCALES = ("robust", "quantile", "standard")


def mixed(rows: int, seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    numbers = rng.normal(size=(rows, 3))
    numbers[::7, 1] = np.nan
    frame = pd.DataFrame(numbers, columns=["a", "b", "c"])
    frame.insert(1, "colour", rng.choice(["red", "green", "blue"], rows))
    return Table.from_frame(frame, ["colour"])


@pytest.mark.parametrize("how", WAYS)
def test_planted_test_items_change_nothing_that_was_learned(how: Preparation) -> None:
    train, test = mixed(40), mixed(10, seed=1)
    planted = Table(test.numbers * 1e6 + 1e6, np.full_like(test.categories, "mauve"), test.columns)
    prepared = Prepared.fit(how, train)
    before = prepared(train)
    prepared(planted)
    np.testing.assert_array_equal(before, prepared(train))
    np.testing.assert_array_equal(before, Prepared.fit(how, train)(train))


def test_scaling_uses_training_means_and_spreads() -> None:
    train, test = Table(np.array([[1.0], [3.0]])), Table(np.array([[100.0]]))
    prepared = Prepared.fit(Preparation(), train)
    assert prepared(train).ravel().tolist() == [-1.0, 1.0]
    assert prepared(test).item() == 98.0
    assert Prepared.fit(Preparation(scale="range"), train)(test).item() == 49.5
    assert Prepared.fit(Preparation(scale="none"), train)(test).item() == 100.0


def test_missing_numbers_become_the_training_median_and_a_flag() -> None:
    train = Table(np.array([[1.0], [2.0], [9.0], [np.nan]]))
    prepared = Prepared.fit(Preparation(scale="none"), train)
    assert prepared(train).tolist() == [[1, 0], [2, 0], [9, 0], [2, 1]]


def test_numbers_missing_in_test_alone_or_everywhere_do_no_harm() -> None:
    train, test = Table(np.array([[1.0, np.nan], [3.0, np.nan]])), Table(np.array([[np.nan, 5.0]]))
    given = Prepared.fit(Preparation(), train)(test)
    assert np.isfinite(given).all()
    assert given.shape[1] == Prepared.fit(Preparation(), train)(train).shape[1]


def test_models_that_read_missing_numbers_get_them() -> None:
    table = Table(np.array([[1.0], [np.nan], [3.0]]))
    given = Prepared.fit(Preparation(missing="keep", scale="none"), table)(table)
    assert np.isnan(given).ravel().tolist() == [False, True, False]


@pytest.mark.parametrize(("categories", "expected"), [("one_hot", [0.0, 0.0]), ("ordinal", [-1.0])])
def test_unseen_categories_have_a_code_of_their_own_and_no_warning(categories: str, expected: list[float]) -> None:
    none = np.empty((2, 0))
    prepared = Prepared.fit(Preparation(categories=categories), Table(none, np.array([["a"], ["b"]])))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        given = prepared(Table(none[:1], np.array([["z"]])))
    assert given.tolist() == [expected]


def test_a_missing_category_is_a_level_like_others() -> None:
    frame = pd.DataFrame({"colour": ["red", None, "red", np.nan]}, dtype="object")
    table = Table.from_frame(frame, ["colour"])
    assert table.categories.ravel().tolist() == ["red", "", "red", ""]
    assert table.columns[0].cardinality == 1
    assert Prepared.fit(Preparation(), table)(table).tolist() == [[0, 1], [1, 0], [0, 1], [1, 0]]


def test_a_column_with_a_thousand_levels_gives_at_most_a_hundred_numbers() -> None:
    table = Table(np.empty((1000, 0)), np.arange(1000).astype(np.str_)[:, np.newaxis])
    assert Prepared.fit(Preparation(), table)(table).shape == (1000, 100)


def test_a_sparse_matrix_stands_for_thousands_of_levels_and_for_them_alone() -> None:
    wide = Table(np.empty((1000, 0)), np.arange(1000).astype(np.str_)[:, np.newaxis])
    how = Preparation(sparse=True)
    found = Prepared.fit(how, wide)(wide)
    assert found.shape == (1000, 1000)
    assert found.nnz == 1000
    assert isinstance(Prepared.fit(how, mixed(40))(mixed(40)), np.ndarray)


def test_outliers_move_quartiles_and_ranks_less_than_means() -> None:
    numbers = np.arange(101.0)[:, np.newaxis]
    numbers[-1] = 1e9
    robust, ranks, means = (Prepared.fit(Preparation(scale=s), Table(numbers))(Table(numbers))[:100] for s in SCALES)
    assert robust.max() - robust.min() == pytest.approx(99 / 50)
    assert ranks.max() - ranks.min() > 4
    assert means.max() - means.min() < 1e-6


def test_under_quantiles_a_flag_stays_a_flag() -> None:
    numbers = np.arange(20.0)[:, np.newaxis]
    numbers[3] = np.nan
    found = Prepared.fit(Preparation(scale="quantile"), Table(numbers))(Table(numbers))
    assert sorted(found[:, 1]) == [0.0] * 19 + [1.0]


def test_a_column_without_any_number_is_kept_as_zeros_for_models_that_read_gaps() -> None:
    numbers = np.array([[1.0, np.nan, 2.0], [np.nan, np.nan, 3.0]])
    how = Preparation(scale="none", missing="keep")
    found = Prepared.fit(how, Table(numbers))(Table(numbers))
    assert sorted(np.nan_to_num(found, nan=-1.0)[1]) == [-1.0, 0.0, 3.0]


@pytest.mark.parametrize("top", [16.0, 255.0])
def test_pixels_become_shares_of_the_top(top: float) -> None:
    pixels = np.array([0, top / 2, top]).astype(np.float32).reshape(1, 1, 3, 1)
    prepared = Prepared.fit(Preparation(layout="pixels"), Images(pixels, top))
    assert prepared(Images(pixels, top)).tolist() == [[[[0.0], [0.5], [1.0]]]]
    assert Prepared.fit(Preparation(), Images(pixels, top))(Images(pixels, top)).tolist() == [[0.0, 0.5, 1.0]]


def test_a_table_has_no_pixels() -> None:
    with pytest.raises(ValueError, match="no pixels"):
        Prepared.fit(Preparation(layout="pixels"), mixed(5))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("categories", ["one_hot", "ordinal", "target"])
@pytest.mark.parametrize("missing", ["impute", "keep"])
def test_a_long_table_in_stripes_gives_the_same_matrix(monkeypatch, dtype, categories, missing):
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(300, 4))
    numbers[rng.random(numbers.shape) < 0.1] = np.nan
    table = Table(numbers, rng.choice(["a", "b", "c", ""], size=(300, 2)))
    how, target = Preparation(categories=categories, missing=missing), rng.integers(0, 2, 300)
    whole, learned = Prepared.learn(how, table, target, 1, dtype)
    expected = whole(table)
    monkeypatch.setattr("dlbench.prepare.inputs.STRIPE", 47)
    striped, again = Prepared.learn(how, table, target, 1, dtype)
    assert np.array_equal(again, learned, equal_nan=True)
    assert np.array_equal(striped(table), expected, equal_nan=True)
