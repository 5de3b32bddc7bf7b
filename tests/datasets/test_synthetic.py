from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core.errors import DataError
from dlbench.datasets.synthetic import Moons, SyntheticPlane, Xor
from dlbench.prepare.table import Table

PLANES = [Moons(), Xor()]
each = pytest.mark.parametrize("plane", PLANES, ids=lambda plane: plane.name)


def points(plane: SyntheticPlane, **params: object) -> tuple[np.ndarray, np.ndarray]:
    data = plane.load(params)
    assert isinstance(data.inputs, Table)
    return data.inputs.numbers, data.target


@each
@settings(deadline=None, max_examples=20)
@given(rows=st.integers(8, 200), seed=st.integers(0, 99))
def test_classes_are_equal_and_seeds_decide(plane: SyntheticPlane, rows: int, seed: int) -> None:
    (one, codes), (again, _), (other, _) = (points(plane, rows=rows, seed=s) for s in (seed, seed, seed + 1))
    assert one.shape == (rows, 2)
    assert np.ptp(np.bincount(codes, minlength=2)) <= 1
    assert (one == again).all()
    assert (one != other).any()


@each
def test_identity_holds_every_parameter(plane: SyntheticPlane) -> None:
    seen = [plane.identity(params) for params in ({}, {"rows": 9}, {"noise": 0.5}, {"seed": 4})]
    assert plane.identity({"rows": 1000}) == seen[0]
    assert len({str(one) for one in seen}) == 4


def test_xor_is_the_exclusive_or_of_its_signs_in_four_equal_blobs() -> None:
    values, codes = points(Xor(), noise=0.0)
    assert ((values[:, 0] > 0) ^ (values[:, 1] > 0) == codes).all()
    assert np.unique(values, axis=0, return_counts=True)[1].tolist() == [250] * 4


def test_moons_lie_on_their_half_circles() -> None:
    values, codes = points(Moons(), noise=0.0)
    centred = values - np.where(codes[:, np.newaxis] == 0, [0.0, 0.0], [1.0, 0.5])
    assert np.allclose(np.hypot(*centred.T), 1)
    assert (np.where(codes == 0, centred[:, 1], -centred[:, 1]) >= 0).all()


def test_logistic_regression_is_at_chance_on_xor_and_a_kernel_is_not() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score
    from sklearn.svm import SVC

    values, codes = points(Xor())
    assert 0.4 < cross_val_score(LogisticRegression(), values, codes).mean() < 0.6
    assert cross_val_score(SVC(), values, codes).mean() > 0.99


@each
@pytest.mark.parametrize(
    ("params", "word"),
    [({"rows": 2}, "rows"), ({"noise": -1.0}, "noise"), ({"noise": float("nan")}, "noise"), ({"seed": -1}, "seed")],
)
def test_parameters_that_cannot_be_meant_are_named(plane: SyntheticPlane, params: dict[str, float], word: str) -> None:
    with pytest.raises(DataError, match=word):
        plane.load(params)
