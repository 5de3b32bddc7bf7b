"""Classic contestants and nets read colour images: what one channel tells is found, and so is what hue alone tells."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.space import Values
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain
from dlbench.training.limits import Limits

ROWS = 60


def _stripes(rows: int, seed: int) -> Data:
    """Stripes in the green channel, upright or lying; red and blue are noise."""
    random = np.random.default_rng(seed)
    codes = np.arange(rows) % 2
    pixels = random.integers(0, 60, (rows, 12, 12, 3))
    for number, code in enumerate(codes):
        start = random.integers(0, 3)
        band = (slice(None), slice(start, None, 3)) if code else (slice(start, None, 3), slice(None))
        pixels[number, :, :, 1][band] += 190
    return Data(Images(pixels.astype(np.uint8)), codes, ("lying", "upright"))


def _hues(rows: int, seed: int) -> Data:
    """Red or blue of the same brightness, at random places."""
    random = np.random.default_rng(seed)
    codes = np.arange(rows) % 2
    pixels = random.integers(0, 60, (rows, 8, 8, 3))
    for number, code in enumerate(codes):
        top, left = random.integers(0, 4, 2)
        pixels[number, top : top + 5, left : left + 5, 2 if code else 0] += 190
    return Data(Images(pixels.astype(np.uint8)), codes, ("red", "blue"))


def _error(name: str, train: Data, test: Data, **chosen: object) -> float:
    contestant = Contestant.named(name)
    schema = train.schema(contestant.form_for("Labels") or "", len(train))
    values = contestant.space(Values(chosen), schema)
    fitted = chain.fit(contestant, values, schema, Part(train.inputs, train.target), None, Limits(rounds=6), 1)
    return float(np.mean(fitted.predict(test.inputs).to("Labels").codes != test.target))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["hog+svm", "hog+logistic", "random_forest", "pca+svm"])
def test_stripes_in_one_channel_are_told_apart(name: str) -> None:
    assert _error(name, _stripes(4 * ROWS, 0), _stripes(ROWS, 1)) < 0.2


@pytest.mark.parametrize("name", ["pca+svm", "svm", "random_forest", "logistic", "k_neighbors"])
def test_hue_alone_tells_classes_apart(name: str) -> None:
    assert _error(name, _hues(ROWS, 0), _hues(ROWS, 1)) < 0.1


def test_lenet5_sees_hue() -> None:
    assert _error("lenet5", _hues(ROWS, 0), _hues(ROWS, 1), learning_rate=0.01, batch_size=16) < 0.1
