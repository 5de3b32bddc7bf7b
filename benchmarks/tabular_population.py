"""A population of rows: nets against random features on classes, nets against bagged trees on values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from fitted_procedures import World, bagged_trees, networks, random_features
from populations import Population

from dlbench.core.form import Form
from dlbench.forms.scores import Scores
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values

SETS, FITS, ITEMS, ROWS = 4, 100, 10_000, 400
WAYS = ("wrong labels", "few epochs", "noisy column", "wrong labels of many rows")
MANY, CLEAR = 2000, 4.0
"""Rows, and how much the columns tell, of the last: nets that are right more often and move less by their seeds."""

WRONG, EPOCHS, NOISE = 0.5, 1, 1.0


def tabular(classes: int) -> Population:
    """Return a population of so many classes; 0 for values."""
    rng = np.random.default_rng([0, classes])
    world = World.of(classes, rng, 2.0 if classes else 1.0)
    inputs, target = world.rows(ITEMS, rng)
    return _population(world, target, np.stack([_fitted(world, inputs, rng) for _ in range(SETS)], axis=1))


def spoilt(way: str) -> Population:
    """Return a population of classes: nets, and the same nets spoilt in one of `WAYS`."""
    rng = np.random.default_rng([1, WAYS.index(way)])
    world = World.of(3, np.random.default_rng([0, 3]), CLEAR if "many" in way else 2.0)
    inputs, target = world.rows(ITEMS, rng)
    return _population(world, target, np.stack([_spoilt(world, inputs, way, rng) for _ in range(SETS)], axis=1))


def _population(world: World, target: np.ndarray, answers: np.ndarray) -> Population:
    good = answers.argmax(axis=-1) == target if world.classes else -((answers[..., 0] - target) ** 2)
    names = tuple(f"class {code}" for code in range(world.classes))
    truth = Truth(np.arange(ITEMS).astype(np.str_), target, names)
    ease = good[0].mean(axis=1) - good[1].mean(axis=1)
    return Population(truth, _Answers(answers), SETS, FITS, ease, np.full((SETS, ITEMS), 1 / ITEMS))


def _spoilt(world: World, inputs: np.ndarray, way: str, rng: np.random.Generator) -> np.ndarray:
    """Return (2, fits, items, outputs) answers of nets and of spoilt nets, fitted on one training set."""
    rows, target = world.rows(MANY if "many" in way else ROWS, rng)
    first = networks(world, rows, target, FITS, rng)(inputs)
    if "labels" in way:
        target = np.where(rng.random(len(rows)) < WRONG, rng.integers(world.classes, size=len(rows)), target)
    if way == "noisy column":
        rows, inputs = (_noisy(given, rng) for given in (rows, inputs))
    epochs = EPOCHS if way == "few epochs" else 12
    return np.stack([first, networks(world, rows, target, FITS, rng, epochs)(inputs)]).astype(np.float32)


def _fitted(world: World, inputs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (2, fits, items, outputs) answers of both procedures, fitted on one training set."""
    rows, target = world.rows(ROWS, rng)
    first = networks(world, rows, target, FITS, rng)(inputs)
    if not world.classes:
        return np.stack([first, bagged_trees(world, rows, target, FITS, rng)(inputs)]).astype(np.float32)
    same = np.broadcast_to(rows, (FITS, *rows.shape)), np.broadcast_to(target, (FITS, ROWS))
    return np.stack([first, random_features(world, *same, rng)(inputs)]).astype(np.float32)


def _noisy(inputs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    spoilt = inputs.copy()
    spoilt[:, 0] += rng.normal(scale=NOISE, size=len(inputs))
    return spoilt


@dataclass(frozen=True)
class _Answers:
    """(2, sets, fits, items, outputs) numbers that become forms."""

    values: np.ndarray

    def __call__(self, side: int, held: int, fit: int, items: np.ndarray) -> Form:
        told = self.values[side, held, fit][items]
        return Scores(told) if told.shape[1] > 1 else Values(told[:, 0].astype(np.float64))
