"""What nets that find objects promise: they learn, repeat themselves, are saved, take any size from the least on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.datasets.drawn_scenes import SHAPES, draw
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth
from dlbench.models.deep.backbones import families
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain
from dlbench.training.chain import Chain
from dlbench.training.detection import detections, padded
from dlbench.training.limits import Limits
from dlbench.training.teaching import forward

NETS = ("faster_rcnn", "yolo")
SIZE = 64
STILL = {"flip": "none", "zoom": 0.0, "colour": 0.0}
QUICK = {"filters": 8, "width": 32, "units": 128, "proposals": 32, "batch_size": 4}
EPOCHS = {"yolo": 120, "faster_rcnn": 160}


def _scenes(items: int, seed: int = 0) -> Part:
    drawn = draw(items, SIZE, seed)
    return Part(Images(drawn.pixels), drawn.objects)


def _fit(name: str, part: Part, epochs: int, valid: Part | None = None, **more: Any) -> Chain:
    schema = Schema("image", "Boxes", part.inputs.shape, (), SHAPES, len(part))
    contestant = Contestant(name, name)
    wanted = {key: value for key, value in {**QUICK, **more}.items() if key in contestant.dimensions(schema)}
    values = contestant.space(Values(wanted), schema)
    return chain.fit(contestant, values, schema, part, valid, Limits(rounds=epochs), 1)


@cache
def _overfitted(name: str) -> tuple[Chain, Part]:
    part = _scenes(4)
    return _fit(name, part, EPOCHS[name], **STILL), part


def _judged(name: str) -> float:
    fitted, part = _overfitted(name)
    assert isinstance(part.target, Objects)
    truth = Truth.of(np.arange(4).astype(np.str_), part.target, SHAPES)
    return catalog.metric("map_50").score(truth, fitted.predict(part.inputs))


@pytest.mark.parametrize("name", NETS)
def test_four_pictures_are_learned_by_heart(name: str) -> None:
    assert _judged(name) >= 0.95


def test_they_learn_are_saved_and_see_pictures_of_any_size_on_jax_too() -> None:
    pytest.importorskip("jax", reason="JAX is not installed; docs/backends.md tells how")
    here = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    asked = [sys.executable, "-m", "pytest", __file__, "-k", "by_heart or saved_net or from_the_smallest_on"]
    ran = subprocess.run(asked, capture_output=True, text=True, env=here, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]


@pytest.mark.parametrize("name", NETS)
def test_a_saved_net_finds_the_same_and_needs_no_dlbench(name: str, tmp_path: Path) -> None:
    import keras

    fitted, part = _overfitted(name)
    (file,) = fitted.save(tmp_path)
    loaded, pixels = keras.saving.load_model(tmp_path / file), part.inputs.unit()
    net = fitted.links[0].network.speaking  # type: ignore[attr-defined]
    np.testing.assert_array_equal(np.asarray(loaded(pixels)), np.asarray(net(pixels)))
    again = detections(forward(loaded, pixels)).arrays()  # compiled, as the prediction is: other kernels add elsewise
    for key, found in fitted.predict(part.inputs).arrays().items():
        np.testing.assert_array_equal(again[key], found)
    assert b"dlbench" not in (tmp_path / file).read_bytes()


@pytest.mark.parametrize("name", NETS)
def test_same_seed_same_answer(name: str) -> None:
    part = _scenes(4)
    first, second = (_fit(name, part, 3, **STILL) for _ in range(2))
    assert [entry["loss"] for entry in first.history] == [entry["loss"] for entry in second.history]
    for key, found in first.predict(part.inputs).arrays().items():
        np.testing.assert_array_equal(found, second.predict(part.inputs).arrays()[key])


def test_varied_pictures_are_the_same_for_the_same_seed_and_validation_sees_them_as_they_are() -> None:
    train, valid = _scenes(6), _scenes(3, seed=1)
    first, second = (_fit("yolo", train, 2, valid, flip="both", zoom=0.4, colour=0.2) for _ in range(2))
    for measured in ("loss", "val_loss"):
        assert [entry[measured] for entry in first.history] == [entry[measured] for entry in second.history]
    network = first.links[0].network  # type: ignore[attr-defined]
    truth = padded(valid.target, 4)  # type: ignore[arg-type]
    again = np.asarray(network.loss(truth, network.net(valid.inputs.unit(), training=False)))  # type: ignore[union-attr]
    assert again.mean() == pytest.approx(min(entry["val_loss"] for entry in first.history), rel=1e-4)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("size", [(32, 32), (33, 70), (224, 224)])
def test_pictures_of_any_size_from_the_smallest_on_get_boxes_inside_of_them(name: str, size: tuple[int, int]) -> None:
    height, width = size
    pixels = np.random.default_rng(0).uniform(size=(2, height, width, 3)).astype(np.float32)
    found = np.asarray(_network(name, (height, width, 3)).speaking(pixels))
    assert found.shape[::2] == (2, 4 + len(SHAPES))
    assert (found >= 0).all()
    assert (found[..., 4:] <= 1).all()
    assert (found[..., [0, 2]] <= width).all()
    assert (found[..., [1, 3]] <= height).all()


@pytest.mark.parametrize("family", families())
def test_any_image_net_can_be_the_backbone(family: str) -> None:
    found = _network("yolo", (96, 70, 3), backbone=family).speaking
    assert tuple(found.output_shape) == (None, 12 * 9 + 6 * 5 + 3 * 3, 4 + len(SHAPES))


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("family", families())
def test_every_detector_sees_its_smallest_picture_by_any_backbone(name: str, family: str) -> None:
    network = _network(name, (32, 32, 3), backbone=family)
    found = np.asarray(network.speaking(np.random.default_rng(0).random((2, 32, 32, 3), dtype=np.float32)))
    places = {"yolo": 4 * 4 + 2 * 2 + 1, "faster_rcnn": QUICK["proposals"]}[name]
    assert found.shape == (2, places, 4 + len(SHAPES))
    assert np.isfinite(found).all()
    assert found[..., :4].min() >= 0
    assert found[..., :4].max() <= 32


@pytest.mark.parametrize("name", NETS)
def test_smaller_pictures_are_refused(name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} needs images of at least 32×32, not 31×40"):
        Contestant(name, name).require_fit("image", "Boxes", (31, 40, 3))


def test_pictures_without_any_object_teach_that_there_is_none() -> None:
    part = _scenes(4)
    assert isinstance(part.target, Objects)
    crowds = Part(part.inputs, replace(part.target, crowd=np.ones(len(part.target.boxes), dtype=bool)))
    fitted = _fit("yolo", crowds, 40, **STILL)
    assert fitted.history[-1]["loss"] < 0.5 * fitted.history[0]["loss"]
    sure = fitted.predict(part.inputs).scores
    assert sure.max(initial=0) < 0.1
    faster = catalog.model("faster_rcnn")
    assert faster.measure({}, None, crowds.target) == {}  # type: ignore[attr-defined]


def _network(name: str, shape: tuple[int, int, int], **more: Any) -> Any:
    model = catalog.model(name)
    schema = Schema("image", "Boxes", shape, (), SHAPES, 4)
    return model.build(model.space(Values({**QUICK, **more}), schema), schema)


def _convolution(into: int, out: int, side: int, *, biased: bool) -> int:
    """Return the numbers of a convolution, with its bias or with what follows it: scale and shift a channel."""
    return into * out * side * side + (out if biased else 2 * out)


def _pyramid_numbers(filters: int, width: int) -> int:
    channels = [filters * 2 ** min(level, 3) for level in range(5)]
    total = _convolution(3, filters, 3, biased=False)
    for into, out in pairwise(channels):
        total += sum(_convolution(*kind, biased=False) for kind in ((into, out, 3), (out, out, 3), (into, out, 1)))
    sideways = sum(_convolution(out, width, 1, biased=False) for out in channels[2:])
    return total + sideways + 3 * _convolution(width, width, 3, biased=False)


def _vgg_numbers(filters: int, width: int) -> int:
    """Of five blocks of two convolutions, and a pyramid on the last three sizes, which all have eight times filters."""
    channels = [3, *(filters * 2 ** min(block, 3) for block in range(5))]
    pairs = pairwise(channels)
    total = sum(
        _convolution(into, out, 3, biased=False) + _convolution(out, out, 3, biased=False) for into, out in pairs
    )
    sideways = _convolution(8 * filters, width, 1, biased=False)
    return total + 3 * sideways + 3 * _convolution(width, width, 3, biased=False)


def test_parameters_with_an_image_net_as_backbone_are_those_of_its_layers() -> None:
    width = QUICK["width"]
    head = 2 * _convolution(width, width, 3, biased=True) + _convolution(width, 4 + len(SHAPES), 1, biased=True)
    learned = _network("yolo", (SIZE, SIZE, 3), backbone="vgg").net.trainable_weights
    assert sum(int(np.prod(weight.shape)) for weight in learned) == _vgg_numbers(QUICK["filters"], width) + head


def test_parameters_are_those_of_the_layers() -> None:
    filters, width, classes = QUICK["filters"], QUICK["width"], len(SHAPES)
    shared = _pyramid_numbers(filters, width)
    one = shared + 2 * _convolution(width, width, 3, biased=True) + _convolution(width, 4 + classes, 1, biased=True)
    first = _convolution(width, width, 3, biased=True) + _convolution(width, 15, 1, biased=True)
    units = QUICK["units"]
    second = (49 * width + 1) * units + (units + 1) * units + (units + 1) * (classes + 1 + 4)
    assert _overfitted("yolo")[0].parameters == one
    assert _overfitted("faster_rcnn")[0].parameters == shared + first + second


def test_truths_are_padded_without_crowds_and_boxes_without_area() -> None:
    sides = np.array([[1, 2, 3, 4], [0, 0, 9, 9], [5, 5, 0, 3], [7, 7, 1, 1]])
    objects = Objects.of([(sides[:3], np.array([3, 1, 0])), (sides[3:], np.array([2]))], crowd=np.array([0, 1, 0, 0]))
    found = padded(objects, 3)
    assert found.shape == (2, 3, 5)
    assert found[0, 0].tolist() == [1, 2, 4, 6, 3]
    assert found[1, 0].tolist() == [7, 7, 8, 8, 2]
    assert found[..., 4].tolist() == [[3, -1, -1], [2, -1, -1]]
