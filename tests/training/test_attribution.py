"""What a net looked at: each method against a net whose answer is known, and the backends against each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.engine.looking import spread
from dlbench.prepare.images import Images
from dlbench.training.attribution.attention_rollout import attention, rollout
from dlbench.training.attribution.attributions import of_net
from dlbench.training.attribution.grad_cam import grad_cam
from dlbench.training.attribution.gradients import outputs, slopes
from dlbench.training.attribution.integrated_gradients import integrated_gradients
from dlbench.training.attribution.occlusion import occlusion, patches
from dlbench.training.attribution.saliency import saliency

CONVOLUTIONAL = ("lenet5", "resnet", "mobilenet", "shufflenet", "efficientnet", "vgg", "alexnet", "vit")
RNG = np.random.default_rng(0)


def _pixels(items: int, side: int = 8, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(items).random((items, side, side, channels), dtype=np.float32)


def _net(name: str, shape: tuple[int, ...] = (8, 8, 1), **chosen: Any) -> Any:
    import keras

    keras.utils.set_random_seed(4)
    model, schema = catalog.model(name), Schema("image", "Probabilities", shape, (), tuple("abc"), 2)
    return model.build(model.space(Values(chosen), schema), schema).net


def _linear(weights: np.ndarray) -> Any:
    """Return a net whose logits are Σ w·x; weights are (height, width, channels, classes)."""
    import keras

    inputs = keras.Input(weights.shape[:3])
    net = keras.Model(inputs, keras.layers.Dense(weights.shape[3])(keras.layers.Flatten()(inputs)))
    net.set_weights([weights.reshape(-1, weights.shape[3]), np.zeros(weights.shape[3])])
    return net


def test_saliency_of_a_linear_net_is_its_largest_weight_a_pixel() -> None:
    weights = RNG.normal(size=(4, 5, 3, 2)).astype(np.float32)
    codes = np.array([1, 0, 1])
    found = saliency(_linear(weights), RNG.random((3, 4, 5, 3), dtype=np.float32), codes)
    np.testing.assert_allclose(found, np.abs(weights).max(axis=2)[..., codes].transpose(2, 0, 1), rtol=1e-6)


def test_integrated_gradients_of_a_linear_net_are_its_terms() -> None:
    weights, pixels = RNG.normal(size=(4, 5, 2, 2)).astype(np.float32), RNG.random((2, 4, 5, 2), dtype=np.float32)
    found = integrated_gradients(_linear(weights), pixels, np.array([0, 1]))
    for item in range(2):
        np.testing.assert_allclose(found[item], (weights[..., item] * pixels[item]).sum(axis=-1), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("name", "chosen"), [("lenet5", {}), ("resnet", {"filters": 8}), ("mlp", {}), ("vit", {})])
def test_integrated_gradients_are_complete(name: str, chosen: dict[str, Any]) -> None:
    pixels, codes = _pixels(3), np.array([0, 1, 2])
    net = _net(name, **chosen)
    found = of_net(net, pixels, codes)["integrated_gradients"]
    assert found is not None
    seen = pixels.reshape(3, *net.inputs[0].shape[1:])
    rise = (outputs(net, seen) - outputs(net, np.zeros_like(seen)))[np.arange(3), codes]
    assert np.abs(rise).max() > 0.05  # else there were nothing to add up
    np.testing.assert_allclose(found.sum(axis=(1, 2)), rise, atol=0.002 * np.abs(rise).max())


def test_grad_cam_is_bright_where_the_deciding_half_is() -> None:
    import keras
    from keras import layers

    inputs = keras.Input((8, 8, 2))
    maps = layers.Conv2D(2, 1, activation="relu")(inputs)
    net = keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(layers.MaxPooling2D(2)(maps))))
    net.set_weights([np.eye(2).reshape(1, 1, 2, 2), np.zeros(2), np.eye(2), np.zeros(2)])
    pixels = np.zeros((1, 8, 8, 2), np.float32)
    pixels[0, :, :4, 0] = 1.0  # what speaks for class 0 lies left, what speaks for class 1 right
    pixels[0, :, 4:, 1] = 1.0
    for code, (bright, dark) in enumerate([(np.s_[:, :3], np.s_[:, 5:]), (np.s_[:, 5:], np.s_[:, :3])]):
        found = grad_cam(net, pixels, np.array([code]))
        assert found is not None
        assert found[0][bright].min() > 0
        assert (found[0][dark] == 0).all()


def test_a_net_without_maps_has_no_grad_cam_and_one_without_attention_no_rollout() -> None:
    pixels, codes = _pixels(2), np.array([0, 1])
    flat = of_net(_net("mlp"), pixels, codes)
    assert {name for name, maps in flat.items() if maps is not None} == {"saliency", "integrated_gradients"}
    assert of_net(_net("lenet5"), pixels, codes)["attention"] is None


@pytest.mark.parametrize("name", CONVOLUTIONAL)
def test_every_image_net_has_maps_as_large_as_its_picture(name: str) -> None:
    pixels, codes = _pixels(2, 16, 3), np.array([2, 0])
    found = of_net(_net(name, (16, 16, 3)), pixels, codes)
    held = {method for method, maps in found.items() if maps is not None}
    assert held == {"saliency", "integrated_gradients", "grad_cam"} | ({"attention"} if name == "vit" else set())
    for maps in found.values():
        assert maps is None or (maps.shape == (2, 16, 16) and np.isfinite(maps).all())


@settings(max_examples=20, deadline=None)
@given(tokens=st.integers(1, 6), layers=st.integers(1, 4), skips=st.booleans(), seed=st.integers(0, 99))
def test_rows_of_a_rollout_sum_to_one(tokens: int, layers: int, skips: bool, seed: int) -> None:
    drawn = np.random.default_rng(seed).random((layers, 2, 3, tokens, tokens))
    scores = list(drawn / drawn.sum(axis=-1, keepdims=True))
    flow = rollout(scores, skips=skips)
    assert flow.shape == (2, tokens, tokens)
    np.testing.assert_allclose(flow.sum(axis=-1), 1.0)
    assert (flow >= 0).all()


def test_a_rollout_of_one_layer_is_half_its_attention_and_half_the_identity() -> None:
    scores = np.array([[[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [1.0, 0.0]]]])  # one item, two heads
    np.testing.assert_allclose(rollout([scores], skips=True), [[[0.75, 0.25], [0.5, 0.5]]])
    np.testing.assert_allclose(rollout([scores, scores], skips=False), [[[0.75, 0.25], [0.5, 0.5]]])


@pytest.mark.parametrize("skip", [True, False])
def test_attention_of_a_transformer_shares_one_out_over_the_patches(skip: bool) -> None:
    for side, pixels_a_patch in ((8, 1), (10, 4)):
        found = attention(_net("vit", (side, side, 1), skip=skip), _pixels(2, side))
        assert found is not None
        assert found.shape == (2, side, side)
        np.testing.assert_allclose(found.sum(axis=(1, 2)), pixels_a_patch, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_occlusion_finds_the_pixels_that_an_estimator_reads(dtype: Any) -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (200, 12, 12, 1)).astype(dtype)
    corner = pixels[:, :2, :2].reshape(200, -1).mean(axis=1)
    pixels[:, :2, :2] = np.where(corner > corner.mean(), 255, 0)[:, None, None, None]
    images = Images(pixels)
    fitted = LogisticRegression(C=0.01).fit(images.unit().reshape(200, -1), corner > corner.mean())
    before = pixels.copy()
    found = occlusion(
        lambda seen: fitted.predict_proba(seen.unit().reshape(len(seen), -1)), images.take(np.arange(4)),
        (corner[:4] > corner.mean()).astype(int),
    )  # fmt: skip
    assert found.shape == (4, 12, 12)
    assert all(np.unravel_index(one.argmax(), one.shape) == (0, 0) for one in found)
    np.testing.assert_array_equal(pixels, before)


def test_what_changes_by_less_than_float32_tells_is_no_fall() -> None:
    drawn = np.random.default_rng(0)
    found = occlusion(lambda seen: 0.5 + 1e-8 * drawn.random((len(seen), 2)), Images(_pixels(1)), np.array([1]))
    assert not found.any()


@given(height=st.integers(1, 60), width=st.integers(1, 60))
def test_patches_cover_every_pixel_and_stay_inside(height: int, width: int) -> None:
    covered = np.zeros((height, width), dtype=int)
    for rows, columns in patches(height, width):
        assert rows.stop <= height
        assert columns.stop <= width
        covered[rows, columns] += 1
    assert covered.min() >= 1


@given(items=st.integers(1, 300), most=st.integers(1, 40))
def test_items_are_spread_evenly_and_few_are_the_first_of_many(items: int, most: int) -> None:
    found = spread(items, most)
    assert len(set(found.tolist())) == len(found) == min(items, most)
    assert ((found >= 0) & (found < items)).all()
    if most < items:
        np.testing.assert_array_equal(spread(items, most)[: most // 2], spread(items, most // 2 or 1)[: most // 2])
        gaps = np.diff(np.concatenate([[0], np.sort(found), [items]]))
        assert gaps.max() <= 2 * items / most + 2


def test_slopes_come_in_portions_as_they_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    net, pixels, codes = _net("lenet5"), _pixels(5), np.array([0, 1, 2, 0, 1])
    whole = slopes(net, pixels, codes)
    monkeypatch.setattr("dlbench.training.attribution.gradients.at_once", lambda shape: 8)
    for one, other in zip(whole, slopes(net, pixels, codes), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


_ELSEWHERE = """
import json, sys
import numpy as np
sys.path.insert(0, {folder!r})
import test_attribution as ours
held = np.load({file!r})
net = ours._net({name!r})
net.set_weights([held[f"w{{place}}"] for place in range(len(net.weights))])
found = ours.of_net(net, held["pixels"], held["codes"])
print(json.dumps({{name: maps.tolist() for name, maps in found.items() if maps is not None}}))
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize("name", ["resnet", "vit"])
def test_the_maps_are_the_same_on_another_backend(name: str, backend: str, tmp_path: Any) -> None:
    import keras

    pytest.importorskip(backend, reason=f"{backend} is not installed; docs/backends.md tells how")
    if keras.backend.backend() != "tensorflow":
        pytest.skip("it is TensorFlow that the other backend is held against")
    net, pixels, codes = _net(name), _pixels(2), np.array([2, 1])
    file = tmp_path / "net.npz"
    np.savez(file, pixels=pixels, codes=codes, **{f"w{i}": one for i, one in enumerate(net.get_weights())})
    script = _ELSEWHERE.format(folder=os.path.dirname(__file__), file=str(file), name=name)  # noqa: PTH120
    made = subprocess.run([sys.executable, "-c", script], env={**os.environ, "KERAS_BACKEND": backend},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert made.returncode == 0, made.stderr[-2000:]
    theirs = json.loads(made.stdout.splitlines()[-1])
    ours = {method: maps for method, maps in of_net(net, pixels, codes).items() if maps is not None}
    assert set(theirs) == set(ours)
    for method, maps in ours.items():
        np.testing.assert_allclose(theirs[method], maps, atol=1e-4 * max(1.0, float(np.abs(maps).max())))
