"""What models whose answers are masks or pictures promise, and how a U-Net is built."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.forms.truth import Truth
from dlbench.models.deep.unet import halvings
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain, estimators
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

OF_PIXELS = [
    (name, form)
    for name, model in catalog.models().items()
    for form in model.gives
    if form in ("Masks", "Pictures") and model.trainer != "ensemble"
]
BETTER = [(name, form) for name, form in OF_PIXELS if catalog.model(name).kind != "floor"]
JUDGE = {"Masks": "dice", "Pictures": "psnr"}
QUICK = {"filters": 4, "depth": 2, "learning_rate": 0.02, "batch_size": 4, "pixels": 1500, "n_estimators": 8}
TRAIN, TEST = 24, 6


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


def made(form: str, rows: int = TRAIN + TEST, shape: tuple[int, int] = (12, 14)) -> Data:
    """Return bright rectangles on a noisy ground: as masks with some void, or as clean pictures behind noise."""
    rng = np.random.default_rng(0)
    masks = np.zeros((rows, *shape), dtype=np.int16)
    for mask in masks:
        top, left = rng.integers(0, [side // 2 for side in shape])
        mask[top : top + shape[0] // 2, left : left + shape[1] // 2] = 1
    clean = (0.2 + 0.6 * masks[..., None]).astype(np.float32)
    noisy = np.clip(clean + rng.normal(0, 0.15, clean.shape), 0, 1).astype(np.float32)
    if form == "Pictures":
        return Data(Images(noisy, top=1.0), clean)
    return Data(Images(noisy, top=1.0), np.where(rng.random(masks.shape) < 0.05, -1, masks), ("ground", "cell"))


def fit(name: str, form: str, seed: int = 1, epochs: int = 12, **values: Any) -> tuple[Chain, Data]:
    data = made(form)
    contestant, schema = Contestant(name, name), data.schema(form, TRAIN)
    asked = {key: value for key, value in {**QUICK, **values}.items() if key in contestant.dimensions(schema)}
    part = Part(data.inputs.take(np.arange(TRAIN)), data.target[:TRAIN])  # type: ignore[union-attr]
    fitted = chain.fit(contestant, contestant.space(Values(asked), schema), schema, part, None, Limits(epochs), seed)
    return fitted, data


fitted = cache(fit)


def score(form: str, model: Chain, data: Data) -> float:
    test = np.arange(TRAIN, TRAIN + TEST)
    answer = model.predict(data.inputs.take(test))  # type: ignore[union-attr]
    assert answer.problem(TEST) is None
    assert answer.name == form
    truth = Truth(data.item_ids[test], data.target[test], data.classes)  # type: ignore[index]
    return catalog.metric(JUDGE[form]).score(truth, answer)


@pytest.mark.parametrize(("name", "form"), BETTER)
def test_answers_are_of_the_form_and_better_than_the_floor(name: str, form: str) -> None:
    floor = "background" if form == "Masks" else "identity"
    least = 0.7 if form == "Masks" else score(form, *fitted(floor, form)) + 2
    assert score(form, *fitted(name, form)) > least


def test_floors_say_what_they_promise() -> None:
    assert score("Masks", *fitted("background", "Masks")) == 0
    model, data = fitted("identity", "Pictures")
    pixels = data.inputs.take(np.arange(3))  # type: ignore[union-attr]
    np.testing.assert_array_equal(model.predict(pixels).arrays()["values"], pixels.unit())  # type: ignore[union-attr]
    assert score("Pictures", *fitted("bicubic", "Pictures")) > score("Pictures", model, data)


@pytest.mark.parametrize(("name", "form"), OF_PIXELS)
def test_same_seed_same_answer_and_another_number_of_pictures_too(name: str, form: str) -> None:
    first, data = fitted(name, form)
    again, _ = fit(name, form)
    pixels = data.inputs.take(np.arange(5))  # type: ignore[union-attr]
    (told,), (repeated,) = (list(model.predict(pixels).arrays().values()) for model in (first, again))
    np.testing.assert_array_equal(told, repeated)
    (one,) = first.predict(pixels.take(np.array([2]))).arrays().values()
    np.testing.assert_allclose(one[0], told[2], atol=1e-5)


@pytest.mark.parametrize(("name", "form"), OF_PIXELS)
def test_a_saved_model_answers_as_the_fitted_one(name: str, form: str, tmp_path: Path) -> None:
    model, data = fitted(name, form)
    pixels = data.inputs.take(np.arange(4))  # type: ignore[union-attr]
    (told,) = model.predict(pixels).arrays().values()
    (file,) = model.save(tmp_path)
    if file.endswith(".skops"):
        said = estimators.load(tmp_path / file).predict(pixels.unit())  # type: ignore[union-attr]
    else:
        import keras

        said = np.asarray(keras.saving.load_model(tmp_path / file)(pixels.unit()))  # type: ignore[union-attr]
        said = said.argmax(axis=-1) if form == "Masks" else said
    np.testing.assert_allclose(np.clip(said, 0, 1) if form == "Pictures" else said, told, atol=2e-6)


@pytest.mark.parametrize("loss", ["soft_dice", "focal", "class_weighted"])
def test_a_unet_learns_masks_by_any_loss_that_suits_them(loss: str) -> None:
    assert score("Masks", *fit("unet", "Masks", loss=loss, depth=1)) > 0.6


def test_a_loss_of_values_does_not_suit_masks() -> None:
    contestant = Contestant("unet", "unet", parameters={"loss": "mse"})
    (problem,) = contestant.check(Schema("image", "Masks", (12, 14, 1), (), ("a", "b"), 10))
    assert "'mse' learns values, the net masks" in problem
    with pytest.raises(UsageError, match="mse"):
        fit("unet", "Masks", loss="mse")
    assert not Contestant("unet", "unet", parameters={"loss": "huber"}).check(Schema("image", "Pictures", (12, 14, 1)))


def net(shape: tuple[int, int, int], form: str = "Masks", **values: Any) -> Any:
    model, schema = catalog.model("unet"), Schema("image", form, shape, (), tuple("abcd"), 10)
    return model.build(model.space(Values(values), schema), schema).net


@pytest.mark.parametrize("shape", [(8, 8, 1), (8, 31, 3), (13, 9, 3), (28, 28, 1), (224, 224, 3)])
@pytest.mark.parametrize("form", ["Masks", "Pictures"])
def test_the_answer_has_the_size_of_the_picture_whatever_it_is(shape: tuple[int, int, int], form: str) -> None:
    built = net(shape, form, filters=4)
    wanted = 4 if form == "Masks" else shape[2]
    assert built.output_shape == (None, *shape[:2], wanted)
    assert tuple(built(np.zeros((1, *shape), np.float32)).shape) == (1, *shape[:2], wanted)


@pytest.mark.parametrize("skip", [True, False])
def test_a_unet_has_the_numbers_that_its_layers_add_up_to(skip: bool) -> None:
    """Of convolutions without bias, two numbers a filter to normalise, doubling layers and the last one with bias."""
    filters, depth, channels, classes = 8, 3, 3, 4
    widths = [filters * 2**level for level in range(depth + 1)]
    total, before = 0, channels
    for width in widths:
        total += 9 * before * width + 9 * width * width + 4 * width
        before = width
    for width in reversed(widths[:-1]):
        total += 4 * 2 * width * width + width
        total += 9 * (2 * width if skip else width) * width + 9 * width * width + 4 * width
    total += filters * classes + classes
    built = net((32, 32, channels), filters=filters, depth=depth, skip=skip)
    assert sum(int(np.prod(weight.shape)) for weight in built.trainable_weights) == total


def test_skips_restore_pictures_better() -> None:
    """Of noisy rectangles, with the same training."""
    ends = [score("Pictures", *fit("unet", "Pictures", skip=skip)) for skip in (True, False)]
    assert ends[0] > ends[1]


def test_a_picture_that_is_too_small_is_refused_and_depth_goes_by_size() -> None:
    reason = Contestant("unet", "unet").misfit("image", "Masks", (7, 40, 3))
    assert reason == "unet needs images of at least 8×8, not 7×40"
    assert halvings((8, 200, 3)) == 1
    assert net((8, 200, 1), depth=4).output_shape == (None, 8, 200, 4)


JAX = """
import sys
sys.path.insert(0, {folder!r})
import test_pixel_models as tests
print(tests.score("Masks", *tests.fit("unet", "Masks", depth=1)))
import keras
print(keras.backend.backend())
"""


def test_a_unet_learns_is_saved_and_sees_pictures_of_any_size_on_jax_as_well() -> None:
    pytest.importorskip("jax", reason="JAX is not installed; docs/backends.md tells how")
    code = JAX.format(folder=str(Path(__file__).parent))
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    dice, backend = ran.stdout.strip().splitlines()
    assert backend == "jax"
    assert float(dice) > 0.7
    asked = [sys.executable, "-m", "pytest", __file__, "-k", "size_of_the_picture or (saved_model and unet)"]
    sizes = subprocess.run(asked, capture_output=True, text=True, env={**environment, "JAX_PLATFORMS": "cpu"})
    assert sizes.returncode == 0, sizes.stdout[-3000:]
