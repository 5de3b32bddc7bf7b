"""Masks and pictures: kept and read back, taken, joined, averaged, and refused where they are none."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.core.form import Form, reachable
from dlbench.forms.joining import joined
from dlbench.forms.masks import Masks
from dlbench.forms.pictures import Pictures
from dlbench.forms.truth import Truth
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images

RNG = np.random.default_rng(0)
FORMS = [Masks(RNG.integers(0, 4, (5, 6, 7)).astype(np.int16)), Pictures(RNG.random((5, 6, 7, 3), dtype=np.float32))]
BOTH = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)


@BOTH
def test_what_is_kept_is_what_is_read(form: Form) -> None:
    again = type(form).from_arrays(form.arrays())
    for name, array in form.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name])
        assert again.arrays()[name].dtype == array.dtype
    assert form.problem(5) is None
    assert reachable(form.name) == (form.name,)


@BOTH
def test_parts_joined_are_the_whole(form: Form) -> None:
    whole = joined([form.take(np.array([3, 1])), form.take(np.array([0]))])
    for name, array in whole.arrays().items():
        np.testing.assert_array_equal(array, form.arrays()[name][[3, 1, 0]])


@BOTH
def test_another_number_of_pictures_or_axes_is_a_problem(form: Form) -> None:
    assert "4 pictures" in str(form.problem(4))
    flat = {name: array[0] for name, array in form.arrays().items()}
    with pytest.raises(ValueError, match=form.name):
        type(form).from_arrays(flat)


def test_a_mask_below_zero_and_a_picture_out_of_its_range_are_problems() -> None:
    assert "below zero" in str(Masks(np.full((1, 2, 2), -1)).problem(1))
    assert "outside" in str(Pictures(np.full((1, 2, 2, 1), 1.5)).problem(1))
    assert "finite" in str(Pictures(np.full((1, 2, 2, 1), np.nan)).problem(1))


def test_pictures_are_averaged() -> None:
    ends = [Pictures(np.full((1, 2, 2, 1), value, dtype=np.float32)) for value in (0.0, 1.0)]
    assert Pictures.blend(ends, [1, 3]).values.ravel().tolist() == [0.75] * 4


@pytest.mark.parametrize("target", [np.zeros((3, 4, 4), np.int16), np.zeros((3, 4, 4, 2), np.float32)])
def test_a_truth_of_pixels_is_kept_taken_and_joined(target: np.ndarray) -> None:
    target = target + np.arange(3).reshape(3, *[1] * (target.ndim - 1)).astype(target.dtype)
    truth = Truth(np.array(["a", "b", "c"]), target, ("x", "y", "z"))
    again = Truth.from_arrays(truth.arrays())
    np.testing.assert_array_equal(again.target, target)
    both = Truth.joined([truth.take(np.array([2])), truth.take(np.array([0]))])
    assert both.target.shape == (2, *target.shape[1:])
    assert both.target[:, 0, 0].reshape(2, -1)[:, 0].tolist() == [2, 0]


def test_a_target_of_pixels_has_the_size_of_its_picture() -> None:
    images = Images(np.zeros((3, 4, 5, 2)))
    Data(images, np.zeros((3, 4, 5), np.int16), ("a", "b"))
    Data(images, np.zeros((3, 4, 5, 2), np.float32))
    for wrong in (np.zeros((3, 5, 4), np.int16), np.zeros((3, 4, 5, 1), np.float32)):
        with pytest.raises(ValueError, match="the size of its picture"):
            Data(images, wrong)
    with pytest.raises(ValueError, match="no weights"):
        Data(images, np.zeros((3, 4, 5), np.int16), weights=np.ones(3))
