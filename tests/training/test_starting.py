"""Weights of a file in a net: by name and shape, the head left out, and clear words where they do not fit."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError
from dlbench.core.pretraining import Pretrain, weights_file
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain, packing
from dlbench.training.limits import Limits
from dlbench.training.networks import fresh_net
from dlbench.training.starting import load
from dlbench.training.thawing import weighted_layers
from dlbench.training.weight_files import read_weights

SCHEMA = Schema("image", "Probabilities", (8, 8, 1), (), ("a", "b", "c"), 24)
SMALL = {
    "resnet": {"filters": 4},
    "vit": {"units": 16, "blocks": 1},
    "lenet5": {"filters": 3},
    "mobilenet": {"filters": 4},
}


def _net(model: str = "resnet", seed: int = 1, classes: int = 3, **values: Any) -> Any:
    schema = replace(SCHEMA, classes=tuple("abcdefgh"[:classes]))
    found = catalog.model(model)
    return fresh_net(found, found.space(Values({**SMALL[model], **values}), schema), schema, seed).net


def _written(net: Any, path: Path) -> Path:
    (net.save_weights if path.name.endswith(".weights.h5") else net.save)(path)
    return path


@pytest.mark.parametrize("detector", ["yolo", "faster_rcnn"])
def test_a_detector_takes_its_backbone_from_a_net_of_classes(detector: str, tmp_path: Path) -> None:
    file = _written(_net("resnet", filters=4), tmp_path / "model.keras")
    body = len(weighted_layers(_net("resnet", filters=4))) - 1
    schema, found = replace(SCHEMA, form="Boxes", shape=(32, 32, 1)), catalog.model(detector)
    values = found.space(Values({"backbone": "resnet", "filters": 4, "width": 8}), schema)
    told = load(fresh_net(found, values, schema, 2).net, file, found.heads)  # type: ignore[attr-defined]
    assert told["layers"] == body
    assert told["left"]


@pytest.mark.parametrize("model", SMALL)
@pytest.mark.parametrize("name", ["model.keras", "net.weights.h5", "old.h5"])
def test_all_but_the_head_is_loaded_from_each_kind_of_file(model: str, name: str, tmp_path: Path) -> None:
    source, net = _net(model, 1, 5), _net(model, 2)
    if name == "old.h5" and model == "vit":
        pytest.skip("that kind tells no names inside of an attention layer")
    head = [np.array(one) for one in weighted_layers(net)[-1].get_weights()]
    told = load(net, _written(source, tmp_path / name))
    body, theirs = weighted_layers(net)[:-1], weighted_layers(source)[:-1]
    assert told["numbers"] == told["of"] == sum(int(np.prod(one.shape)) for layer in body for one in layer.weights)
    assert told["left"] == []
    for mine, other in zip(body, theirs, strict=True):
        for one, its in zip(mine.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(one, its)
    for one, its in zip(weighted_layers(net)[-1].get_weights(), head, strict=True):
        np.testing.assert_array_equal(one, its)


def test_a_head_of_the_same_shape_is_left_out_too(tmp_path: Path) -> None:
    net, drawn = _net(seed=2), _net(seed=2)
    load(net, _written(_net(seed=1), tmp_path / "model.keras"))
    np.testing.assert_array_equal(net.layers[-1].get_weights()[0], drawn.layers[-1].get_weights()[0])


def test_what_was_loaded_is_told_where_it_is_not_all(tmp_path: Path) -> None:
    """A deeper net of the same width: what stands in both is loaded, and the rest is named."""
    told = load(_net(blocks=2), _written(_net(blocks=1), tmp_path / "model.keras"))
    assert 0 < told["numbers"] < told["of"]
    assert told["left"]


def test_weights_that_do_not_fit_are_an_error_that_names_what_differs(tmp_path: Path) -> None:
    wide = _written(_net(filters=8, stages=1), tmp_path / "wide.keras")
    with pytest.raises(UsageError, match=r"wide\.keras: no weights of it fit the net; its layer 'conv2d' holds .*8.*4"):
        load(_net(filters=4), wide)
    other = _written(_net("lenet5"), tmp_path / "other.keras")
    with pytest.raises(UsageError, match="no weights of it fit the net"):
        load(_net("vit"), other)


def test_files_that_are_none_are_errors(tmp_path: Path) -> None:
    junk = tmp_path / "junk.keras"
    junk.write_bytes(b"nothing")
    with pytest.raises(UsageError, match="cannot be read as weights of Keras"):
        read_weights(junk)
    with zipfile.ZipFile(junk, "w") as archive:
        archive.writestr("config.json", "{}")
    with pytest.raises(UsageError, match="cannot be read as weights of Keras"):
        read_weights(junk)


def test_a_folder_means_the_file_in_it(tmp_path: Path) -> None:
    assert "no such file or folder" in str(weights_file(tmp_path / "gone"))
    assert "expected one file" in str(weights_file(tmp_path))
    (tmp_path / "b.h5").touch()
    assert weights_file(tmp_path) == tmp_path / "b.h5"
    (tmp_path / "a.weights.h5").touch()
    assert "found a.weights.h5, b.h5; name the file" in str(weights_file(tmp_path))
    (tmp_path / "model.keras").touch()
    assert weights_file(tmp_path) == tmp_path / "model.keras"
    (tmp_path / "notes.txt").touch()
    assert "expected a file that ends in" in str(weights_file(tmp_path / "notes.txt"))


def _part() -> Part:
    codes = np.arange(24) % 3
    pixels = np.random.default_rng(0).uniform(0, 60, (24, 8, 8, 1))
    pixels[np.arange(24), codes * 2] += 180
    return Part(Images(pixels), codes)


def test_under_a_head_that_learns_alone_a_contestant_sees_what_the_net_of_its_file_saw(tmp_path: Path) -> None:
    """The features of the fitted net are those of the file, and nothing of it packs with other trials."""
    import keras

    source = _net(seed=7)
    file = _written(source, tmp_path / "model.keras")
    contestant = Contestant("r", "resnet", (), {**SMALL["resnet"], "unfreeze": "head"}, "", {"weights": str(file)})
    values = contestant.space(Values(), SCHEMA)
    fitted = chain.fit(contestant, values, SCHEMA, _part(), None, Limits(rounds=2), 5)
    assert fitted.loaded["numbers"] == fitted.loaded["of"]
    net: Any = fitted.links[0].network.net  # type: ignore[attr-defined]
    seen = _part().inputs.unit()  # type: ignore[union-attr]
    for one in (net, source):
        assert not one.layers[-2].weights
    mine, its = (np.asarray(keras.Model(one.inputs, one.layers[-2].output)(seen)) for one in (net, source))
    np.testing.assert_array_equal(mine, its)
    assert packing.key(contestant, values, SCHEMA, Limits(rounds=2)) is None


def test_weights_that_nobody_has_made_are_not_drawn_instead() -> None:
    contestant = Contestant("r", "resnet", (), SMALL["resnet"], "", Pretrain("mnist", {}, None, 3, {}).told())
    values = contestant.space(Values(), SCHEMA)
    with pytest.raises(ValueError, match="starts from weights that nobody has made yet"):
        chain.fit(contestant, values, SCHEMA, _part(), None, Limits(rounds=1), 5)


def test_the_architecture_is_not_searched_but_how_it_is_taught_is() -> None:
    free = Contestant("r", "resnet").dimensions(SCHEMA)
    kept = Contestant("r", "resnet", (), {}, "", {"weights": "x.keras"}).dimensions(SCHEMA)
    assert {name for name, one in free.items() if one.searched} - {n for n, one in kept.items() if one.searched} == {
        "filters", "blocks",
    }  # fmt: skip
    assert {name for name in kept if name not in free} == {"unfreeze", "body_rate", "unfreeze_every"}
    assert kept["unfreeze"].searched
    assert kept["unfreeze"].default == "stages"
    assert (kept["body_rate"].default, kept["body_rate"].searched) == (0.1, False)
