"""The loss with items and fits crossed: unbiased where the truth is known, and of the size it claims."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dlbench.stats import jackknife
from dlbench.stats.crossed_loss import Fits, added_to_share, crossed_loss, over_items
from dlbench.stats.estimate import Estimate


def fits(rng: np.random.Generator, item: np.ndarray, count: int, fit_sd: float, noise: float) -> Fits:
    scores = item + rng.normal(0, fit_sd, (count, 1)) + rng.normal(0, noise, (count, len(item)))
    return Fits.of(scores.mean(axis=1), scores - scores.mean(axis=1, keepdims=True))


@pytest.mark.parametrize(("fit_sd", "noise"), [(0.0, 1.0), (0.1, 0.0), (0.05, 1.0), (0.2, 0.5)])
@pytest.mark.parametrize("counts", [(5, 5), (5, 2), (3, 3), (5, 1)])
def test_the_error_is_that_of_the_loss(fit_sd: float, noise: float, counts: tuple[int, int]) -> None:
    rng, n = np.random.default_rng(0), 200
    found = []
    for _ in range(400):
        own = rng.normal(0, 1, n)
        sides = [fits(rng, own + rng.normal(0, 0.5, n), count, fit_sd, noise) for count in counts]
        found.append(crossed_loss(*sides))
    values, errors = np.array([one.value for one in found if one]), np.array([one.error for one in found if one])
    share = np.sqrt(np.mean(errors**2)) / values.std()
    assert 0.9 < share < 1.25  # above 1 where fits do not differ: a variance is never taken for negative


@pytest.mark.parametrize(("counts", "fit_sd"), [((5, 5), 0.0), ((5, 5), 0.1), ((2, 2), 0.1), ((5, 1), 0.1)])
def test_a_loss_of_the_margin_is_rejected_in_one_of_twenty(counts: tuple[int, int], fit_sd: float) -> None:
    rng, n, draws = np.random.default_rng(1), 100, 2000
    rejected = 0
    for _ in range(draws):
        before = rng.normal(0, 1, n)
        after = before + rng.normal(-0.1, 0.5, n)
        sides = [fits(rng, own, count, fit_sd, 0.5) for own, count in zip((before, after), counts, strict=True)]
        found = crossed_loss(*sides)
        assert found is not None
        rejected += found.p(0.1) <= 0.05
    assert rejected / draws <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / draws)


def test_few_hits_lost_do_not_pass_too_often() -> None:
    rng, n, draws = np.random.default_rng(4), 100, 3000
    passed = 0
    for _ in range(draws):
        lost = (rng.random(n) < 0.02).astype(float)
        sides = [
            Fits.of(np.full(3, 1 - one.mean()), np.tile(one.mean() - one, (3, 1)), added_to_share(n))
            for one in (0 * lost, lost)
        ]
        found = crossed_loss(*sides)
        assert found is not None
        passed += lost.any() and found.bounds()[1] <= 0.02
    assert passed / draws <= 0.05


def test_without_items_it_is_welchs_test() -> None:
    old, new = np.array([0.9, 0.92, 0.91]), np.array([0.8, 0.83, 0.79, 0.85])
    found = crossed_loss(Fits(old), Fits(new))
    assert found is not None
    welch = stats.ttest_ind(old, new, equal_var=False, alternative="greater")
    assert (found.p(0.0), found.df) == pytest.approx((welch.pvalue, welch.df))


def test_one_fit_a_side_says_nothing_of_fits_but_of_items() -> None:
    rng = np.random.default_rng(2)
    hits = rng.integers(2, size=(2, 50)).astype(float)
    sides = [Fits.of(np.array([one.mean()]), (one - one.mean())[None]) for one in hits]
    assert crossed_loss(*sides) is None
    found = over_items(*sides)
    assert found is not None
    assert found.p(0.0) == pytest.approx(stats.ttest_rel(hits[0], hits[1], alternative="greater").pvalue)


def test_sides_with_other_items_are_not_paired() -> None:
    assert over_items(Fits(np.ones(2), np.zeros(3)), Fits(np.ones(2), np.zeros(4))) is None


def test_nothing_varies_so_the_loss_itself_decides() -> None:
    found = crossed_loss(Fits(np.array([0.9, 0.9])), Fits(np.array([0.8, 0.8])))
    assert found is not None
    assert (found.p(0.05), found.p(0.15), found.bounds()) == (0.0, 1.0, (pytest.approx(0.1), pytest.approx(0.1)))


def test_power_and_the_detectable_loss_belong_together() -> None:
    found = Estimate(0.0, 0.01, 30)
    for tests in (1, 50):
        assert found.power(found.detectable(0.02, tests), 0.02, tests) == pytest.approx(0.8)


def test_leaving_out_sums_and_items_comes_to_the_same() -> None:
    rng = np.random.default_rng(3)
    table = rng.random((60, 2)) + 0.5
    unit = jackknife.units(60, 20, rng)

    def ratio(sums: np.ndarray) -> np.ndarray:
        return np.asarray(sums[..., 0] / sums[..., 1])

    by_sums = jackknife.additive(table, ratio, unit)
    by_weights = jackknife.weighted(lambda weights: float(ratio(weights @ table)), unit)
    np.testing.assert_allclose(by_sums, by_weights)
    assert len(by_sums) == 20
    assert by_sums.sum() == pytest.approx(0, abs=1e-9)
