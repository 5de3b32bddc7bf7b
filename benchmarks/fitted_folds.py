"""Two procedures cross-validated on data sets drawn afresh: each sees one half of the columns, so neither is better.

The halves are drawn alike and act alike on the target (fitted_procedures.py): over data sets the two are expected to
score the same, exactly, while on every single data set they are different models that err on different rows.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from fitted_procedures import HALF, World, random_features

ROWS, CLASSES = 200, 2
MANY, TEST = 4000, 500


@cache
def world() -> World:
    """Return where the data sets come from."""
    return World.of(CLASSES, np.random.default_rng(11))


def accuracies(folds: int, repeats: int, rng: np.random.Generator, rows: int = ROWS) -> np.ndarray:
    """Return (2, repeats × folds) accuracies of both procedures, fitted on a data set drawn from `rng`."""
    inputs, target = world().rows(rows, rng)
    orders = rng.permuted(np.tile(np.arange(rows), (repeats, 1)), axis=1).reshape(repeats, folds, rows // folds)
    test = orders.reshape(repeats * folds, -1)
    train = np.stack([np.delete(order, fold, axis=0).reshape(-1) for order in orders for fold in range(folds)])
    return np.stack([_scored(inputs[:, columns], target, train, test, rng) for columns in halves()])


def halves() -> tuple[slice, slice]:
    """Return the columns that each procedure sees."""
    return slice(0, HALF), slice(HALF, 2 * HALF)


@cache
def expected_accuracy(folds: int) -> float:
    """Return what either procedure is expected to score when fitted on all but one fold: 4,000 fits, 500 rows each."""
    rng, found = np.random.default_rng(12), []
    for _ in range(MANY // 100):
        inputs, target = world().rows(100 * (ROWS - ROWS // folds), rng)
        fit = random_features(world(), inputs[:, :HALF].reshape(100, -1, HALF), target.reshape(100, -1), rng)
        fresh, truth = world().rows(100 * TEST, rng)
        told = fit(fresh[:, :HALF].reshape(100, TEST, HALF))
        found.append((told.argmax(axis=-1) == truth.reshape(100, TEST)).mean())
    return float(np.mean(found))


def _scored(
    inputs: np.ndarray, target: np.ndarray, train: np.ndarray, test: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return one accuracy for each of the (fits, n) training and (fits, m) test parts."""
    told = random_features(world(), inputs[train], target[train], rng)(inputs[test])
    return np.asarray((told.argmax(axis=-1) == target[test]).mean(axis=1))


def on_another_task(rng: np.random.Generator) -> np.ndarray:
    """Return (2,) accuracies of both procedures on a task of its own: another world, 160 rows to fit, 200 to test."""
    there = World.of(CLASSES, rng)
    inputs, target = there.rows(360, rng)
    fitted = [random_features(there, inputs[None, :160, held], target[None, :160], rng) for held in halves()]
    told = np.stack([fit(inputs[160:, held])[0] for fit, held in zip(fitted, halves(), strict=True)])
    return np.asarray((told.argmax(axis=-1) == target[160:]).mean(axis=1))
