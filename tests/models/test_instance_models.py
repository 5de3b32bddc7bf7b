"""What models that give instances promise: objects out of pixels, better than the floor, the same again and saved."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.datasets.scene_instances import SceneInstances
from dlbench.forms.instances import Instances
from dlbench.forms.outlined import OutlinedObjects
from dlbench.forms.truth import Truth
from dlbench.prepare.components import KEPT, LEAST, instances_of, painted
from dlbench.prepare.data import Data
from dlbench.prepare.part import Part
from dlbench.training import chain, estimators
from dlbench.training.answers import softmax
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits
from dlbench.training.teaching import forward

MODELS = ("filled_boxes", "pixel_forest", "unet")
QUICK = {"filters": 8, "depth": 3, "learning_rate": 0.01, "batch_size": 4, "pixels": 3000, "n_estimators": 8}
EPOCHS = 40
TRAIN, TEST, SIZE = 24, 8, 32


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with threadpool_limits(1):
        yield


@cache
def scenes() -> Data:
    return SceneInstances().load({"rows": TRAIN + TEST, "size": SIZE})


def fit(name: str, **more: Any) -> Chain:
    data = scenes()
    contestant, schema = Contestant(name, name), data.schema("Instances", TRAIN)
    asked = {key: value for key, value in {**QUICK, **more}.items() if key in contestant.dimensions(schema)}
    part = Part(data.inputs.take(np.arange(TRAIN)), data.target[np.arange(TRAIN)])  # type: ignore[union-attr]
    return chain.fit(contestant, contestant.space(Values(asked), schema), schema, part, None, Limits(EPOCHS), 1)


fitted = cache(fit)


def score(model: Chain, metric: str = "map_masks_50") -> float:
    data, test = scenes(), np.arange(TRAIN, TRAIN + TEST)
    answer = model.predict(data.inputs.take(test))  # type: ignore[union-attr]
    assert answer.name == "Instances"
    assert answer.problem(TEST) is None
    truth = Truth.of(data.item_ids[test], data.target[test], data.classes)  # type: ignore[arg-type]
    judge = catalog.metric(metric)
    return judge.score(truth, answer.to(judge.scores))


@pytest.mark.parametrize("name", ["pixel_forest", "unet"])
def test_objects_are_found_better_than_by_the_floor(name: str) -> None:
    assert score(fitted(name)) > score(fitted("filled_boxes")) + 0.02
    assert score(fitted(name), "map_50") > score(fitted("filled_boxes"), "map_50")


@pytest.mark.parametrize("name", MODELS)
def test_same_seed_same_answer(name: str) -> None:
    pixels = scenes().inputs.take(np.arange(3))  # type: ignore[union-attr]
    told, again = (model.predict(pixels).arrays() for model in (fitted(name), fit(name)))
    for key, array in told.items():
        np.testing.assert_array_equal(array, again[key])


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_answers_as_the_fitted_one(name: str, tmp_path: Path) -> None:
    pixels = scenes().inputs.take(np.arange(3))  # type: ignore[union-attr]
    told = fitted(name).predict(pixels)
    assert isinstance(told, Instances)
    (file,) = fitted(name).save(tmp_path)
    if file.endswith(".keras"):
        import keras

        net = keras.saving.load_model(tmp_path / file)
        said = instances_of(softmax(forward(net, pixels.unit())))  # type: ignore[union-attr]
    else:
        loaded = estimators.load(tmp_path / file)
        unit = pixels.unit()  # type: ignore[union-attr]
        said = loaded.predict(unit) if name == "filled_boxes" else instances_of(loaded.predict_proba(unit))
    require_same(said, told)


@pytest.mark.parametrize("name", MODELS)
def test_an_answer_does_not_depend_on_the_pictures_beside(name: str) -> None:
    pixels = scenes().inputs.take(np.arange(5))  # type: ignore[union-attr]
    told = fitted(name).predict(pixels)
    assert isinstance(told, Instances)
    for place in range(5):
        said = fitted(name).predict(pixels.take(np.array([place])))  # type: ignore[union-attr]
        assert isinstance(said, Instances)
        require_same(said, told.take(np.array([place])))


def require_same(said: Instances, told: Instances) -> None:
    """Hold objects, their classes and every pixel of their masks against each other, and how sure they are nearly."""
    ours, theirs = said.arrays(), told.arrays()
    np.testing.assert_allclose(ours.pop("scores"), theirs.pop("scores"), atol=1e-5)
    for key, array in ours.items():
        np.testing.assert_array_equal(array, theirs[key])


def test_scenes_hold_what_is_seen_of_every_shape() -> None:
    data = scenes()
    assert isinstance(data.target, OutlinedObjects)
    np.testing.assert_array_equal(data.target.areas, data.target.masks.areas)
    np.testing.assert_array_equal(data.target.boxes, data.target.masks.boxes)
    masks = catalog.dataset("scene_masks").load({"rows": TRAIN + TEST, "size": SIZE})
    np.testing.assert_array_equal(painted(data.target, SIZE, SIZE), masks.target)
    boxes = catalog.dataset("scenes").load({"rows": TRAIN + TEST, "size": SIZE})
    assert data.fingerprint() not in (masks.fingerprint(), boxes.fingerprint())


def test_painting_and_finding_again_gives_the_objects_that_do_not_touch() -> None:
    one, other = np.zeros((2, 12, 12), dtype=bool)
    one[1:5, 1:5], other[7:11, 6:11] = True, True
    objects = OutlinedObjects.outlined([([one, other], [1, 0]), ([], [])])
    codes = painted(objects, 12, 12)
    found = instances_of(np.eye(3)[codes])
    assert found.scores.tolist() == [1.0, 1.0]
    assert found.offsets.tolist() == [0, 2, 2]
    truth = Truth.of(np.array(["a", "b"]), objects, ("x", "y"))
    assert catalog.metric("map_masks").score(truth, found) == pytest.approx(1.0)


def test_smaller_objects_lie_on_top_and_crowds_ask_nobody() -> None:
    large, small, crowd = np.zeros((3, 6, 6), dtype=bool)
    large[:4, :4], small[1:3, 1:3], crowd[:, 3:] = True, True, True
    objects = OutlinedObjects.outlined([([small, crowd, large], [0, 0, 1])], np.array([False, True, False]))
    (codes,) = painted(objects, 6, 6)
    assert codes[1, 1] == 1
    assert codes[0, 3] == 2
    assert codes[5, 5] == -1
    assert codes[5, 0] == 0


def test_specks_are_noise_and_the_surest_objects_are_kept() -> None:
    sure = np.zeros((1, 40, 121, 2))
    sure[..., 0] = 0.5
    for column in range(60):
        for row, height in ((0, 5), (20, 3)):
            sure[0, row : row + height, 2 * column, 1] = 0.6 + column / 200
    assert len(instances_of(sure).codes) == 0  # five pixels each
    tall = np.repeat(sure, 2, axis=1)
    found = instances_of(tall)
    assert found.masks.areas.min() >= LEAST
    assert len(found.codes) == 60
    assert (np.diff(found.scores) <= 0).all()
    wide = np.concatenate([tall] * 2, axis=2)
    assert len(instances_of(wide).codes) == KEPT


def test_a_net_has_a_class_more_than_there_are_of_objects_for_the_ground() -> None:
    model = catalog.model("unet")
    schema = Schema("image", "Instances", (16, 16, 3), (), tuple("abcd"), 10)
    assert model.build(model.space(Values({"filters": 4}), schema), schema).net.output_shape == (None, 16, 16, 5)


def test_class_weights_count_the_ground() -> None:
    assert score(fit("unet", loss="class_weighted")) > 0.02
