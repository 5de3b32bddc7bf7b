"""Prints how fits on several virtual devices of the CPU went; a process of its own, since devices are set up once.

Arguments: a folder for a saved model, then counts of devices. For each count and setting: history and outputs.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
from sklearn.datasets import load_digits

from dlbench.core.contestant import Contestant
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Values
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain, replicas, workshop
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

COLUMNS = tuple(Column(f"c{number}") for number in range(64))
SCHEMA = Schema("table", "Probabilities", (64,), COLUMNS, tuple("0123456789"), 193)
PLAIN = {"layers": 2, "units": 16, "batch_size": 32, "dropout": 0.0, "norm": "none"}
SETTINGS = {
    "plain": PLAIN,
    "normed": {**PLAIN, "norm": "batch", "optimizer": "adamw", "weight_decay": 1e-2, "schedule": "cosine"},
    "odd": {**PLAIN, "batch_size": 31, "clip_norm": 0.5, "optimizer": "momentum", "learning_rate": 0.05},
}


def part(first: int, last: int) -> Part:
    images, digits = load_digits(return_X_y=True)
    return Part(Table(images[first:last], columns=COLUMNS), digits[first:last].astype(np.int64))


def fit(fixed: dict[str, Any]) -> Chain:
    """Fit 193 digits, of which the last batch of 32 holds one alone, and of 31 seven."""
    mlp = Contestant.named("mlp")
    values = mlp.space(Values(fixed), SCHEMA)
    return chain.fit(mlp, values, SCHEMA, part(0, 193), part(193, 253), Limits(rounds=3), 7)


def told(fitted: Chain) -> dict[str, Any]:
    losses = [[entry["loss"], entry["val_loss"]] for entry in fitted.history]
    return {"losses": losses, "outputs": fitted.predict(part(253, 293).inputs).arrays()["values"].tolist()}


def _devices(bench: workshop.Bench) -> list[int]:
    """Return on how many devices each weight lies (TensorFlow), or is taken for by every compiled step (JAX)."""
    if keras.backend.backend() == "tensorflow":
        return [len(getattr(variable.value, "values", [0])) for variable in bench.net.variables]
    programs = [program for (kind, *_), program in bench._tools.items() if kind == "jax"]
    learners = [made for program in programs for (name, _), made in program._made.items() if name == "learn"]
    return [len(made.as_text().split("all-reduce(")) > 1 for made in learners]


def main(folder: Path, counts: list[int]) -> None:
    replicas.imagine(keras.backend.backend())
    found: dict[str, Any] = {}
    for count in counts:
        replicas.use(count)
        fitted = {name: fit(fixed) for name, fixed in SETTINGS.items()}
        found[str(count)] = {name: told(one) for name, one in fitted.items()}
        (folder / str(count)).mkdir()
        found[str(count)]["saved"] = fitted["normed"].save(folder / str(count))
        found[str(count)]["devices"] = sorted(
            {seen for bench in workshop._BENCHES.things.values() for seen in _devices(bench)}
        )
        workshop.clear()
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    main(Path(sys.argv[1]), [int(one) for one in sys.argv[2:]])
