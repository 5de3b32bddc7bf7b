"""Linear machines that are fitted together, held against LIBLINEAR one by one."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.prepare.linear_machines import machines


def _blobs(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, rows)
    shown = rng.normal(size=(rows, 12)) + 3 + 1.5 * np.eye(4, 12)[codes]
    return shown.astype(np.float32), codes[:, None] == np.arange(3)


def _objective(planes: np.ndarray, bias: np.ndarray, shown: np.ndarray, positive: np.ndarray, C: float) -> np.ndarray:
    short = np.maximum(0, 1 - np.where(positive, 1, -1) * (shown @ planes.T + bias))
    return np.asarray(0.5 * (planes**2).sum(axis=1) + C * (short**2).sum(axis=0))


@pytest.mark.parametrize("C", [0.001, 0.1, 10.0])
def test_the_objective_is_as_low_as_liblinear_brings_it(C: float) -> None:
    from sklearn.svm import LinearSVC

    shown, positive = _blobs(400, 0)
    ours = _objective(*machines(shown, positive, C), shown, positive, C)
    for code in range(3):
        # A large scale leaves the bias nearly free, as ours is.
        known = LinearSVC(C=C, intercept_scaling=100.0, max_iter=100_000, tol=1e-6, dual=False)
        known.fit(shown.astype(np.float64), positive[:, code])
        theirs = _objective(known.coef_, known.intercept_, shown, positive[:, [code]], C)[0]
        assert ours[code] <= theirs * (1 + 1e-3)


def test_each_plane_is_what_it_is_alone_and_a_start_changes_little() -> None:
    shown, positive = _blobs(200, 1)
    together = machines(shown, positive, 0.1)
    again = machines(shown, positive, 0.1, together)
    value = _objective(*together, shown, positive, 0.1)
    np.testing.assert_allclose(_objective(*again, shown, positive, 0.1), value, rtol=1e-3)
    for code in range(3):
        alone = machines(shown, positive[:, [code]], 0.1)
        np.testing.assert_allclose(_objective(*alone, shown, positive[:, [code]], 0.1)[0], value[code], rtol=1e-3)


def test_examples_of_one_class_alone_are_all_taken_for_it() -> None:
    shown, _ = _blobs(10, 2)
    planes, bias = machines(shown, np.ones((10, 1), dtype=np.bool_), 1.0)
    assert (shown @ planes.T + bias > 0.9).all()
