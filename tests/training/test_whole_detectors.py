"""Detectors that learn as a whole: through the chain, saved and loaded, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.errors import DataError
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.forms.objects import Objects
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain, estimators
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits


def _bars(pictures: int, seed: int) -> Part:
    """Bright bars on noise, lying ones of class 0 and standing ones of class 1."""
    rng = np.random.default_rng(seed)
    pixels = rng.uniform(0, 60, (pictures, 40, 40, 1))
    found = []
    for i in range(pictures):
        code = i % 2
        width, height = (18, 9) if code == 0 else (9, 18)
        left, top = int(rng.integers(0, 40 - width)), int(rng.integers(0, 40 - height))
        pixels[i, top : top + height, left : left + width] += 180
        found.append((np.array([[left, top, width, height]]), np.array([code])))
    return Part(Images(pixels), Objects.of(found))


def _fit(name: str, part: Part, **wanted: object) -> Chain:
    schema = Schema("image", "Boxes", part.inputs.shape, (), ("lying", "standing"), len(part))
    contestant = Contestant(name, name)
    return chain.fit(contestant, contestant.space(Values(wanted), schema), schema, part, None, Limits(), 1)


def test_two_shapes_of_windows_are_learned_counted_saved_and_loaded(tmp_path: Path) -> None:
    train, test = _bars(16, 0), _bars(6, 1)
    fitted = _fit("hog_windows", train, templates=2, steps=2, cells=4, rounds=1)
    answer = fitted.predict(test.inputs)
    assert answer.problem(6) is None
    assert isinstance(test.target, Objects)
    surest = [answer.take(np.array([i])) for i in range(6)]
    assert [int(one.codes[0]) for one in surest] == test.target.codes.tolist()  # type: ignore[attr-defined]
    detector = fitted.links[0].detector  # type: ignore[attr-defined]
    assert len(detector.grid_.templates) == 2
    assert fitted.parameters == sum(each.size for each in (*detector.coef_, *detector.intercept_))
    (file,) = fitted.save(tmp_path)
    again = estimators.load(tmp_path / file).predict(test.inputs.unit())  # type: ignore[union-attr]
    for name, array in answer.arrays().items():
        np.testing.assert_array_equal(again.arrays()[name], array)


def test_the_same_seed_finds_the_same() -> None:
    part = _bars(8, 2)
    one, other = (_fit("hog_windows", part, steps=2, cells=4).predict(part.inputs) for _ in range(2))
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[name])


def test_the_floor_says_the_same_of_every_picture(tmp_path: Path) -> None:
    part = _bars(8, 0)
    fitted = _fit("average_boxes", part)
    assert isinstance(part.target, Objects)
    answer = fitted.predict(part.inputs.take(np.arange(3)))
    found = answer.arrays()
    assert found["codes"].tolist() == [0, 1] * 3
    assert found["scores"].tolist() == [0.5] * 6
    np.testing.assert_allclose(found["boxes"][0], part.target.boxes[::2].mean(axis=0))
    (file,) = fitted.save(tmp_path)
    assert estimators.load(tmp_path / file).predict(np.zeros((3, 40, 40, 1))).arrays()["scores"].tolist() == [0.5] * 6


@pytest.mark.parametrize("name", ["average_boxes", "hog_windows"])
def test_a_training_part_without_objects_is_refused(name: str) -> None:
    inputs = _bars(4, 0).inputs
    with pytest.raises(DataError, match="no picture of the training part holds an object"):
        _fit(name, Part(inputs, Objects.of([([], [])] * 4)))  # type: ignore[list-item]
    with pytest.raises(ValueError, match="a detector learns from objects"):
        _fit(name, Part(inputs, None))
