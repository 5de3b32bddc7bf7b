"""Trials trained together on JAX come out as if each were alone. Run with KERAS_BACKEND=jax, where it is installed."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

pytest.importorskip("jax", reason="JAX is not installed; docs/backends.md tells how")
if os.environ.get("KERAS_BACKEND") != "jax":
    pytest.skip("run with KERAS_BACKEND=jax", allow_module_level=True)

from dlbench.core.contestant import Contestant
from dlbench.core.errors import Diverged
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Values
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain, jax_memory, packing
from dlbench.training.limits import Limits

TABLE = Schema("table", "Probabilities", (3,), (Column("a"), Column("b"), Column("c")), ("no", "yes"), 40)
IMAGES = Schema("image", "Probabilities", (8, 8, 1), (), ("no", "yes"), 30)
MLP = {"layers": 1, "units": 8, "norm": "batch", "batch_size": 16, "optimizer": "adamw", "learning_rate": 0.01}
CONV = {"filters": 6, "batch_size": 16, "learning_rate": 0.003}
SEEDS = (11, 12, 13, 14)
LIMITS = Limits(rounds=3)


def _rows(rows: int, seed: int) -> Part:
    numbers = np.random.default_rng(seed).normal(size=(rows, 3))
    return Part(Table(numbers, np.empty((rows, 0), object), TABLE.columns), (numbers.sum(axis=1) > 0).astype(np.int64))


def _images(rows: int, seed: int) -> Part:
    pixels = np.random.default_rng(seed).integers(0, 256, size=(rows, 8, 8, 1)).astype(np.uint8)
    return Part(Images(pixels), (pixels[:, :4].mean(axis=(1, 2, 3)) > 127).astype(np.int64))


def _settings(name: str, schema: Schema, fixed: dict[str, Any], varied: Sequence[dict[str, Any]]) -> list[Any]:
    return [Contestant.named(name).space(Values({**fixed, **one}), schema) for one in varied]


def _answers(fitted: Any, part: Part) -> np.ndarray:
    found: np.ndarray = fitted.predict(part.inputs).values
    return found


def _compare(packed: Sequence[Any], alone: Sequence[Any], valid: Part) -> None:
    for mine, other in zip(packed, alone, strict=True):
        np.testing.assert_allclose(_answers(mine, valid), _answers(other, valid), atol=1e-3)
        assert (mine.rounds, mine.stopped) == (other.rounds, other.stopped)
        losses = [[entry["val_loss"] for entry in fitted.history] for fitted in (mine, other)]
        np.testing.assert_allclose(*losses, atol=1e-3)


def test_a_pack_of_mlps_answers_as_each_alone_and_one_that_diverges_hurts_no_other() -> None:
    varied = [{"learning_rate": 0.03, "dropout": 0.1}, {"learning_rate": 1e30}, {"weight_decay": 0.01}, {"patience": 1}]
    settings = _settings("mlp", TABLE, MLP, varied)
    limits = [Limits(rounds=rounds, patience=2) for rounds in (3, 3, 2, 6)]
    contestant, train, valid = Contestant.named("mlp"), _rows(40, 0), _rows(20, 1)
    packed = packing.fit(contestant, settings, TABLE, train, valid, limits, SEEDS)
    assert isinstance(packed[1], Diverged)
    rest = [0, 2, 3]
    alone = [chain.fit(contestant, settings[i], TABLE, train, valid, limits[i], SEEDS[i]) for i in rest]
    _compare([packed[i] for i in rest], alone, valid)
    assert packed[0].parameters == alone[0].parameters


def test_a_pack_of_small_convolutions_answers_as_each_alone() -> None:
    settings = _settings("lenet5", IMAGES, CONV, [{"learning_rate": 0.001}, {}])
    contestant, train, valid = Contestant.named("lenet5"), _images(30, 0), _images(12, 1)
    packed = packing.fit(contestant, settings, IMAGES, train, valid, [LIMITS] * 2, SEEDS[:2])
    alone = [chain.fit(contestant, settings[i], IMAGES, train, valid, LIMITS, SEEDS[i]) for i in range(2)]
    _compare(packed, alone, valid)


def test_packs_are_no_larger_than_memory_and_change_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _settings("mlp", TABLE, MLP, [{"dropout": 0.1}, {"dropout": 0.2}, {"dropout": 0.4}])
    given = (Contestant.named("mlp"), settings, TABLE, _rows(40, 0), _rows(20, 1), [LIMITS] * 3, SEEDS[:3])
    whole = packing.fit(*given)
    monkeypatch.setattr(
        jax_memory, "free_bytes", lambda: 2 * jax_memory.bytes_of(whole[0].links[0].network.net, 16) / jax_memory.SHARE
    )
    assert jax_memory.nets_at_once(whole[0].links[0].network.net, 16, 3) == 2
    _compare(packing.fit(*given), whole, given[4])


def test_a_refit_without_validation_and_a_passed_deadline() -> None:
    settings = _settings("mlp", TABLE, MLP, [{"dropout": 0.1}, {"dropout": 0.3}])
    contestant, train = Contestant.named("mlp"), _rows(40, 0)
    limits = [Limits(rounds=2), Limits(rounds=2, deadline=time.monotonic() - 1)]
    free, late = packing.fit(contestant, settings, TABLE, train, None, limits, SEEDS[:2])
    assert (free.rounds, free.stopped) == ({"mlp": 2}, "")
    assert (late.rounds, late.stopped) == ({"mlp": 1}, "deadline")
    alone = chain.fit(contestant, settings[0], TABLE, train, None, limits[0], SEEDS[0])
    np.testing.assert_allclose(_answers(free, train), _answers(alone, train), atol=1e-3)


def _key(name: str = "mlp", limits: Limits = LIMITS, **values: Any) -> str | None:
    (setting,) = _settings(name, TABLE, MLP if name == "mlp" else {}, [values])
    return packing.key(Contestant.named(name), setting, TABLE, limits)


def test_settings_share_a_key_where_they_differ_in_numbers_alone() -> None:
    shared = _key()
    assert shared is not None
    assert shared == _key(learning_rate=0.1, dropout=0.4, weight_decay=1e-3, initializer="he_normal")
    others = [{"units": 16}, {"dropout": 0.0}, {"batch_size": 32}, {"optimizer": "sgd"}, {"schedule": "cosine"}]
    others += [{"clip_norm": 1.0}, {"loss": "focal"}, {"activation": "tanh"}]
    assert len({shared, *(_key(**one) for one in others)}) == 1 + len(others)


def test_what_cannot_be_packed_has_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    class Counting(keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            self.calls = getattr(self, "calls", 0) + 1
            return inputs

    assert _key("logistic") is None
    assert _key("pca+mlp") is None
    assert _key("ft_transformer") is None, "its quantiles are drawn"
    assert _key(limits=Limits(rounds=3, share=0.5)) is None
    (conv,) = _settings("lenet5", IMAGES, CONV, [{}])
    monkeypatch.setattr(packing, "_on_cpu", lambda: True)
    assert packing.key(Contestant.named("lenet5"), conv, IMAGES, LIMITS) is None, "slower together than alone"
    monkeypatch.setattr(packing, "_on_cpu", lambda: False)
    assert packing.key(Contestant.named("lenet5"), conv, IMAGES, LIMITS)
    monkeypatch.setattr(keras.layers, "Activation", lambda name: Counting())
    assert _key() is None


def test_augmented_trials_of_a_pack_draw_as_each_alone() -> None:
    settings = _settings("lenet5", IMAGES, CONV, [{"learning_rate": 0.001}, {}])
    settings = [[{**chosen, "augment": "crop+mixup"}] for (chosen,) in settings]
    contestant, train, valid = Contestant.named("lenet5"), _images(30, 0), _images(12, 1)
    packed = packing.fit(contestant, settings, IMAGES, train, valid, [LIMITS] * 2, SEEDS[:2])
    alone = [chain.fit(contestant, settings[i], IMAGES, train, valid, LIMITS, SEEDS[i]) for i in range(2)]
    _compare(packed, alone, valid)
