"""The image nets: sizes by one rule, what each switch does, counts of weights, and their maps as backbones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import UsageError
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.models.deep.backbones import families, features
from dlbench.models.deep.image_sizes import halvings, patch_side, stage_halvings, stem_halvings
from dlbench.models.deep.image_space import ACTIVATIONS, NORMS
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits
from dlbench.training.teaching import forward

NETS = ("alexnet", "efficientnet", "mobilenet", "resnet", "shufflenet", "vgg", "vit")
EVERY = (*NETS, "lenet5", "backbone")
SMALL = {"filters": 8, "units": 8, "blocks": 1, "stages": 2, "convolutions": 1, "heads": 2}
SKIPPING = ("efficientnet", "mobilenet", "resnet", "shufflenet", "vit")


def _net(name: str, side: int, channels: int = 3, **chosen: Any) -> Any:
    model, schema = catalog.model(name), Schema("image", "Probabilities", (side, side, channels), (), tuple("abc"), 2)
    return model.build(model.space(Values(chosen), schema), schema).net


def _kinds(net: Any) -> list[str]:
    return [type(layer).__name__ for layer in net.layers]


@given(height=st.integers(1, 2000), width=st.integers(1, 2000), least=st.integers(2, 40), most=st.integers(0, 9))
def test_an_image_is_halved_while_enough_remains_and_no_further(height: int, width: int, least: int, most: int) -> None:
    count = halvings((height, width), least, most)
    side = min(height, width)
    after = [-(-side // 2**times) for times in range(count + 2)]
    assert 0 <= count <= most
    assert count == 0 or after[count] >= least
    assert count == most or after[count + 1] < least


@given(side=st.integers(1, 1000))
def test_stem_and_stages_together_are_what_an_image_allows(side: int) -> None:
    shape = (side, side, 3)
    assert stem_halvings(shape) + stage_halvings(shape) == halvings(shape)
    assert patch_side(shape) <= max(1, side)


def test_every_image_net_can_be_a_backbone() -> None:
    assert families() == NETS


@pytest.mark.parametrize("name", EVERY)
def test_one_pixel_less_than_the_smallest_image_is_refused_wherever_it_comes_in(name: str) -> None:
    height, width = catalog.model(name).smallest
    said = f"{name} needs images of at least {height}×{width}, not {height}×{width - 1}"
    assert Contestant.named(name).misfit("image", "Labels", (height, width - 1, 3)) == said
    assert Contestant.named(name).misfit("image", "Labels", (height, width, 1)) is None
    model, schema = catalog.model(name), Schema("image", "Probabilities", (height, width - 1, 3), (), ("a", "b"), 2)
    with pytest.raises(UsageError, match=said):
        model.build(model.space(Values(), schema), schema)


@pytest.mark.parametrize("name", NETS)
def test_a_backbone_refuses_what_its_net_does(name: str) -> None:
    import keras

    height, width = catalog.model(name).smallest
    with pytest.raises(UsageError, match=f"{name} needs images of at least {height}×{width}, not {height}×{width - 1}"):
        features(name, keras.Input((height, width - 1, 3)), {})


@pytest.mark.parametrize("name", EVERY)
def test_a_large_colour_image_passes(name: str) -> None:
    answer = np.asarray(_net(name, 224)(np.random.default_rng(0).random((1, 224, 224, 3), dtype=np.float32)))
    assert answer.shape == (1, 3)
    assert np.isfinite(answer).all()


def _taught(name: str) -> tuple[Chain, Images]:
    """Return a net that has learned one batch of its smallest images, in colour, and these."""
    contestant, shape = Contestant.named(name), (*catalog.model(name).smallest, 3)
    images = Images(np.random.default_rng(0).integers(0, 256, (2, *shape)).astype(np.uint8))
    schema = Schema("image", "Probabilities", shape, (), tuple("ab"), 2)
    known = contestant.dimensions(schema)
    values = contestant.space(Values({key: value for key, value in SMALL.items() if key in known}), schema)
    return chain.fit(contestant, values, schema, Part(images, np.arange(2)), None, Limits(rounds=1), 1), images


def _kept(name: str, folder: Path) -> bool:
    """Whether a net that has learned gives the same numbers, finite ones, when it was saved and loaded."""
    import keras

    fitted, images = _taught(name)
    (file,) = fitted.save(folder)
    loaded = keras.saving.load_model(folder / file, compile=False, safe_mode=True)
    answer, again = (forward(net, images.unit()) for net in (fitted.links[0].network.net, loaded))  # type: ignore[attr-defined]
    return answer.shape == (2, 2) and bool(np.isfinite(answer).all()) and np.array_equal(answer, again)


@pytest.mark.parametrize("name", EVERY)
def test_a_net_that_has_learned_is_saved_and_loaded_as_it_was(name: str, tmp_path: Path) -> None:
    assert _kept(name, tmp_path)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize(("side", "shape"), [(64, (64, 96, 3)), (28, (28, 30, 1))])
def test_maps_of_a_backbone_halve_from_one_to_the_next(name: str, side: int, shape: tuple[int, ...]) -> None:
    import keras

    maps = features(name, keras.Input(shape), {})
    sides = [tuple(one.shape[1:3]) for one in maps]
    if name == "vit":
        patch = patch_side(shape)
        assert sides == [(-(-shape[0] // patch), -(-shape[1] // patch))]
        return
    strides = [2 ** (number + 1) for number in range(len(sides))]
    assert len(sides) >= 2
    assert sides == [(-(-shape[0] // stride), -(-shape[1] // stride)) for stride in strides]


@pytest.mark.parametrize("name", NETS)
def test_a_backbone_has_the_layers_of_the_net_before_its_head(name: str) -> None:
    import keras

    inputs = keras.Input((32, 32, 3))
    backbone = keras.Model(inputs, features(name, inputs, {"filters": 12, "units": 8}))
    whole, bare = (_kinds(net) for net in (_net(name, 32, filters=12, units=8), backbone))
    assert whole[: len(bare)] == bare
    held = [tuple(weight.shape) for weight in _net(name, 32, filters=12, units=8).weights]
    assert held[: len(backbone.weights)] == [tuple(weight.shape) for weight in backbone.weights]


def test_an_unknown_backbone_is_named_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=r"unknown backbone 'resnets'.*resnet"):
        features("resnets", None, {})


@pytest.mark.parametrize("name", NETS)
def test_switches_take_parts_out_and_exchange_them(name: str) -> None:
    usual = _kinds(_net(name, 32))
    norm = "LayerNormalization" if name == "vit" else "BatchNormalization"
    assert norm in usual
    bare = _net(name, 32, norm="none", activation="linear", **({"skip": False} if name in SKIPPING else {}))
    assert not {"LayerNormalization", "BatchNormalization", "Add", "Concatenate"} & set(_kinds(bare))
    used = {layer.activation.__name__ for layer in bare.layers if hasattr(layer, "activation")}
    assert used <= {"linear", "sigmoid", "softmax"}  # gates and attention have functions of their own
    assert ("Add" in usual) == (name in SKIPPING)


@pytest.mark.parametrize("name", NETS)
def test_what_a_switch_does_not_know_is_refused_before_anything_runs(name: str) -> None:
    known = Contestant.named(name).dimensions(Schema.example("image", "Probabilities"))
    assert not known["norm"].searched
    assert [known["norm"].problem(norm) for norm in NORMS] == [None] * len(NORMS)
    assert known["norm"].problem("batchnorm") == "'batchnorm' is none of ['batch', 'layer', 'none']"
    assert [known["activation"].problem(one) for one in ACTIVATIONS] == [None] * len(ACTIVATIONS)
    assert known["augment"].searched
    assert known["augment"].default == "none"
    assert known["augment"].problem("noise+flip") is None
    for wrong in ("rotate", "flip+flip", "", 3, "none+flip"):
        assert known["augment"].problem(wrong) is not None


def test_the_activation_of_lenet_is_searched_among_two_and_set_to_any() -> None:
    known = Contestant.named("lenet5").dimensions(Schema.example("image", "Probabilities"))["activation"]
    assert (known.searched, known.values, known.default) == (True, ("relu", "tanh"), "tanh")
    assert [known.problem(one) for one in ACTIVATIONS] == [None] * len(ACTIVATIONS)
    assert known.problem("none") is not None
    used = {
        layer.activation.__name__
        for layer in _net("lenet5", 8, activation="linear").layers
        if hasattr(layer, "activation")
    }
    assert used == {"linear"}


# Counts of what is learned, by the formulas of the papers' layers, for three classes.


def _lenet5(side: int, channels: int, filters: int) -> int:
    """5×5 convolutions with biases, pools that round down, dense layers of 120 and 84."""
    second = filters * 16 // 6
    convolutions = 25 * channels * filters + filters + 25 * filters * second + second
    return convolutions + _dense((side // 4) ** 2 * second, 120) + _dense(120, 84) + _dense(84, 3)


def _convolution(kernel: int, before: int, filters: int) -> int:
    """k²·c·f without bias, and scale and shift of the norm behind."""
    return kernel**2 * before * filters + 2 * filters


def _dense(before: int, units: int) -> int:
    return before * units + units


def _resnet(channels: int, filters: int, blocks: int) -> int:
    total, before = _convolution(3, channels, filters), filters
    for stage in range(3):
        width = filters * 2**stage
        for block in range(blocks):
            total += _convolution(3, before, width) + _convolution(3, width, width)
            total += _convolution(1, before, width) if stage and not block else 0
            before = width
    return total + _dense(before, 3)


def _vgg(side: int, channels: int, filters: int, convolutions: int, units: int) -> int:
    total, before = 0, channels
    for block in range(halvings((side, side))):
        for _ in range(convolutions):
            total += _convolution(3, before, filters * 2 ** min(block, 3))
            before = filters * 2 ** min(block, 3)
    left = -(-side // 2 ** halvings((side, side)))
    return total + _dense(left**2 * before, units) + _dense(units, 3)


def _alexnet(side: int, channels: int, filters: int, units: int, kernel: int, left: int) -> int:
    widths = [filters, filters * 8 // 3, filters * 4, filters * 4, filters * 8 // 3]
    total = _convolution(kernel, channels, widths[0])
    for number, size in enumerate((5, 3, 3, 3)):
        total += _convolution(size, widths[number], widths[number + 1])
    return total + _dense(left**2 * widths[-1], units) + _dense(units, units) + _dense(units, 3)


def _bottleneck(before: int, filters: int, expansion: int, kernel: int = 3, squeeze: int = 0) -> int:
    between = before * expansion
    widened = _convolution(1, before, between) if expansion > 1 else 0
    gate = _dense(between, squeeze) + _dense(squeeze, between) if squeeze else 0
    return widened + _convolution(kernel, 1, between) + gate + _convolution(1, between, filters)


def _mobilenet(channels: int) -> int:
    """16, 24 and 32 filters, one block a stage, widened threefold."""
    stages = _bottleneck(16, 16, 1) + _bottleneck(16, 24, 3) + _bottleneck(24, 32, 3)
    return _convolution(3, channels, 16) + stages + _convolution(1, 32, 320) + _dense(320, 3)


def _efficientnet(channels: int) -> int:
    """16, 24 and 40 filters, one block a stage, kernels 3, 3 and 5, a quarter of what comes in as gate."""
    stages = _bottleneck(16, 16, 1, 3, 4) + _bottleneck(16, 24, 3, 3, 4) + _bottleneck(24, 40, 3, 5, 6)
    return _convolution(3, channels, 16) + stages + _convolution(1, 40, 320) + _dense(320, 3)


def _shufflenet(channels: int) -> int:
    """Two stages of two blocks, 48 and 96 filters, three groups: of a block's 1×1 each has a third of the weights."""

    def unit(before: int, width: int, left: int) -> int:
        narrow = width // 4
        grouped = before * narrow // 3 + 2 * narrow + narrow * left // 3 + 2 * left
        return grouped + _convolution(3, 1, narrow)

    stages = unit(12, 48, 36) + unit(48, 48, 48) + unit(48, 96, 48) + unit(96, 96, 96)
    return _convolution(3, channels, 12) + stages + _dense(96, 3)


def _vit(patches: int, numbers: int, width: int, hidden: int, blocks: int) -> int:
    """Patch embedding with a bias a place; a block: four maps of attention, two of the dense part, two norms."""
    attention, dense = 4 * _dense(width, width), _dense(width, hidden) + _dense(hidden, width)
    embedded = numbers * width + patches * width
    return embedded + blocks * (attention + dense + 4 * width) + 2 * width + _dense(width, 3)


COUNTS: list[tuple[str, int, dict[str, Any], int]] = [
    ("lenet5", 8, {"filters": 6}, _lenet5(8, 1, 6)),
    ("lenet5", 30, {"filters": 12}, _lenet5(30, 1, 12)),
    ("resnet", 28, {"filters": 8, "blocks": 2}, _resnet(1, 8, 2)),
    ("resnet", 8, {"filters": 4, "blocks": 1}, _resnet(1, 4, 1)),
    ("vgg", 28, {"filters": 8, "convolutions": 2, "units": 16}, _vgg(28, 1, 8, 2, 16)),
    ("vgg", 70, {"filters": 4, "convolutions": 1, "units": 8}, _vgg(70, 1, 4, 1, 8)),
    ("alexnet", 28, {"filters": 12, "units": 16}, _alexnet(28, 1, 12, 16, kernel=3, left=4)),
    ("alexnet", 224, {"filters": 12, "units": 16}, _alexnet(224, 1, 12, 16, kernel=11, left=7)),
    ("mobilenet", 8, {"filters": 16, "blocks": 1, "expansion": 3}, _mobilenet(1)),
    ("efficientnet", 8, {"filters": 16, "blocks": 1, "expansion": 3}, _efficientnet(1)),
    ("shufflenet", 8, {"filters": 40, "groups": 3, "blocks": 2}, _shufflenet(1)),
    ("vit", 28, {"units": 16, "heads": 4, "hidden": 2.0, "blocks": 2}, _vit(49, 16, 16, 32, 2)),
    ("vit", 8, {"units": 16, "heads": 2, "hidden": 1.5, "blocks": 1}, _vit(64, 1, 16, 24, 1)),
]


@pytest.mark.parametrize(("name", "side", "chosen", "count"), COUNTS)
def test_a_net_has_as_many_weights_as_the_formulas_say(
    name: str, side: int, chosen: dict[str, Any], count: int
) -> None:
    assert sum(int(np.prod(weight.shape)) for weight in _net(name, side, 1, **chosen).trainable_weights) == count


def test_groups_read_only_their_own_channels_and_are_shuffled() -> None:
    """With two groups, a block's first map reads of one half; after the shuffle neighbours come from both."""
    import keras

    from dlbench.models.deep.shufflenet import _grouped

    inputs = keras.Input((1, 1, 4))
    values = {"groups": 2, "norm": "batch"}
    plain = keras.Model(inputs, _grouped(inputs, 4, values))
    shuffled = keras.Model(inputs, _grouped(inputs, 4, values, shuffled=True))
    weights = np.arange(8, dtype=np.float32).reshape(2, 2, 2) + 1
    for net in (plain, shuffled):
        net.set_weights([weights])
    seen = np.array([[[[1.0, 10.0, 100.0, 1000.0]]]], np.float32)
    expected = np.array([1 * 1 + 10 * 3, 1 * 2 + 10 * 4, 100 * 5 + 1000 * 7, 100 * 6 + 1000 * 8], np.float32)
    np.testing.assert_allclose(np.asarray(plain(seen)).ravel(), expected)
    np.testing.assert_allclose(np.asarray(shuffled(seen)).ravel(), expected[[0, 2, 1, 3]])


def _passes(name: str) -> bool:
    """Whether a 224×224 image in colour gives finite logits, compiled."""
    answer = forward(_net(name, 224, **SMALL), np.random.default_rng(0).random((1, 224, 224, 3), dtype=np.float32))
    return answer.shape == (1, 3) and bool(np.isfinite(answer).all())


# Weights come from numpy here: drawing them by JAX compiles a program for every shape, which takes a minute.
JAX = """
import sys, tempfile
from pathlib import Path
import keras
import numpy as np
from keras.src import backend
from test_image_nets import EVERY, _kept, _passes
draws = np.random.default_rng(0)
def drawn(shape, *given, **named):
    return keras.ops.convert_to_tensor(draws.normal(0.0, 0.05, shape).astype("float32"))
backend.random.normal = backend.random.truncated_normal = backend.random.uniform = drawn
for name in EVERY:
    with tempfile.TemporaryDirectory() as folder:
        print(name, keras.backend.backend(), _passes(name), _kept(name, Path(folder)))
"""


def test_every_net_learns_is_loaded_as_it_was_and_sees_large_images_on_jax_too() -> None:
    pytest.importorskip("jax", reason="JAX is not installed; docs/backends.md tells how")
    paths = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    quick = {"XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"}
    here = {**os.environ, **quick, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu", "PYTHONPATH": paths}
    ran = subprocess.run([sys.executable, "-c", JAX], capture_output=True, text=True, check=False, env=here)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.split("\n")[:-1] == [f"{name} jax True True" for name in EVERY]
