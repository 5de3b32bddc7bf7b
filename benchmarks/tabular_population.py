"""A population of rows: nets against random features on classes, nets against bagged trees on values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from fitted_procedures import World, bagged_trees, networks, random_features
from populations import Population

from dlbench.core.form import Form
from dlbench.forms.scores import Scores
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values

SETS, FITS, ITEMS, ROWS = 4, 100, 10_000, 400


@dataclass(frozen=True)
class Way:
    """How a procedure is spoilt, and what both procedures are fitted on.

    Attributes:
        wrong: share of the training labels that are drawn at random.
        epochs: of training.
        noise: standard deviation of what is added to a column, in training and after.
        rows: of training; `clear`: how much the columns tell.
    """

    wrong: float = 0.0
    epochs: int = 12
    noise: float = 0.0
    rows: int = ROWS
    clear: float = 2.0


WAYS: Mapping[str, Way] = {
    "wrong labels": Way(wrong=0.5),
    "few epochs": Way(epochs=1),
    "noisy column": Way(noise=1.0),
    "wrong labels of many rows": Way(wrong=0.5, rows=2000, clear=4.0),
}
"""The draws of a way depend on its place. Nets of the last are right more often and move less by their seeds."""


def tabular(classes: int) -> Population:
    """Return a population of so many classes; 0 for values."""
    rng = np.random.default_rng([0, classes])
    world = World.of(classes, rng, 2.0 if classes else 1.0)
    inputs, target = world.rows(ITEMS, rng)
    return _population(world, target, np.stack([_fitted(world, inputs, rng) for _ in range(SETS)], axis=1))


def spoilt(way: str) -> Population:
    """Return a population of classes: nets, and the same nets spoilt in one of `WAYS`."""
    rng = np.random.default_rng([1, list(WAYS).index(way)])
    world = World.of(3, np.random.default_rng([0, 3]), WAYS[way].clear)
    inputs, target = world.rows(ITEMS, rng)
    return _population(world, target, np.stack([_spoilt(world, inputs, WAYS[way], rng) for _ in range(SETS)], axis=1))


def _population(world: World, target: np.ndarray, answers: np.ndarray) -> Population:
    good = answers.argmax(axis=-1) == target if world.classes else -((answers[..., 0] - target) ** 2)
    names = tuple(f"class {code}" for code in range(world.classes))
    truth = Truth(np.arange(ITEMS).astype(np.str_), target, names)
    ease = good[0].mean(axis=1) - good[1].mean(axis=1)
    return Population(truth, _Answers(answers), SETS, FITS, ease, np.full((SETS, ITEMS), 1 / ITEMS))


def _spoilt(world: World, inputs: np.ndarray, way: Way, rng: np.random.Generator) -> np.ndarray:
    """Return (2, fits, items, outputs) answers of nets and of spoilt nets, fitted on one training set."""
    rows, target = world.rows(way.rows, rng)
    first = networks(world, rows, target, FITS, rng)(inputs)
    if way.wrong:
        target = np.where(rng.random(len(rows)) < way.wrong, rng.integers(world.classes, size=len(rows)), target)
    if way.noise:
        rows, inputs = (_noisy(given, way.noise, rng) for given in (rows, inputs))
    return np.stack([first, networks(world, rows, target, FITS, rng, way.epochs)(inputs)]).astype(np.float32)


def _fitted(world: World, inputs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (2, fits, items, outputs) answers of both procedures, fitted on one training set."""
    rows, target = world.rows(ROWS, rng)
    first = networks(world, rows, target, FITS, rng)(inputs)
    if not world.classes:
        return np.stack([first, bagged_trees(world, rows, target, FITS, rng)(inputs)]).astype(np.float32)
    same = np.broadcast_to(rows, (FITS, *rows.shape)), np.broadcast_to(target, (FITS, ROWS))
    return np.stack([first, random_features(world, *same, rng)(inputs)]).astype(np.float32)


def _noisy(inputs: np.ndarray, noise: float, rng: np.random.Generator) -> np.ndarray:
    spoilt = inputs.copy()
    spoilt[:, 0] += rng.normal(scale=noise, size=len(inputs))
    return spoilt


@dataclass(frozen=True)
class _Answers:
    """(2, sets, fits, items, outputs) numbers that become forms."""

    values: np.ndarray

    def __call__(self, side: int, held: int, fit: int, items: np.ndarray) -> Form:
        told = self.values[side, held, fit][items]
        return Scores(told) if told.shape[1] > 1 else Values(told[:, 0].astype(np.float64))
