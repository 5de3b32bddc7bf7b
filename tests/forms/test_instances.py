"""Instances and objects with masks: kept, read back, taken, joined, and refused where they are none."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.forms.instances import Instances
from dlbench.forms.joining import joined
from dlbench.forms.mask_runs import MaskRuns
from dlbench.forms.outlined import OutlinedObjects, truth_of
from dlbench.forms.run_lengths import RunLengths
from dlbench.forms.truth import Truth

COUNTS = st.lists(st.integers(0, 3), min_size=1, max_size=5)


def masks(count: int, rng: np.random.Generator) -> list[np.ndarray]:
    made = [rng.random((5, 4)) < rng.choice([0.1, 0.5, 1.0]) for _ in range(count)]
    return [mask if mask.any() else ~mask for mask in made]


def instances(counts: list[int], seed: int) -> Instances:
    rng = np.random.default_rng(seed)
    return Instances.of([(masks(n, rng), rng.integers(0, 3, n).tolist(), rng.random(n).tolist()) for n in counts])


def outlined(counts: list[int], seed: int) -> OutlinedObjects:
    rng = np.random.default_rng(seed)
    found = [(masks(n, rng), rng.integers(0, 3, n).tolist()) for n in counts]
    return OutlinedObjects.outlined(found, rng.random(sum(counts)) < 0.3)


def through_disk(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def same(one: Any, other: Any) -> None:
    assert one.arrays().keys() == other.arrays().keys()
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[name], err_msg=name)


@given(count=st.integers(0, 6), seed=st.integers(0, 99))
def test_masks_are_those_of_single_run_lengths(count: int, seed: int) -> None:
    given_, rng = masks(count, np.random.default_rng(seed)), np.random.default_rng(seed)
    found, alone = MaskRuns.of(given_), [RunLengths.encode(mask) for mask in given_]
    assert found.areas.tolist() == [one.area for one in alone]
    assert found.boxes.tolist() == [list(one.box) for one in alone]
    assert found.misshapen() is None
    for place, mask in enumerate(given_):
        np.testing.assert_array_equal(found.decode(place), mask)
        assert RunLengths.from_coco(found.to_coco()[place]) == alone[place]
    order = rng.permutation(count)
    same(found.take(order), MaskRuns.of([given_[place] for place in order]))


def test_a_mask_without_pixels_has_no_box_and_is_no_instance() -> None:
    assert MaskRuns.of([np.zeros((3, 2))]).boxes.tolist() == [[0, 0, 0, 0]]
    assert Instances.of([([np.zeros((3, 2))], [0], [1.0])]).problem(1) == "a mask without any pixel"


@given(counts=COUNTS, seed=st.integers(0, 99))
def test_instances_come_back_from_disk(counts: list[int], seed: int) -> None:
    made = instances(counts, seed)
    same(Instances.from_arrays(through_disk(made.arrays())), made)
    assert made.problem(len(counts)) is None
    assert made.to("Boxes").problem(len(counts)) is None


@given(counts=COUNTS, seed=st.integers(0, 99))
def test_objects_with_masks_come_back_from_disk_with_their_truth(counts: list[int], seed: int) -> None:
    made = Truth.of(np.arange(len(counts)).astype(str), outlined(counts, seed), ("a", "b", "c"))
    back = truth_of(through_disk(made.arrays()))
    same(back, made)
    assert isinstance(back.objects, OutlinedObjects)
    bare = Truth(np.array(["a"]), np.array([1]), ("a", "b"))
    same(truth_of(through_disk(bare.arrays())), bare)


@given(counts=COUNTS, seed=st.integers(0, 99), data=st.data())
def test_taken_and_joined_pictures_are_those_pictures(counts: list[int], seed: int, data: st.DataObject) -> None:
    index = np.array(data.draw(st.lists(st.integers(0, len(counts) - 1), min_size=1, max_size=6)), dtype=np.int64)
    for made in (instances(counts, seed), outlined(counts, seed)):
        same(joined([made.take(index[place : place + 1]) for place in range(len(index))]), made.take(index))
    truth = Truth.of(np.arange(len(counts)).astype(str), outlined(counts, seed))
    parts = [truth.take(np.arange(1)), truth.take(np.arange(1, len(counts)))]
    same(Truth.joined(parts), truth)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"offsets": np.array([0, 2])}, "expected instances of 2 pictures, got those of 1"),
        ({"offsets": np.array([0, 1, 5])}, "ascend"),
        ({"codes": np.zeros(1, dtype=np.int64)}, "a class and a score"),
        ({"codes": np.array([0, -1])}, "below zero"),
        ({"scores": np.array([1.0, np.nan])}, "not finite"),
    ],
)
def test_unusable_instances_are_named(change: dict[str, np.ndarray], told: str) -> None:
    rest = {"codes": np.zeros(2, dtype=np.int64), "scores": np.ones(2), "offsets": np.array([0, 1, 2])}
    good = {"masks": MaskRuns.of([np.eye(3)] * 2), **rest}
    assert Instances(**good).problem(2) is None  # type: ignore[arg-type]
    assert told in str(Instances(**{**good, **change}).problem(2))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"runs": np.array([0, 8])}, "sum to the pixels"),
        ({"runs": np.array([0, 9, 1])}, "ascend"),
        ({"runs": np.array([10, -1])}, "below zero"),
        ({"runs": np.array([0.0, 9.0])}, "whole numbers"),
        ({"sizes": np.array([[3, 4]])}, "sum to the pixels"),
        ({"sizes": np.array([[1 << 20, 1 << 20]])}, "too many pixels"),
        ({"sizes": np.array([3, 3])}, "height and width"),
        ({"begins": np.array([0, 5])}, "ascend"),
    ],
)
def test_damaged_masks_are_refused(broken: dict[str, np.ndarray], told: str) -> None:
    rest = {"codes": np.zeros(1), "scores": np.ones(1), "offsets": np.array([0, 1])}
    fine = {"runs": np.array([0, 9]), "begins": np.array([0, 2]), "sizes": np.array([[3, 3]]), **rest}
    assert len(Instances.from_arrays(fine).codes) == 1
    with pytest.raises(ValueError, match=told):
        Instances.from_arrays({**fine, **broken})
