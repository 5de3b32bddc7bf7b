"""Metrics of masks and pictures against scikit-learn, scikit-image where it is installed, and direct computation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, jaccard_score

from dlbench.core import catalog
from dlbench.forms.masks import Masks
from dlbench.forms.pictures import Pictures
from dlbench.forms.truth import Truth
from dlbench.metrics.boundary_f import TOLERANCE, outline
from dlbench.metrics.ssim import MEAN_FLOOR, SPREAD_FLOOR, gaussian

NAMES = ("ground", "a", "b")


def scored(name: str, target: np.ndarray, said: np.ndarray) -> float:
    truth = Truth(np.arange(len(target)).astype(np.str_), target, NAMES)
    return catalog.metric(name).score(truth, Masks(said.astype(np.int16)))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_miou_and_dice_are_scikit_learns_of_all_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    target, said = rng.integers(-1, 3, (3, 4, 5)), rng.integers(0, 3, (3, 4, 5))
    true, answers = target[target >= 0], said[target >= 0]
    labels = [code for code in range(3) if code in true or code in answers]
    mean = jaccard_score(true, answers, labels=labels, average="macro", zero_division=0)
    assert scored("miou", target, said) == pytest.approx(mean)
    front = [code for code in labels if code]
    assert scored("dice", target, said) == pytest.approx(f1_score(true, answers, labels=front, average="macro"))


def test_dice_of_each_picture_is_dice_of_that_picture_alone() -> None:
    rng = np.random.default_rng(1)
    target, said = rng.integers(-1, 3, (4, 6, 5)), rng.integers(0, 3, (4, 6, 5))
    alone = [scored("dice", target[i : i + 1], said[i : i + 1]) for i in range(4)]
    assert scored("dice_by_picture", target, said) == pytest.approx(np.mean(alone))


@pytest.mark.parametrize("name", ["miou", "dice", "dice_by_picture", "boundary_f"])
def test_pixels_that_nobody_is_asked_about_do_not_count(name: str) -> None:
    rng = np.random.default_rng(2)
    target, said = rng.integers(-1, 3, (3, 8, 8)), rng.integers(0, 3, (3, 8, 8))
    other = np.where(target < 0, rng.integers(0, 3, said.shape), said)
    assert scored(name, target, said) == scored(name, target, other)
    assert math.isnan(scored(name, np.full((1, 8, 8), -1), said[:1]))


@pytest.mark.parametrize("name", ["dice", "dice_by_picture", "boundary_f"])
def test_ground_alone_has_no_score_and_a_cell_that_is_missed_scores_nothing(name: str) -> None:
    empty, cell = np.zeros((1, 6, 6), dtype=np.int64), np.zeros((1, 6, 6), dtype=np.int64)
    cell[:, 2:4, 2:4] = 1
    assert math.isnan(scored(name, empty, empty))
    assert scored(name, cell, empty) == scored(name, empty, cell) == 0


@pytest.mark.parametrize("name", ["miou", "boundary_f"])
def test_masks_that_do_not_fit_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"masks of \(4, 4\), but a truth of \(5, 5\)"):
        scored(name, np.zeros((1, 5, 5), np.int64), np.zeros((1, 4, 4)))
    with pytest.raises(ValueError, match="a class 3, but the task has 3"):
        scored(name, np.zeros((1, 5, 5), np.int64), np.full((1, 5, 5), 3))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_boundary_f_is_that_of_all_pairs_of_outline_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    side = 40
    true, said = (rng.random((side, side)) < 0.5 for _ in range(2))
    true[:, side // 2 :] = False
    asked = rng.random((side, side)) > 0.1
    lines = [np.argwhere(outline(each, asked)).astype(float) for each in (true, said)]
    distance = np.linalg.norm(lines[0][:, None] - lines[1][None], axis=-1)
    reach = max(1.0, TOLERANCE * math.hypot(side, side))
    recall, precision = ((distance.min(axis=axis) <= reach).mean() for axis in (1, 0))
    found = scored("boundary_f", np.where(asked, true, -1)[None].astype(int), said[None])
    assert found == pytest.approx(2 * precision * recall / (precision + recall))


def test_tolerance_grows_with_the_picture() -> None:
    """A square moved by three pixels is missed along two of its sides in a small picture, and met in a large one."""
    for side, met in ((60, False), (400, True)):
        target, said = np.zeros((2, 1, side, side), dtype=np.int64)
        target[:, 10:30, 10:30], said[:, 10:30, 13:33] = 1, 1
        score = scored("boundary_f", target, said)
        assert (score == 1) == met


def pictures(seed: int, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    true = np.clip(np.cumsum(rng.normal(0, 0.1, shape), axis=1) + 0.5, 0, 1)
    return true, np.clip(true + rng.normal(0, 0.1, shape), 0, 1)


def of_pictures(name: str, true: np.ndarray, said: np.ndarray) -> float:
    return catalog.metric(name).score(Truth(np.arange(len(true)).astype(np.str_), true), Pictures(said))


@pytest.mark.parametrize("shape", [(2, 16, 19, 3), (1, 11, 40, 1)])
def test_ssim_and_psnr_are_scikit_images(shape: tuple[int, ...]) -> None:
    measures = pytest.importorskip("skimage.metrics", reason="scikit-image is not installed")
    true, said = pictures(0, shape)
    how = {"data_range": 1.0, "channel_axis": -1, "gaussian_weights": True, "use_sample_covariance": False}
    wanted = np.mean([measures.structural_similarity(*pair, **how) for pair in zip(true, said, strict=True)])
    assert of_pictures("ssim", true, said) == pytest.approx(wanted, abs=1e-9)
    wanted = np.mean([measures.peak_signal_noise_ratio(*pair, data_range=1.0) for pair in zip(true, said, strict=True)])
    assert of_pictures("psnr", true, said) == pytest.approx(wanted)


@pytest.mark.parametrize(("shape", "sides"), [((1, 13, 12, 2), (11, 11)), ((1, 8, 5, 1), (7, 5))])
def test_ssim_is_the_papers_formula_window_by_window(shape: tuple[int, ...], sides: tuple[int, int]) -> None:
    true, said = pictures(3, shape)
    weights = np.outer(gaussian(sides[0]), gaussian(sides[1]))
    assert weights.sum() == pytest.approx(1)
    found = []
    for channel in range(shape[3]):
        for top in range(shape[1] - sides[0] + 1):
            for left in range(shape[2] - sides[1] + 1):
                cut = (0, slice(top, top + sides[0]), slice(left, left + sides[1]), channel)
                x, y = true[cut], said[cut]
                mean_x, mean_y = (weights * x).sum(), (weights * y).sum()
                var_x, var_y = (weights * (x - mean_x) ** 2).sum(), (weights * (y - mean_y) ** 2).sum()
                shared = (weights * (x - mean_x) * (y - mean_y)).sum()
                above = (2 * mean_x * mean_y + MEAN_FLOOR) * (2 * shared + SPREAD_FLOOR)
                found.append(above / ((mean_x**2 + mean_y**2 + MEAN_FLOOR) * (var_x + var_y + SPREAD_FLOOR)))
    assert of_pictures("ssim", true, said) == pytest.approx(np.mean(found), abs=1e-12)


def test_psnr_is_meaned_over_pictures_and_an_exact_one_counts_as_100() -> None:
    true = np.zeros((2, 4, 4, 1))
    said = true.copy()
    said[1] = 0.1
    assert of_pictures("psnr", true, said) == pytest.approx((100 + 20) / 2)
    with pytest.raises(ValueError, match="but a truth of"):
        of_pictures("psnr", true, said[:, :3])
