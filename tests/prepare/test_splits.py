from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core.errors import DataError, UsageError
from dlbench.prepare import splits

QUICK = settings(deadline=None, max_examples=60)

SEEDS = st.integers(0, 2**31)
CLASSES = st.lists(st.integers(0, 4), min_size=10, max_size=80).map(lambda codes: np.array(codes, dtype=np.int64))

PINNED_FOLD = [1, 8, 15, 26, 30, 31, 36, 37]
PINNED_VALIDATION = [4, 10, 15, 21, 22, 28, 31, 33]
PINNED_LIMIT = [5, 10, 11, 22, 23, 28]


def folds_of(n: int, target: np.ndarray | None, folds: int, repeat: int = 0, seed: int = 0) -> list[np.ndarray]:
    return [
        splits.outer(n, target, None, folds=folds, repeat=repeat, fold=fold, split_seed=seed)[1]
        for fold in range(folds)
    ]


@QUICK
@given(CLASSES, st.integers(1, 10), st.booleans(), SEEDS)
def test_outer_parts_cover_all_items_and_share_none(
    target: np.ndarray, folds: int, stratified: bool, seed: int
) -> None:
    n, wanted = len(target), target if stratified else None
    tested = []
    for fold in range(folds):
        train, test = splits.outer(n, wanted, None, folds=folds, repeat=0, fold=fold, split_seed=seed)
        assert sorted([*train, *test]) == list(range(n))
        assert len(train)
        assert len(test)
        assert (np.diff(train) > 0).all()
        assert (np.diff(test) > 0).all()
        tested.append(test)
    if folds > 1:
        assert sorted(np.concatenate(tested)) == list(range(n))
        assert np.ptp([len(test) for test in tested]) <= 1


@QUICK
@given(CLASSES, st.integers(2, 10), SEEDS)
def test_every_fold_has_its_share_of_every_class_within_one(target: np.ndarray, folds: int, seed: int) -> None:
    counts = np.array(
        [np.bincount(target[test], minlength=5) for test in folds_of(len(target), target, folds, 0, seed)]
    )
    assert np.abs(counts - np.bincount(target, minlength=5) / folds).max() < 1


@QUICK
@given(CLASSES, SEEDS, st.floats(0.05, 0.5))
def test_validation_has_its_share_of_every_class_within_one(target: np.ndarray, seed: int, share: float) -> None:
    train, valid = splits.validation(len(target), target, share=share, seed=seed)
    assert sorted([*train, *valid]) == list(range(len(target)))
    assert len(valid) == max(1, round(len(target) * share))
    expected = np.bincount(target, minlength=5) * len(valid) / len(target)
    assert np.abs(np.bincount(target[valid], minlength=5) - expected).max() < 1


def test_a_holdout_is_a_stratified_fifth() -> None:
    target = np.repeat([0, 1], [80, 20])
    _, test = splits.outer(100, target, None, folds=1, repeat=0, fold=0, split_seed=3)
    assert np.bincount(target[test]).tolist() == [16, 4]


def test_the_same_seed_gives_the_same_split_and_repeats_and_seeds_give_others() -> None:
    target = np.arange(60) % 3
    seen = {
        tuple(folds_of(60, target, 5, repeat, seed)[0])
        for repeat, seed in ((0, 0), (0, 0), (1, 0), (2, 0), (0, 1), (1, 1))
    }
    assert len(seen) == 5


def test_splits_do_not_drift() -> None:
    """Baselines are compared by the fingerprints of their splits, so other digits here break every one of them."""
    target = np.arange(40) % 4
    assert folds_of(40, target, 5)[0].tolist() == PINNED_FOLD
    assert splits.validation(40, target, share=0.2, seed=0)[1].tolist() == PINNED_VALIDATION
    assert splits.limit(np.arange(40), target, 6, seed=0).tolist() == PINNED_LIMIT


def test_splits_leave_the_global_generator_alone() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is what is tested
    folds_of(20, None, 4)
    splits.validation(20, None, share=0.3, seed=1)
    splits.limit(np.arange(20), None, 5, seed=1)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_classes_with_fewer_members_than_folds_neither_crash_nor_warn() -> None:
    target = np.array([0] * 20 + [1] * 2 + [2])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tests = folds_of(len(target), target, 5)
    assert sorted(np.concatenate(tests)) == list(range(23))
    assert splits.validation(3, np.array([0, 1, 2]), share=0.2, seed=0)[1].shape == (1,)


def test_an_official_test_part_is_the_split() -> None:
    mask = np.array([False, True, False, True, True])
    for fold in range(3):
        train, test = splits.outer(5, None, mask, folds=3, repeat=fold, fold=fold, split_seed=fold)
        assert train.tolist() == [0, 2]
        assert test.tolist() == [1, 3, 4]


@pytest.mark.parametrize("mask", [np.zeros(3, bool), np.ones(3, bool), np.array([0, 1, 0]), np.array([True, False])])
def test_an_official_test_part_that_parts_nothing_is_refused(mask: np.ndarray) -> None:
    with pytest.raises(DataError, match="test part"):
        splits.outer(3, None, mask, folds=1, repeat=0, fold=0, split_seed=0)


def test_numbers_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(DataError, match="3 items"):
        splits.outer(3, None, None, folds=5, repeat=0, fold=0, split_seed=0)
    for folds, fold in ((5, 5), (0, 0), (3, -1)):
        with pytest.raises(UsageError, match="fold"):
            splits.outer(9, None, None, folds=folds, repeat=0, fold=fold, split_seed=0)
    for share in (0.0, 1.0, float("nan")):
        with pytest.raises(UsageError, match="share"):
            splits.validation(9, None, share=share, seed=0)
    with pytest.raises(DataError, match="1 training items"):
        splits.validation(1, None, share=0.2, seed=0)
    with pytest.raises(UsageError, match="limit 0"):
        splits.limit(np.arange(5), None, 0, seed=0)
    with pytest.raises(UsageError, match="5 positions, but 3 targets"):
        splits.limit(np.arange(5), np.arange(3), 2, seed=0)


@QUICK
@given(CLASSES, st.booleans(), SEEDS, st.integers(1, 90), st.integers(1, 90))
def test_limits_are_nested_subsets_of_what_was_given(
    target: np.ndarray, stratified: bool, seed: int, one: int, other: int
) -> None:
    index = np.arange(len(target)) * 3 + 1
    wanted = target if stratified else None
    small, large = (splits.limit(index, wanted, rows, seed=seed) for rows in sorted((one, other)))
    assert set(small) <= set(large) <= set(index)
    assert len(small) == min(min(one, other), len(index))
    assert (np.diff(large) > 0).all()


@QUICK
@given(SEEDS, st.integers(1, 60))
def test_limits_keep_equal_classes_equal_within_one(seed: int, rows: int) -> None:
    target = np.arange(60) % 3
    taken = np.bincount(target[splits.limit(np.arange(60), target, rows, seed=seed)], minlength=3)
    assert np.ptp(taken) <= 1


@QUICK
@given(SEEDS)
def test_limits_keep_a_rare_class_near_its_share(seed: int) -> None:
    target = np.repeat([0, 1], [900, 100])
    taken = target[splits.limit(np.arange(1000), target, 100, seed=seed)]
    assert 9 <= taken.sum() <= 11


def test_a_fingerprint_names_sets_not_orders() -> None:
    a, b = np.array(["1", "2", "3"]), np.array(["4"])
    name = splits.fingerprint(a, b)
    assert name == splits.fingerprint(a[::-1], b)
    assert len(name) == 16
    assert name not in {splits.fingerprint(b, a), splits.fingerprint(a[:2], np.array(["3", "4"]))}
