"""Nets of keras.applications under a new head."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core import catalog
from dlbench.core.errors import DataUnavailable, UsageError
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.models.deep.applications import APPLICATIONS
from dlbench.training import workshop
from dlbench.training.starting import load

SCHEMA = Schema("image", "Probabilities", (32, 32, 1), (), tuple("abcd"), 8)
MODEL = catalog.model("backbone")


def _net(architecture: str = "mobilenet_v2", schema: Schema = SCHEMA) -> Any:
    return MODEL.build(MODEL.space(Values({"architecture": architecture}), schema), schema).net


PUBLISHED = {"mobilenet_v2": (3_538_984, 1280), "resnet50_v2": (25_613_800, 2048),
             "densenet121": (8_062_504, 1024), "efficientnet_v2_b0": (7_200_312, 1280)}  # fmt: skip
"""Numbers that Keras publishes for a thousand classes, and how many each class reads."""


def test_every_architecture_can_be_frozen_in_parts_and_takes_its_smallest_image() -> None:
    for name in APPLICATIONS:
        net = _net(name)
        assert net.output_shape == (None, 4)
        whole, width = PUBLISHED[name]
        assert net.count_params() == whole - 1000 * (width + 1) + 4 * (width + 1)
        assert workshop.shareable(net), "layers of Keras's own alone, none that adapts"
    with pytest.raises(UsageError, match="needs images of at least 32×32, not 31×32"):
        _net(schema=replace(SCHEMA, shape=(31, 32, 3)))
    with pytest.raises(UsageError, match="reads images of 1 or 3 channels, not 2"):
        _net(schema=replace(SCHEMA, shape=(32, 32, 2)))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_pixels_reach_it_as_its_published_weights_know_them(name: str) -> None:
    import keras

    modes = {"mobilenet_v2": "tf", "resnet50_v2": "tf", "densenet121": "torch", "efficientnet_v2_b0": "torch"}
    pixels = np.random.default_rng(0).random((2, 32, 32, 1), dtype=np.float32)
    net = _net(name)
    rescaled = next(layer for layer in net.layers if layer.__class__.__name__ == "Rescaling")
    seen = np.asarray(keras.Model(net.inputs, rescaled.output)(pixels))
    from keras.src.applications.imagenet_utils import preprocess_input

    wanted = preprocess_input(np.repeat(pixels, 3, axis=-1) * 255, mode=modes[name])
    np.testing.assert_allclose(seen, wanted, atol=1e-5)


def test_it_answers_alike_when_loaded_and_starts_from_the_file_of_keras_itself(tmp_path: Path) -> None:
    import keras

    net, other = _net(), _net()
    net.save(tmp_path / "model.keras")
    pixels = np.random.default_rng(0).random((2, 32, 32, 1), dtype=np.float32)
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(np.asarray(again(pixels)), np.asarray(net(pixels)))
    bare = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3))
    bare.save(tmp_path / "mobilenet_v2_no_top.h5")
    told = load(other, tmp_path / "mobilenet_v2_no_top.h5")
    assert told["numbers"] == told["of"] == bare.count_params()


def test_published_weights_that_cannot_be_fetched_are_unavailable_with_a_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: Any, **named: Any) -> None:
        raise Exception("URL fetch failure")

    monkeypatch.setattr("keras.src.utils.file_utils.get_file", refused)
    values = MODEL.space(Values(), SCHEMA)
    with pytest.raises(DataUnavailable, match=r"imagenet weights of mobilenet_v2 cannot be had here .*weights: FILE"):
        MODEL.published_net(values, SCHEMA, "imagenet")  # type: ignore[attr-defined]
