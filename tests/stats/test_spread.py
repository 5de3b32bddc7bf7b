"""Components of variance and ratios of times: published and made data."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlbench.stats.components import variance_components
from dlbench.stats.timing import ratio_of_medians

# Snedecor and Cochran, Statistical Methods: calcium in turnip greens; four plants, three leaves, two determinations.
TURNIPS = np.array(
    [
        [[3.28, 3.09], [3.52, 3.48], [2.88, 2.80]],
        [[2.46, 2.44], [1.87, 1.92], [2.19, 2.19]],
        [[2.77, 2.66], [3.74, 3.44], [2.55, 2.55]],
        [[3.78, 3.87], [4.07, 4.12], [3.31, 3.31]],
    ]
)


def test_turnip_greens_as_the_textbook_has_them() -> None:
    found = variance_components(TURNIPS)
    assert round(found.split.sd**2, 4) == 0.3652
    assert round(found.search.sd**2, 4) == 0.1611
    assert round(found.fit.sd**2, 4) == 0.0067
    assert found.split.share + found.search.share + found.fit.share == pytest.approx(1)
    assert math.isnan(found.residual.sd)


def test_made_components_are_found_again() -> None:
    rng = np.random.default_rng(0)
    scores = (
        0.05 * rng.normal(size=(400, 1, 1, 1))
        + 0.03 * rng.normal(size=(400, 4, 1, 1))
        + 0.02 * rng.normal(size=(400, 4, 4, 1))
        + 0.01 * rng.normal(size=(400, 4, 4, 2))
    )
    found = variance_components(scores)
    sds = [each.sd for each in (found.split, found.search, found.fit, found.residual)]
    assert sds == pytest.approx([0.05, 0.03, 0.02, 0.01], rel=0.08)


def test_what_was_not_varied_is_not_told() -> None:
    found = variance_components(np.array([[[0.1, 0.3]]]))
    assert (math.isnan(found.split.sd), math.isnan(found.search.share)) == (True, True)
    assert found.fit.share == 1.0
    assert math.isnan(variance_components(np.ones((2, 2, 2))).fit.share)
    with pytest.raises(ValueError, match="splits, searches, fits"):
        variance_components(np.ones((2, 2)))
    with pytest.raises(ValueError, match="finite"):
        variance_components(np.array([[[0.1, math.nan]]]))


@pytest.mark.parametrize("count", [5, 8, 15])
def test_ratios_of_times_cover(count: int) -> None:
    """Times with a common load and long tails: the true ratio of medians is 1.5."""
    rng = np.random.default_rng(count)
    held = 0
    for _ in range(300):
        load = rng.lognormal(0, 0.2, (count, 1))
        seconds = load * rng.lognormal(0, 0.1, (count, 2)) * np.array([1.5, 1.0])
        found = ratio_of_medians(seconds, rng, 300)
        held += found.low <= 1.5 <= found.high
    assert held / 300 > 0.91


def test_turning_the_sides_turns_the_ratio() -> None:
    seconds = np.random.default_rng(0).lognormal(0, 0.2, (9, 2))
    one = ratio_of_medians(seconds, np.random.default_rng(1))
    other = ratio_of_medians(seconds[:, ::-1], np.random.default_rng(1))
    assert (one.ratio, one.low, one.high) == pytest.approx((1 / other.ratio, 1 / other.high, 1 / other.low))


def test_fewer_than_five_pairs_have_a_ratio_and_no_bounds() -> None:
    found = ratio_of_medians(np.array([[3.0, 1.0]] * 4), np.random.default_rng(0))
    assert found.ratio == pytest.approx(3)
    assert math.isnan(found.low)
    with pytest.raises(ValueError, match="above 0"):
        ratio_of_medians(np.array([[3.0, 0.0]] * 5), np.random.default_rng(0))
    with pytest.raises(ValueError, match="pairs of seconds"):
        ratio_of_medians(np.ones(5), np.random.default_rng(0))
