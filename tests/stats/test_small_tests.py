"""Wilson, McNemar, Holm and the gate, against published numbers; also runs the worked cases."""

from __future__ import annotations

import ast
import doctest
import importlib
import math
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

import dlbench.stats
from dlbench.stats.area import newcombe
from dlbench.stats.gate import decide
from dlbench.stats.holm import holm
from dlbench.stats.mcnemar import exact_mcnemar
from dlbench.stats.paired_proportion import tango
from dlbench.stats.proportion import class_items, near_the_ends, wilson

MODULES = [info.name for info in pkgutil.iter_modules(dlbench.stats.__path__, "dlbench.stats.")]
probabilities = st.lists(st.floats(0, 1), max_size=15).map(np.array)
bounds = st.floats(-1, 1)


@pytest.mark.parametrize(
    ("successes", "items", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_printed_it(successes: int, items: int, low: float, high: float) -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion, 1998, table I, method 3."""
    found = wilson(successes, items)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_equals_scipy_and_holds_the_share(case: tuple[int, int], level: float) -> None:
    found = wilson(*case, level)
    outside = binomtest(*case).proportion_ci(level, method="wilson")
    assert (found.low, found.high) == pytest.approx((outside.low, outside.high), abs=1e-9)
    assert 0 <= found.low <= found.mean <= found.high <= 1


def test_wilson_without_items_is_not_zero() -> None:
    found = wilson(0, 0)
    assert all(map(math.isnan, (found.mean, found.low, found.high)))
    with pytest.raises(ValueError, match="expected 0 to 3 successes of 3 items, got 4"):
        wilson(4, 3)


def table(both: int, only_a: int, only_b: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    a = np.repeat([True, True, False, False], [both, only_a, only_b, neither])
    b = np.repeat([True, False, True, False], [both, only_a, only_b, neither])
    return a, b


def test_mcnemar_as_published() -> None:
    """Fagerland, Lydersen and Laake, The McNemar test for binary matched-pairs data, 2013: p = .070."""
    assert round(exact_mcnemar(*table(1, 1, 7, 12)).p, 3) == 0.070


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_sign_test_of_the_differing_items(only_a: int, only_b: int, both: int) -> None:
    found = exact_mcnemar(*table(both, only_a, only_b, 3))
    assert (found.only_a, found.only_b) == (only_a, only_b)
    differing = only_a + only_b
    assert found.p == pytest.approx(binomtest(only_a, differing, 0.5).pvalue if differing else 1.0)
    a, b = table(both, only_a, only_b, 3)
    assert exact_mcnemar(b, a).p == found.p


def test_mcnemar_refuses_what_is_not_right_or_wrong() -> None:
    with pytest.raises(ValueError, match="two \\(n,\\) booleans"):
        exact_mcnemar(np.array([1, 0]), np.array([1, 1]))
    with pytest.raises(ValueError, match="two \\(n,\\) booleans"):
        exact_mcnemar(np.array([True]), np.array([True, False]))


def test_tango_as_published() -> None:
    """Fagerland, Lydersen and Laake, Recommended tests and confidence intervals for paired binomial proportions, 2014:
    airway hyper-responsiveness, 1 against 7 of 21: −.517 to −.026."""
    low, high = tango(1, 7, 21)
    assert (round(low, 3), round(high, 3)) == (-0.517, -0.026)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(1, 400))
def test_tango_holds_the_difference_and_turns_with_the_sides(only_a: int, only_b: int, more: int) -> None:
    items = only_a + only_b + more
    low, high = tango(only_a, only_b, items)
    assert -1 <= low < (only_a - only_b) / items < high <= 1
    assert tango(only_b, only_a, items) == pytest.approx((-high, -low), abs=1e-9)


@pytest.mark.parametrize(("only_a", "only_b"), [(0.004, 0.004), (0.02, 0.01), (0.05, 0.0)])
def test_tango_covers_where_few_items_differ(only_a: float, only_b: float) -> None:
    rng = np.random.default_rng(0)
    counts = rng.multinomial(200, [only_a, only_b, 1 - only_a - only_b], size=3000)
    bounds_of = {pair: tango(*pair, 200) for pair in {(int(a), int(b)) for a, b, _ in counts}}
    held = [bounds_of[int(a), int(b)] for a, b, _ in counts]
    assert np.mean([low <= only_a - only_b <= high for low, high in held]) > 0.93


@pytest.mark.parametrize("area", [0.95, 0.99])
def test_newcombe_covers_where_percentiles_do_not(area: float) -> None:
    rng, held = np.random.default_rng(1), 0
    lead = norm.ppf(area) * math.sqrt(2)
    for _ in range(300):
        members, others = rng.normal(lead, 1, 40), rng.normal(0, 1, 60)
        found = newcombe(float((members[:, None] > others).mean()), 40, 60)
        held += found.low <= area <= found.high
    assert held / 300 > 0.93


def test_newcombe_at_its_edges() -> None:
    half = newcombe(0.5, 30, 30)
    assert half.low == pytest.approx(1 - half.high)
    assert all(map(math.isnan, (newcombe(1.0, 0, 5).low, newcombe(1.0, 0, 5).high)))
    with pytest.raises(ValueError, match="an area from 0 to 1"):
        newcombe(1.2, 3, 3)


def test_a_mean_over_classes_is_worth_what_its_smallest_class_leaves() -> None:
    assert class_items(np.repeat([0, 1, 2], 50)) == pytest.approx(150)
    assert class_items(np.repeat([0, 1], [199, 1])) < 5
    assert near_the_ends(0.9, 149)
    assert not near_the_ends(0.9, 151)


def test_holm_steps_down_by_hand() -> None:
    """.001·5, .01·4, .02·3, .04·2, then .05 lifted to the one before it."""
    found = holm(np.array([0.05, 0.001, 0.04, 0.01, 0.02]))
    assert found == pytest.approx([0.08, 0.005, 0.08, 0.04, 0.06])


@given(probabilities)
def test_holm_lies_between_plain_and_bonferroni_and_keeps_the_order(p: np.ndarray) -> None:
    found = holm(p)
    assert (found >= p).all()
    assert (found <= np.minimum(1, p * len(p)) + 1e-12).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()
    assert holm(p[::-1]) == pytest.approx(found[::-1])
    # the family is rejected in steps: the smallest p below level/m, the next below level/(m - 1), and so on
    rejected = 0
    for step, value in enumerate(np.sort(p)):
        if value * (len(p) - step) > 0.05:
            break
        rejected += 1
    assert int((found <= 0.05).sum()) == rejected


def test_holm_leaves_out_what_was_not_tested() -> None:
    found = holm(np.array([np.nan, 0.02, 0.03]))
    assert np.isnan(found[0])
    assert found[1:] == pytest.approx([0.04, 0.04])
    assert holm(np.array([])).shape == (0,)
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm(np.array([1.2]))


@given(bounds, bounds, st.floats(0, 1))
def test_the_gate_follows_its_bounds(one: float, other: float, margin: float) -> None:
    low, high = sorted((one, other))
    found = decide(low, high, margin)
    assert (found == "pass") == (high <= margin)
    assert (found == "regressed") == (low > margin)
    # a wider interval can lose a decision, never turn it round
    assert decide(low - 0.1, high + 0.1, margin) in (found, "inconclusive")


def test_the_gate_at_its_edges() -> None:
    assert decide(0.0, 0.0, 0.0) == "pass"
    assert decide(-0.1, 0.02, 0.02) == "pass"
    assert decide(0.02, 0.02 + 1e-9, 0.02) == "inconclusive"
    assert decide(0.03, math.inf, 0.02) == "regressed"
    assert decide(-1.0, math.inf, 0.02) == "inconclusive"
    assert decide(math.nan, 0.0, 0.02) == decide(0.0, math.nan, 0.02) == "inconclusive"


@pytest.mark.parametrize(("low", "high", "margin"), [(0, 1, -0.01), (0, 1, math.nan), (0, 1, math.inf), (1, 0, 0.1)])
def test_the_gate_refuses_what_cannot_be_meant(low: float, high: float, margin: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        decide(low, high, margin)


@pytest.mark.parametrize("module", MODULES)
def test_worked_cases(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.failed == 0
    assert result.attempted > 0


@pytest.mark.parametrize("module", MODULES)
def test_statistics_know_nothing_of_the_house(module: str) -> None:
    tree = ast.parse(Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not {name for name in imported if name.startswith("dlbench") and not name.startswith("dlbench.stats.")}
