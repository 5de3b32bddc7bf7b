"""Bradley–Terry against published fits, and where strengths have no bound."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.stats.bradley_terry import bradley_terry, over_tasks

# Stigler 1994, as in Agresti, Categorical Data Analysis, 2002, p. 448: Biometrika, Communications in Statistics, JASA
# and JRSS-B, cited by row and citing by column.
CITATIONS = np.array([[714, 730, 498, 221], [33, 425, 68, 17], [320, 813, 1072, 142], [284, 276, 325, 188]])

# Agresti 2002, table 10.10: American League 1987, Milwaukee, Detroit, Toronto, New York, Boston, Cleveland, Baltimore.
BASEBALL = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ]
)


def error(covariance: np.ndarray, a: int, b: int) -> float:
    return float(np.sqrt(covariance[a, a] + covariance[b, b] - 2 * covariance[a, b]))


def test_the_journals_as_the_r_package_bradleyterry2_fits_them() -> None:
    """Turner and Firth, Bradley-Terry models in R, 2012: abilities against Biometrika, and with sum 0."""
    found = bradley_terry(CITATIONS)
    against = found.strength - found.strength[0]
    assert against[1:].round(5).tolist() == [-2.94907, -0.47957, 0.26895]
    assert [round(error(found.covariance, 0, other), 5) for other in (1, 2, 3)] == [0.10255, 0.06059, 0.07083]
    assert found.strength.round(5).tolist() == [0.78992, -2.15915, 0.31035, 1.05888]
    assert ((found.high - found.low) / 2 / 1.959964).round(4).tolist() == [0.0433, 0.0726, 0.0416, 0.0530]
    assert not found.shrunk


def test_agrestis_baseball_table() -> None:
    found = bradley_terry(BASEBALL)
    against = (found.strength - found.strength[6])[:6]
    assert against.round(4).tolist() == [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839]
    errors = [round(error(found.covariance, 6, other), 4) for other in range(6)]
    assert errors == [0.3433, 0.3396, 0.3367, 0.3359, 0.3339, 0.3319]


def test_who_never_loses_has_a_strength_all_the_same_and_it_is_said() -> None:
    found = bradley_terry(np.array([[0, 5, 5], [0, 0, 3], [0, 2, 0]]))
    assert found.shrunk
    assert np.isfinite(found.strength).all()
    assert found.strength.argmax() == 0
    assert found.low[0] < found.strength[0] < found.high[0]


def test_the_order_of_contestants_does_not_matter() -> None:
    turn = np.array([3, 1, 0, 2])
    found, turned = bradley_terry(CITATIONS), bradley_terry(CITATIONS[np.ix_(turn, turn)])
    np.testing.assert_allclose(found.strength[turn], turned.strength, atol=1e-10)


@pytest.mark.parametrize(
    ("wins", "told"),
    [
        (np.ones((2, 3)), "numbers of wins"),
        (np.array([[0, -1], [1, 0]]), "numbers of wins"),
        (np.zeros((2, 2)), "who all met"),
        (np.kron(np.eye(2), np.ones((2, 2))), "who all met"),
    ],
)
def test_wins_that_cannot_be_fitted_are_refused(wins: np.ndarray, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        bradley_terry(wins)


def test_over_tasks_the_intervals_hold_the_truth_although_a_task_compares_all_at_once() -> None:
    """Scores with Gumbel noise follow Bradley and Terry exactly; the noise of a contestant is in all its pairs."""
    rng = np.random.default_rng(4)
    true = np.array([0.8, 0.2, -0.2, -0.8])
    held = np.zeros(4)
    for _ in range(300):
        found = over_tasks(true + rng.gumbel(size=(40, 4)))
        held += (found.low <= true) & (true <= found.high)
    assert (held / 300 > 0.92).all()
    assert (held / 300 < 0.985).all()


def test_one_task_says_nothing_of_the_spread() -> None:
    found = over_tasks(np.array([[2.0, 1.0, 0.0]]))
    assert np.isnan(found.low).all()
    assert found.strength.tolist() == sorted(found.strength, reverse=True)
