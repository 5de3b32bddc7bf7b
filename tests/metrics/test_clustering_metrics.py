"""Clustering metrics against scikit-learn, and where they are not defined."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from dlbench.core.catalog import metric
from dlbench.forms.clusters import Clusters
from dlbench.forms.truth import Truth
from dlbench.metrics.silhouette import MOST_ITEMS, lowest_hashes


def grouped(target: list[int], inputs: np.ndarray | None = None) -> Truth:
    return Truth(np.arange(len(target)).astype(np.str_), np.array(target, dtype=np.int64), inputs=inputs)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 3)), min_size=2, max_size=30), st.permutations(range(5)))
def test_names_of_clusters_do_not_matter(rows: list[tuple[int, int]], names: list[int]) -> None:
    target, codes = (list(column) for column in zip(*rows, strict=True))
    renamed = Clusters(np.array([names[code + 1] - 1 for code in codes]))
    for name, outside in (
        ("ari", reference.adjusted_rand_score),
        ("nmi", reference.normalized_mutual_info_score),
    ):
        found = metric(name).score(grouped(target), Clusters(np.array(codes)))
        assert found == pytest.approx(outside(target, codes), abs=1e-12)
        assert found == pytest.approx(metric(name).score(grouped(target), renamed), abs=1e-12)


def test_silhouette_equals_scikit_learn_without_the_truth() -> None:
    rng = np.random.default_rng(0)
    inputs, codes = rng.normal(size=(80, 3)), rng.integers(0, 3, 80)
    found = metric("silhouette").score(grouped([0] * 80, inputs), Clusters(codes))
    assert found == pytest.approx(reference.silhouette_score(inputs, codes))
    assert not metric("silhouette").needs_truth


@pytest.mark.parametrize("codes", [[0, 0, 0, 0], [0, 1, 2, 3]])
def test_silhouette_needs_clusters_and_neighbours(codes: list[int]) -> None:
    truth = grouped([0, 0, 1, 1], np.arange(8.0).reshape(4, 2))
    assert math.isnan(metric("silhouette").score(truth, Clusters(np.array(codes))))


def test_silhouette_asks_for_inputs() -> None:
    with pytest.raises(ValueError, match="expected the inputs of 2 items in the truth, got none"):
        metric("silhouette").score(grouped([0, 1]), Clusters(np.array([0, 1])))


def test_one_item_has_no_partition() -> None:
    for name in ("ari", "nmi"):
        assert math.isnan(metric(name).score(grouped([0]), Clusters(np.array([0])))), name


def test_a_large_set_is_judged_by_a_sample_that_order_does_not_sway() -> None:
    rng = np.random.default_rng(4)
    ids = np.array([f"item {number}" for number in range(3000)])
    order = rng.permutation(3000)
    chosen = lowest_hashes(ids, MOST_ITEMS)
    assert len(np.unique(chosen)) == MOST_ITEMS
    assert set(ids[chosen]) == set(ids[order][lowest_hashes(ids[order], MOST_ITEMS)])
    assert 900 < chosen.mean() < 2100  # spread over the set, not its head
    inputs, codes = rng.normal(size=(3000, 2)), rng.integers(0, 2, 3000)
    truth = Truth(ids, np.zeros(3000, dtype=np.int64), inputs=inputs)
    expected = reference.silhouette_score(inputs[chosen], codes[chosen])
    assert metric("silhouette").score(truth, Clusters(codes)) == pytest.approx(expected)
