"""Augmentation in the compiled steps: on the training side alone, by the fit's seed; on TensorFlow or JAX."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.prepare.augmentations import PARTS, parts_of
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import augmenting, chain, teaching, tensorflow_steps
from dlbench.training.augmenting import Augmenter
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits
from dlbench.training.teaching import Examples, Plan, Teacher
from dlbench.training.watch import Watch

SCHEMA = Schema("image", "Probabilities", (8, 8, 1), (), ("no", "yes"), 40)
SMALL = {"filters": 3, "batch_size": 16, "learning_rate": 0.003}
EVERY = ("flip", "crop", "noise", "mixup", "flip+crop+noise+mixup")


class Drawn:
    """Draws from a generator of numpy's."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def uniform(self, number: int, shape: Sequence[Any]) -> Any:
        return np.random.default_rng([self.seed, number]).random(tuple(map(int, shape)), dtype=np.float32)

    def normal(self, number: int, shape: Sequence[Any]) -> Any:
        return np.random.default_rng([self.seed, number]).normal(size=tuple(map(int, shape))).astype(np.float32)


PICTURES = np.random.default_rng(0).random((40, 9, 17, 2), dtype=np.float32)


def _tensor(array: np.ndarray) -> Any:
    from keras import ops

    return ops.convert_to_tensor(array)


def test_a_name_is_its_parts_in_any_order_each_once() -> None:
    for count in range(1, len(PARTS) + 1):
        for chosen in permutations(PARTS, count):
            assert parts_of("+".join(chosen)) == tuple(part for part in PARTS if part in chosen)
    assert Augmenter.named("none") is None
    for wrong in ("", "flip+", "none+flip", "flip+flip", "Flip", "rotate"):
        with pytest.raises(ValueError, match="expected none, or some of flip, crop, noise, mixup"):
            parts_of(wrong)


def test_some_images_are_mirrored_and_the_others_are_as_they_were() -> None:
    found = np.asarray(augmenting.flipped(_tensor(PICTURES), Drawn(1), 0))
    mirrored = [bool((one == other[:, ::-1]).all()) for one, other in zip(found, PICTURES, strict=True)]
    same = [bool((one == other).all()) for one, other in zip(found, PICTURES, strict=True)]
    assert [a or b for a, b in zip(mirrored, same, strict=True)] == [True] * 40
    assert 10 < sum(mirrored) < 30


def test_an_image_is_moved_as_by_padding_and_cutting_out() -> None:
    found = np.asarray(augmenting.cropped(_tensor(PICTURES), Drawn(2), 1))
    padded = np.pad(PICTURES, ((0, 0), (1, 1), (2, 2), (0, 0)))
    shifts = []
    for number, one in enumerate(found):
        places = [
            (i, j) for i in range(3) for j in range(5) if np.array_equal(padded[number, i : i + 9, j : j + 17], one)
        ]
        assert len(places) == 1
        shifts += places
    assert {i for i, _ in shifts} == {0, 1, 2}
    assert {j for _, j in shifts} == {0, 1, 2, 3, 4}


def test_noise_has_its_size_and_leaves_no_pixel_outside() -> None:
    grey = np.full((20, 16, 16, 1), 0.5, np.float32)
    found = np.asarray(augmenting.noisy(_tensor(grey), Drawn(3), 2))
    assert found.std() == pytest.approx(augmenting.NOISE, rel=0.1)
    edges = np.asarray(augmenting.noisy(_tensor(PICTURES), Drawn(3), 2))
    assert edges.min() >= 0
    assert edges.max() <= 1


def test_mixup_blends_images_and_losses_by_the_same_shares() -> None:
    """A loss that is linear in what it is held against is that of the blended truth."""
    augmenter = Augmenter.named("mixup")
    assert augmenter is not None
    truth = np.arange(40, dtype=np.float32)
    seen, blended = augmenter(_tensor(PICTURES), _tensor(truth), Drawn(4))
    share = np.asarray(blended[2])
    expected = share[:, None, None, None] * PICTURES + (1 - share[:, None, None, None]) * np.roll(PICTURES, 1, axis=0)
    np.testing.assert_allclose(np.asarray(seen), expected, atol=1e-6)
    assert share.min() >= 0
    assert share.max() <= 1
    assert 0.3 < share.mean() < 0.7
    lost = augmenter.loss(lambda truth, output: truth - output)(blended, 2.0)
    np.testing.assert_allclose(np.asarray(lost), share * truth + (1 - share) * np.roll(truth, 1) - 2.0, atol=1e-4)


def _images(rows: int, seed: int) -> Part:
    pixels = np.random.default_rng(seed).integers(0, 256, size=(rows, 8, 8, 1)).astype(np.uint8)
    return Part(Images(pixels), (pixels[:, :, :4].mean(axis=(1, 2, 3)) > 127).astype(np.int64))


TRAIN, HELD = _images(40, 0), _images(20, 1)


def _fit(seed: int = 7, limits: Limits | None = None, valid: Part | None = None, **chosen: Any) -> Chain:
    contestant = Contestant.named("lenet5")
    values = contestant.space(Values({**SMALL, **chosen}), SCHEMA)
    return chain.fit(contestant, values, SCHEMA, TRAIN, valid, limits or Limits(rounds=2), seed)


def _answers(fitted: Chain) -> np.ndarray:
    found: np.ndarray = fitted.predict(HELD.inputs).arrays()["values"]
    return found


def test_each_part_changes_what_is_learned_and_the_same_seed_repeats_it() -> None:
    plain = _answers(_fit())
    seen = [plain]
    for name in EVERY:
        first, again = _answers(_fit(augment=name)), _answers(_fit(augment=name))
        np.testing.assert_array_equal(first, again)
        assert all(not np.allclose(first, other, atol=1e-6) for other in seen)
        seen.append(first)
    np.testing.assert_array_equal(_answers(_fit()), plain)  # what was compiled between leaves no trace


def test_another_seed_draws_other_numbers_for_the_same_net_and_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of all items in another order: only the draws differ, the gradient of a plain batch would not."""
    orders = iter([1, 2])
    monkeypatch.setattr("dlbench.training.networks.derive", lambda *args: next(orders))
    limits = Limits(rounds=1)
    one, other = (_fit(limits=limits, batch_size=40, augment="noise") for _ in range(2))
    assert not np.allclose(_answers(one), _answers(other), atol=1e-6)
    orders = iter([1, 2])
    one, other = (_fit(limits=limits, batch_size=40) for _ in range(2))
    np.testing.assert_allclose(_answers(one), _answers(other), atol=1e-5)


def test_neither_prediction_nor_validation_is_augmented() -> None:
    fitted = _fit(valid=HELD, augment="crop+noise+mixup")
    np.testing.assert_array_equal(_answers(fitted), _answers(fitted))
    assert HELD.target is not None
    shares = _answers(fitted)[np.arange(20), HELD.target]
    assert min(entry["val_loss"] for entry in fitted.history) == pytest.approx(-np.log(shares).mean(), rel=1e-4)


def test_how_many_batches_a_call_takes_changes_no_augmented_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = _fit(augment="flip+mixup")
    monkeypatch.setattr(tensorflow_steps, "GLANCE", 0.0)
    monkeypatch.setattr("dlbench.training.jax_steps.GLANCE", 0.0)
    watched = _fit(augment="flip+mixup", limits=Limits(rounds=2, deadline=time.monotonic() + 600))
    np.testing.assert_allclose(_answers(plain), _answers(watched), atol=1e-6)


def test_values_and_weights_are_blended_with_their_items() -> None:
    schema = Schema("image", "Values", (8, 8, 1), (), (), 40)
    contestant = Contestant.named("lenet5")
    values = contestant.space(Values({**SMALL, "augment": "mixup"}), schema)
    assert TRAIN.target is not None
    part = Part(TRAIN.inputs, 100.0 + 10 * TRAIN.target, np.where(np.arange(40) % 2, 1.0, 0.5))
    answer = chain.fit(contestant, values, schema, part, None, Limits(rounds=2), 7).predict(HELD.inputs)
    assert answer.problem(20) is None
    assert abs(answer.arrays()["values"].mean() - 105) < 10


def test_a_backend_without_steps_of_the_house_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    net = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(2)])
    monkeypatch.setattr(teaching, "compiled_steps", lambda: None)
    examples = Examples(TRAIN.inputs.arrays()[0].astype(np.float32), np.zeros(40, np.int32))
    teacher = Teacher(net, lambda truth, output: output, None)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="augment: flip: use KERAS_BACKEND=tensorflow or jax, or leave it at none"):
        teacher.teach(examples, None, Plan(1, 8, 1, "flip"), Watch(net, Limits()))


@pytest.mark.parametrize("name", ["flip", "crop", "flip+crop", "noise"])
def test_masks_and_pictures_that_are_asked_for_move_as_their_images_do(name: str) -> None:
    """A mask that names each pixel's brightness still does so behind the augmentation, but where nothing was."""
    levels = np.random.default_rng(1).integers(0, 4, (30, 9, 17)).astype(np.int32)
    seen = (levels[..., None] / 4 + 0.125).astype(np.float32)
    augmenter = Augmenter.named(name)
    assert augmenter is not None
    shown, codes = (np.asarray(each) for each in augmenter(_tensor(seen), _tensor(levels), Drawn(2)))
    assert codes.dtype == np.int32
    if name == "noise":
        np.testing.assert_array_equal(codes, levels)
        return
    empty = shown[..., 0] == 0
    np.testing.assert_array_equal(codes, np.where(empty, -1, np.floor(shown[..., 0] * 4).astype(np.int32)))
    assert (codes != levels).any()
    assert empty.any() == ("crop" in name)
    shown, pictures = augmenter(_tensor(seen), _tensor(seen), Drawn(2))
    np.testing.assert_array_equal(np.asarray(pictures), np.asarray(shown))


@pytest.mark.parametrize("name", ["flip", "crop", "flip+crop"])
def test_a_truth_in_another_scale_still_fits_its_image_behind_the_augmentation_up_to_the_edge(name: str) -> None:
    """A restoring net learns (picture - mean) / spread: what moved in has to be the same picture there."""
    mean, spread = 0.55, 0.2
    augmenter = Augmenter.named(name)
    assert augmenter is not None
    scaled = ((PICTURES - mean) / spread).astype(np.float32)
    shown, truth = (np.asarray(each) for each in augmenter(_tensor(PICTURES), _tensor(scaled), Drawn(2)))
    np.testing.assert_allclose(truth * spread + mean, shown, atol=1e-6)
    assert not np.array_equal(shown, PICTURES)


def test_a_picture_that_moves_with_its_truth_is_mirrored_at_its_edge() -> None:
    augmenter = Augmenter.named("crop")
    assert augmenter is not None
    found, _ = augmenter(_tensor(PICTURES), _tensor(PICTURES), Drawn(2))
    padded = np.pad(PICTURES, ((0, 0), (1, 1), (2, 2), (0, 0)), mode="symmetric")
    for one, wide in zip(np.asarray(found), padded, strict=True):
        assert any(np.array_equal(wide[i : i + 9, j : j + 17], one) for i in range(3) for j in range(5))


def test_targets_of_other_sizes_than_their_images_stay() -> None:
    augmenter = Augmenter.named("flip")
    assert augmenter is not None
    boxes = np.random.default_rng(0).random((40, 3, 5), dtype=np.float32)
    _, found = augmenter(_tensor(PICTURES), _tensor(boxes), Drawn(1))
    np.testing.assert_array_equal(np.asarray(found), boxes)
