"""Splits that honour given folds, groups and times."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core.errors import DataError
from dlbench.prepare import splits
from dlbench.prepare.splits import Bonds

QUICK = settings(deadline=None, max_examples=60)
GROUPS = st.lists(st.integers(0, 12), min_size=20, max_size=80).map(np.array).filter(lambda g: len(np.unique(g)) > 5)
TIMES = st.lists(st.integers(0, 60), min_size=20, max_size=80).map(lambda t: np.array(t, dtype=np.float64))


def outer(n: int, bonds: Bonds, folds: int, fold: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    target = np.arange(n) % 2
    return splits.outer(n, target, None, folds=folds, repeat=0, fold=fold, split_seed=seed, bonds=bonds)


@QUICK
@given(GROUPS, st.integers(1, 5), st.integers(0, 99))
def test_groups_never_part(groups: np.ndarray, folds: int, seed: int) -> None:
    bonds, tested = Bonds(groups=groups), []
    for fold in range(folds):
        train, test = outer(len(groups), bonds, folds, fold, seed)
        assert len(train)
        assert len(test)
        assert sorted([*train, *test]) == list(range(len(groups)))
        assert not set(groups[train]) & set(groups[test])
        if len(np.unique(groups[train])) > 1:
            inner, valid = splits.validation(len(train), None, share=0.2, seed=seed, bonds=bonds.take(train))
            assert len(inner)
            assert len(valid)
            assert not set(groups[train][inner]) & set(groups[train][valid])
        tested.append(test)
        np.testing.assert_array_equal(test, outer(len(groups), bonds, folds, fold, seed)[1])
    if folds > 1:
        assert sorted(np.concatenate(tested)) == list(range(len(groups)))


def test_groups_are_shared_out_evenly_and_so_are_classes() -> None:
    groups = np.repeat(np.arange(50), 4)
    target = np.repeat(np.arange(50) % 5 == 0, 4).astype(int)
    for fold in range(5):
        _, test = splits.outer(
            200, target, None, folds=5, repeat=0, fold=fold, split_seed=1, bonds=Bonds(groups=groups)
        )  # fmt: skip
        assert len(test) == 40
        assert target[test].sum() == 8


@QUICK
@given(TIMES.filter(lambda times: len(np.unique(times)) >= 15), st.integers(1, 3))
def test_tests_are_later_than_all_that_trains_and_validation_lies_between(times: np.ndarray, folds: int) -> None:
    bonds, before = Bonds(times=times), 0
    for fold in range(folds):
        try:
            train, test = outer(len(times), bonds, folds, fold)
        except DataError:
            assert np.unique(times, return_counts=True)[1].max() > 1
            continue
        assert times[train].max() < times[test].min()
        inner, valid = splits.validation(len(train), None, share=0.2, seed=0, bonds=bonds.take(train))
        assert times[train][inner].max() < times[train][valid].min()
        assert len(train) > before
        before = len(train)


def test_times_make_folds_of_a_growing_past() -> None:
    times = np.arange(24.0)[::-1]
    ends = [outer(24, Bonds(times=times), 3, fold) for fold in range(3)]
    assert [(len(train), sorted(times[test])[0], len(test)) for train, test in ends] == [
        (6, 6, 6),
        (12, 12, 6),
        (18, 18, 6),
    ]
    assert sorted(times[outer(24, Bonds(times=times), 1, 0)[1]]) == [19, 20, 21, 22, 23]


def test_given_folds_are_taken_as_they_are() -> None:
    folds = np.array([3, 1, 1, 2, 3, 2])
    assert [outer(6, Bonds(folds=folds), 3, fold)[1].tolist() for fold in range(3)] == [[1, 2], [3, 5], [0, 4]]
    with pytest.raises(DataError, match=r"gives 3 folds, the suite asks for 5: set protocol\.folds: 3"):
        outer(6, Bonds(folds=folds), 5, 0)


def test_bonds_that_leave_nothing_to_split_are_refused() -> None:
    with pytest.raises(DataError, match="2 groups cannot be split into 3 folds"):
        outer(6, Bonds(groups=np.array([0, 0, 0, 1, 1, 1])), 3, 0)
    with pytest.raises(DataError, match="one group"):
        splits.validation(6, None, share=0.2, seed=0, bonds=Bonds(groups=np.zeros(6)))
    with pytest.raises(DataError, match="all times are equal"):
        splits.validation(6, None, share=0.2, seed=0, bonds=Bonds(times=np.zeros(6)))
    with pytest.raises(DataError, match="too few distinct times"):
        outer(6, Bonds(times=np.array([0.0, 0, 0, 0, 1, 1])), 3, 1)
