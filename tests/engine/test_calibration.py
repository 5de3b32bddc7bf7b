"""Precision and jit: what is asked for is done, what `auto` comes to is measured at most once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench import load_suite, machine, plan
from dlbench.core.contestant import Contestant
from dlbench.core.job import JobSpec
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.engine import calibration
from dlbench.engine.calibration import Chosen
from dlbench.losses.cross_entropy import CrossEntropy
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain, workshop
from dlbench.training.limits import Limits
from dlbench.training.optimisers import Recipe
from dlbench.training.teaching import Examples, Plan, Teacher, forward
from dlbench.training.watch import Watch


@pytest.fixture(autouse=True)
def _plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DLBENCH_CACHE_DIR", str(tmp_path / "cache"))
    yield
    calibration._apply(Chosen())
    workshop.clear()


def _spec(**protocol: Any) -> JobSpec:
    suite = {"name": "t", "tasks": ["digits"], "models": ["mlp"], "protocol": protocol}
    return plan(load_suite(suite)).jobs[0]


def test_the_key_holds_what_was_asked_for() -> None:
    asked = [{}, {"precision": "mixed"}, {"precision": "float32"}, {"jit": "on"}, {"jit": "off"}]
    assert len({_spec(**one).key for one in asked}) == len(asked)
    assert _spec(precision="auto", jit="auto").key == _spec().key


def test_without_a_gpu_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "_on_gpu", lambda backend: False)
    monkeypatch.setattr(calibration, "_seconds", lambda choice: pytest.fail("measured"))
    assert calibration.settle(_spec()).precision == "float32"
    assert calibration.computed(_spec())["precision"] == "float32"


def test_with_a_gpu_it_is_measured_once_and_what_was_asked_for_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Chosen] = []

    def seconds(choice: Chosen) -> tuple[float, float]:
        measured.append(choice)
        return (1.0, 1.0) if choice.precision == "float32" else (0.5, 0.5)

    monkeypatch.setattr(calibration, "_on_gpu", lambda backend: True)
    monkeypatch.setattr(calibration, "_seconds", seconds)
    assert calibration.settle(_spec()).precision == "mixed"
    once = len(measured)
    assert calibration.settle(_spec()).precision == "mixed"
    assert len(measured) == once > 0
    assert calibration.settle(replace(_spec(), precision="float32")).precision == "float32"
    next(Path(calibration.cache_folder(), "calibration").glob("*.json")).write_text("{")
    assert calibration.settle(_spec()).precision == "mixed"
    assert len(measured) == 2 * once


def test_jobs_that_start_together_measure_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[Chosen] = []
    together = threading.Barrier(3)

    def seconds(choice: Chosen) -> tuple[float, float]:
        measured.append(choice)
        time.sleep(0.02)
        return (0.5, 0.5) if len(measured) == 2 else (1.0, 1.0)  # measured again, something else would win

    def settle(_: int) -> Chosen:
        together.wait(10)
        return calibration._measured("tensorflow")

    monkeypatch.setattr(calibration, "_seconds", seconds)
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(settle, range(3)))
    assert measured == calibration._choices("tensorflow")
    assert found == [measured[1]] * 3


def test_a_cache_that_cannot_be_written_is_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DLBENCH_CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(calibration, "_seconds", lambda choice: (0.5 if choice.precision == "mixed" else 1.0,))
    assert calibration._measured("jax") == Chosen("mixed")


def _put_card(folder: Path, number: int, model: str) -> None:
    (folder / f"0000:0{number}").mkdir(exist_ok=True)
    (folder / f"0000:0{number}" / "information").write_text(f"Model: \t {model}\nGPU UUID: \t GPU-{number}\n")


def test_what_one_card_has_measured_holds_for_its_like(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "CARDS", tmp_path)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    _put_card(tmp_path, 0, "NVIDIA H100")
    one = calibration._machine("tensorflow")
    _put_card(tmp_path, 1, "NVIDIA H100")
    names = [calibration._machine("tensorflow")]
    for seen in ("0", "1", "0,1", "GPU-1"):
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", seen)
        names.append(calibration._machine("tensorflow"))
    assert set(names) == {one}
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert calibration._machine("tensorflow") != one, "none is seen"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    _put_card(tmp_path, 1, "NVIDIA L4")
    assert calibration._machine("tensorflow") != one, "there is another model"


def _losses(chosen: Chosen) -> list[float]:
    import keras

    calibration._apply(chosen)
    random = np.random.default_rng(0)
    inputs = random.normal(size=(40, 6)).astype(np.float32)
    examples = Examples(inputs, (inputs.sum(axis=1) > 0).astype(np.int32))
    keras.utils.set_random_seed(3)
    net = keras.Sequential([keras.Input((6,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(2)])
    watch = Watch(net, Limits())
    loss = CrossEntropy().build(examples.target, 2)
    Teacher(net, loss, Recipe({"learning_rate": 0.03}, 9)).teach(examples, examples, Plan(3, 16, 1), watch)
    assert forward(net, inputs).dtype == np.float32
    return [entry["val_loss"] for entry in watch.history]


def test_mixed_precision_and_jit_learn_the_same_within_their_precision() -> None:
    plain = _losses(Chosen())
    assert plain[-1] < plain[0]
    np.testing.assert_allclose(_losses(Chosen(jit=True)), plain, rtol=1e-4)
    mixed = _losses(Chosen("mixed"))
    assert mixed != plain
    np.testing.assert_allclose(mixed, plain, rtol=0.05)


def test_a_net_with_max_pooling_learns_with_jit_too() -> None:
    """XLA knows no gradient of it that is the same every time, which fits ask for: such a step is not compiled."""
    calibration._apply(Chosen(jit=True))
    images = Images(np.random.default_rng(0).integers(0, 256, (8, 12, 12, 1)).astype(np.uint8))
    schema, contestant = Schema("image", "Probabilities", (12, 12, 1), (), tuple("ab"), 8), Contestant.named("lenet5")
    values = contestant.space(Values({"filters": 2, "batch_size": 4}), schema)
    part = Part(images, np.arange(8) % 2)
    fitted = chain.fit(contestant, values, schema, part, None, Limits(rounds=2), 1)
    assert np.isfinite([epoch["loss"] for epoch in fitted.history]).all()
    assert not calibration.computed(_spec())["jit"]
    calibration._apply(Chosen(jit=True))
    chain.fit(contestant, values, schema, part, None, Limits(rounds=2), 2)
    assert not calibration.computed(_spec())["jit"], "its steps are at hand from the fit before, and not compiled"


def test_the_record_says_what_was_compiled() -> None:
    _losses(Chosen())
    assert not calibration.computed(_spec())["jit"]
    _losses(Chosen(jit=True))
    assert calibration.computed(_spec())["jit"]
