"""Histograms of oriented gradients against the reference, and before a model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.prepare.gradients import blocks_of, descriptors


def pixels(n: int, height: int, width: int, channels: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((n, height, width, channels))


@given(
    st.tuples(st.integers(8, 21), st.integers(8, 21), st.sampled_from([1, 3])),
    st.integers(2, 12),
    st.sampled_from([2, 3, 4]),
    st.sampled_from([1, 2]),
    st.integers(0, 99),
)
@settings(deadline=None, max_examples=40)
def test_equal_to_scikit_image(
    shape: tuple[int, int, int], orientations: int, cell: int, block: int, seed: int
) -> None:
    feature = pytest.importorskip("skimage.feature", reason="scikit-image, the reference, is not installed")
    images = pixels(3, *shape, seed)
    ours = descriptors(images, orientations, cell, block)
    for image, mine in zip(images, ours, strict=True):
        reference = feature.hog(image, orientations, (cell, cell), (block, block), "L2-Hys", channel_axis=-1)
        np.testing.assert_allclose(mine, reference, atol=1e-6)


def test_an_image_without_edges_has_an_empty_descriptor() -> None:
    assert not descriptors(np.full((1, 8, 8, 1), 0.7), 9, 4, 2).any()


def test_brightness_and_contrast_change_nothing() -> None:
    images = pixels(2, 16, 16, 1, 0)
    np.testing.assert_allclose(descriptors(images, 9, 4, 2), descriptors(0.5 * images + 0.2, 9, 4, 2), atol=1e-6)


def test_vertical_edges_vote_for_the_bin_of_horizontal_gradients() -> None:
    image = np.zeros((1, 8, 8, 1))
    image[:, :, 4:] = 1
    votes = descriptors(image, 9, 8, 1)[0]
    assert votes.argmax() == 0
    assert np.count_nonzero(votes) == 1


@pytest.mark.parametrize("shape", [(2, 2, 1), (8, 8, 1), (28, 28, 1), (9, 31, 3), (64, 48, 3)])
@pytest.mark.parametrize("cell", [None, 7, 8, 16])
def test_width_is_told_before_any_image_is_read(shape: tuple[int, int, int], cell: int | None) -> None:
    schema = Schema("image", "Embeddings", shape)
    model = catalog.model("hog")
    values = model.space(Values({"cell": cell} if cell else {}), schema)
    codes = model.build(values, schema).transform(pixels(2, *shape, 0))
    assert codes.shape == (2, model.width(values, schema))


def test_blocks_overlap() -> None:
    assert blocks_of(28, 28, 4, 2) == (6, 6)
