"""The loop that trains Keras nets."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.errors import Diverged
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Values
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

SMALL = {"layers": 1, "units": 32, "batch_size": 16, "learning_rate": 0.01}
COLUMNS = (Column("a"), Column("b"), Column("kind", "category", 2))


def _table(rows: int, seed: int) -> Table:
    random = np.random.default_rng(seed)
    return Table(random.normal(size=(rows, 2)), random.choice(["x", "y"], size=(rows, 1)), COLUMNS)


def _part(rows: int, seed: int, form: str = "Probabilities") -> Part:
    table = _table(rows, seed)
    total = table.numbers.sum(axis=1)
    return Part(table, 500 + 100 * total if form == "Values" else (total > 0).astype(np.int64))


def _fit(
    name: str,
    train: Part,
    form: str = "Probabilities",
    valid: Part | None = None,
    limits: Limits | None = None,
    **fixed: Any,
) -> Chain:
    schema = Schema("table", form, train.inputs.shape, COLUMNS, () if form == "Values" else ("no", "yes"), len(train))
    contestant = Contestant.named(name)
    values = contestant.space(Values({**SMALL, **fixed}), schema)
    return chain.fit(contestant, values, schema, train, valid, limits or Limits(rounds=2), 7)


def test_values_come_back_in_the_targets_unit_also_from_the_saved_net(tmp_path: Path) -> None:
    import keras

    fitted = _fit("mlp", _part(64, 0, "Values"), "Values", limits=Limits(rounds=15))
    test = _part(32, 1, "Values")
    answer = fitted.predict(test.inputs)
    assert answer.problem(32) is None
    assert np.corrcoef(answer.arrays()["values"], test.target)[0, 1] > 0.9  # type: ignore[arg-type]
    assert abs(answer.arrays()["values"].mean() - 500) < 100
    assert sorted(fitted.save(tmp_path)) == ["model.keras", "model.preparation.skops"]
    net = keras.saving.load_model(tmp_path / "model.keras")
    seen = fitted.links[0].prepared(test.inputs).astype(np.float32)  # type: ignore[attr-defined]
    np.testing.assert_allclose(net.predict(seen, verbose=0)[:, 0], answer.arrays()["values"], rtol=1e-4)
    assert _foreign_modules(tmp_path / "model.keras") == set()


def _foreign_modules(path: Path) -> set[str]:
    """Return the modules, beyond Keras's own, of the objects that a saved net is made of."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("module"):
                found.add(value["module"].split(".")[0])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    with zipfile.ZipFile(path) as archive:
        walk(json.loads(archive.read("config.json")))
    assert "keras" in found
    return found - {"keras"}


def test_early_stopping_keeps_the_best_epoch_and_a_refit_runs_exactly_as_many() -> None:
    noise = Part(_table(48, 0), np.random.default_rng(0).integers(0, 2, 48))
    lies = Part(_table(48, 1), np.random.default_rng(1).integers(0, 2, 48))
    tuned = _fit("mlp", noise, valid=lies, limits=Limits(rounds=40, patience=2), learning_rate=0.03)
    losses = [entry["val_loss"] for entry in tuned.history]
    assert tuned.stopped == "early"
    assert tuned.rounds == {"mlp": int(np.argmin(losses)) + 1}
    shares = tuned.predict(lies.inputs).arrays()["values"]
    assert -np.log(shares[np.arange(48), lies.target]).mean() == pytest.approx(min(losses), rel=1e-4)  # type: ignore[index]
    refit = _fit("mlp", noise, limits=Limits(rounds=tuned.rounds, patience=2), learning_rate=0.03)
    assert len(refit.history) == tuned.rounds["mlp"]
    assert refit.rounds == tuned.rounds
    assert refit.stopped == ""
    assert [entry["link"] for entry in refit.history] == ["mlp"] * len(refit.history)
    json.dumps(refit.history)


def test_a_passed_deadline_stops_after_one_batch_and_still_answers() -> None:
    fitted = _fit("mlp", _part(64, 0), limits=Limits(rounds=500, deadline=time.monotonic()))
    assert fitted.stopped == "deadline"
    assert len(fitted.history) == 1
    assert fitted.predict(_table(5, 1)).problem(5) is None


def test_how_many_batches_a_call_takes_changes_no_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlbench.training import tensorflow_steps

    plain = _fit("mlp", _part(70, 0), dropout=0.3)
    monkeypatch.setattr(tensorflow_steps, "GLANCE", 0.0)
    watched = _fit("mlp", _part(70, 0), dropout=0.3, limits=Limits(rounds=2, deadline=time.monotonic() + 600))
    test = _table(8, 1)
    np.testing.assert_array_equal(plain.predict(test).arrays()["values"], watched.predict(test).arrays()["values"])
    assert [entry["loss"] for entry in plain.history] == pytest.approx([entry["loss"] for entry in watched.history])


def test_the_compiled_steps_learn_what_keras_own_fit_learns() -> None:
    """One batch an epoch, so that order does not matter: the same net must take the same steps."""
    import keras

    from dlbench.losses.cross_entropy import CrossEntropy
    from dlbench.training.optimisers import Recipe
    from dlbench.training.teaching import Examples, Plan, Teacher, forward
    from dlbench.training.watch import Watch

    random = np.random.default_rng(0)
    train = Examples(random.normal(size=(20, 3)).astype(np.float32), random.integers(0, 2, 20).astype(np.int32))
    values = {"optimizer": "adamw", "learning_rate": 0.05, "schedule": "cosine", "weight_decay": 0.01, "clip_norm": 0.1}
    keras.utils.set_random_seed(1)
    ours = keras.Sequential([keras.Input((3,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(2)])
    theirs = keras.models.clone_model(ours)
    theirs.set_weights(ours.get_weights())
    lost = CrossEntropy().build(train.target, 2)
    Teacher(ours, lost, Recipe(values, 6)).teach(train, None, Plan(6, 20, 1), Watch(ours, Limits()))
    theirs.compile(Recipe(values, 6).build(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    theirs.fit(train.inputs, train.target, batch_size=20, epochs=6, verbose=0)
    np.testing.assert_allclose(
        forward(ours, train.inputs), theirs.predict(train.inputs, verbose=0), rtol=1e-4, atol=1e-5
    )


def test_numbers_that_leave_the_finite_are_named() -> None:
    broken = Part(_table(32, 0), np.full(32, 1e300) * np.where(np.arange(32) % 2, 1, -1) * 1e8)
    with pytest.raises(Diverged, match="learning_rate"), np.errstate(all="ignore"):
        _fit("mlp", broken, "Values")


def test_seconds_and_parameters_are_told() -> None:
    fitted = _fit("mlp", _part(64, 0))
    assert fitted.parameters == (4 * 32 + 32) + (32 * 2 + 2)
    assert fitted.seconds["compile"] > 0
    assert fitted.seconds["fit"] > 0
    assert all(entry["seconds"] > 0 for entry in fitted.history)


def test_an_autoencoder_before_kmeans_uses_validation_inputs_and_keeps_its_rounds(tmp_path: Path) -> None:
    train, valid = (Part(_table(rows, seed), None) for rows, seed in ((64, 0), (32, 1)))
    prefixed = {"autoencoder.units": 64, "autoencoder.code": 2, "autoencoder.batch_size": 16}
    tuned = _fit("autoencoder+kmeans", train, "Clusters", valid, Limits(rounds=3), **prefixed)
    assert all(entry["val_loss"] is not None for entry in tuned.history)
    assert tuned.rounds.keys() == {"autoencoder"}
    assert tuned.predict(_table(9, 2)).problem(9) is None
    assert sorted(tuned.save(tmp_path)) == [
        "1_autoencoder.encoder.keras",
        "1_autoencoder.keras",
        "1_autoencoder.preparation.skops",
        "2_kmeans.skops",
    ]


def test_the_same_seed_gives_the_same_digits_in_another_process() -> None:
    here = _fit("mlp", _part(64, 0), dropout=0.3).predict(_table(8, 1)).arrays()["values"]
    script = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "import test_networks as t\n"
        "fitted = t._fit('mlp', t._part(64, 0), dropout=0.3)\n"
        "print(fitted.predict(t._table(8, 1)).arrays()['values'].tobytes().hex())\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split()[-1] == here.tobytes().hex()
