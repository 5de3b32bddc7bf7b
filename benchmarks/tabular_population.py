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


def tabular(classes: int, *, seed: int = 0) -> Population:
    """Return a population of so many classes; 0 for values."""
    rng = np.random.default_rng([seed, classes])
    world = World.of(classes, rng, 2.0 if classes else 1.0)
    inputs, target = world.rows(ITEMS, rng)
    answers = np.stack([_fitted(world, inputs, rng) for _ in range(SETS)], axis=1)
    good = answers.argmax(axis=-1) == target if classes else -((answers[..., 0] - target) ** 2)
    ease = good[0].mean(axis=1) - good[1].mean(axis=1)
    names = tuple(f"class {code}" for code in range(classes))
    truth = Truth(np.arange(ITEMS).astype(np.str_), target, names)
    return Population(truth, _Answers(answers), SETS, FITS, ease, np.full((SETS, ITEMS), 1 / ITEMS))


def _fitted(world: World, inputs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (2, fits, items, outputs) answers of both procedures, fitted on one training set."""
    rows, target = world.rows(ROWS, rng)
    first = networks(world, rows, target, FITS, rng)(inputs)
    if not world.classes:
        return np.stack([first, bagged_trees(world, rows, target, FITS, rng)(inputs)]).astype(np.float32)
    same = np.broadcast_to(rows, (FITS, *rows.shape)), np.broadcast_to(target, (FITS, ROWS))
    return np.stack([first, random_features(world, *same, rng)(inputs)]).astype(np.float32)


@dataclass(frozen=True)
class _Answers:
    """(2, sets, fits, items, outputs) numbers that become forms."""

    values: np.ndarray

    def __call__(self, side: int, held: int, fit: int, items: np.ndarray) -> Form:
        told = self.values[side, held, fit][items]
        return Scores(told) if told.shape[1] > 1 else Values(told[:, 0].astype(np.float64))
