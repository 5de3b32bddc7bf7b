"""Procedures that are really fitted, each fit by a seed of its own: small nets, bagged trees, random features.

Rows have two halves of four columns each. Both halves act on the target in the same way, so that a procedure that
sees the first half alone and one that sees the second are different fits of equal expectation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

HALF = 4
Answer = Callable[[np.ndarray], np.ndarray]
"""From (n, columns) inputs to (fits, n, outputs): scores of the classes, or one value."""


@dataclass(frozen=True)
class World:
    """Where rows come from.

    Attributes:
        classes: 0 for a target of values.
        inner: (HALF, 6) and `outer` (6, outputs): how a half acts on the target.
        bias: (outputs,) makes the classes unequal in size.
        noise: standard deviation of a value around its expectation.
    """

    classes: int
    inner: np.ndarray
    outer: np.ndarray
    bias: np.ndarray
    noise: float = 1.0

    @classmethod
    def of(cls, classes: int, rng: np.random.Generator, strength: float = 2.0) -> World:
        """Return a world drawn at random; `strength` is how much the columns tell."""
        outputs = classes or 1
        outer = strength * rng.normal(size=(6, outputs))
        return cls(classes, rng.normal(size=(HALF, 6)), outer, np.linspace(0.8, 0.0, outputs))

    def rows(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, 2 × HALF) inputs and their targets: (rows,) codes or values."""
        inputs = rng.normal(size=(rows, 2 * HALF))
        act = sum(np.tanh(half @ self.inner) @ self.outer for half in np.split(inputs, 2, axis=1)) + self.bias
        if not self.classes:
            return inputs, act[:, 0] + rng.normal(scale=self.noise, size=rows)
        return inputs, (act + rng.gumbel(size=act.shape)).argmax(axis=1)


def wanted(target: np.ndarray, classes: int) -> np.ndarray:
    """Return (..., outputs) what a fit is to answer: one-hot classes, or the value."""
    return np.eye(classes)[target] if classes else target[..., None]


def networks(
    world: World, inputs: np.ndarray, target: np.ndarray, fits: int, rng: np.random.Generator, epochs: int = 12
) -> Answer:
    """Fit nets of 16 hidden units by stochastic gradient descent; seeds draw their weights and the order of rows."""
    rows, columns = inputs.shape
    goal = wanted(target, world.classes)
    first = rng.normal(scale=columns**-0.5, size=(fits, columns, 16))
    second = rng.normal(scale=0.25, size=(fits, 16, goal.shape[1]))
    for epoch in range(epochs):
        rate = (0.3 if world.classes else 0.03) * (1 - epoch / epochs)
        order = rng.permuted(np.tile(np.arange(rows), (fits, 1)), axis=1)
        for batch in np.array_split(order, rows // 20, axis=1):
            seen = inputs[batch]
            hidden = np.tanh(seen @ first)
            error = (_shares(hidden @ second) if world.classes else hidden @ second) - goal[batch]
            back = (error @ second.swapaxes(1, 2)) * (1 - hidden**2)
            second -= rate / batch.shape[1] * hidden.swapaxes(1, 2) @ error
            first -= rate / batch.shape[1] * seen.swapaxes(1, 2) @ back
    return lambda rows: np.stack([np.tanh(rows @ a) @ b for a, b in zip(first, second, strict=True)])


def bagged_trees(world: World, inputs: np.ndarray, target: np.ndarray, fits: int, rng: np.random.Generator) -> Answer:
    """Fit bags of five trees; seeds draw the rows of each tree."""
    kind = DecisionTreeClassifier if world.classes else DecisionTreeRegressor
    bags = []
    for _ in range(fits):
        drawn = rng.integers(len(target), size=(5, len(target)))
        drawn[:, : world.classes] = [np.flatnonzero(target == code)[0] for code in range(world.classes)]
        bags.append([kind(max_depth=6, random_state=0).fit(inputs[rows], target[rows]) for rows in drawn])
    return lambda rows: np.stack([np.mean([_told(tree, rows) for tree in bag], axis=0) for bag in bags])


def random_features(
    world: World, inputs: np.ndarray, target: np.ndarray, rng: np.random.Generator
) -> Callable[[np.ndarray], np.ndarray]:
    """Fit ridge regressions on 20 random features each, one for each of a stack of training parts.

    Args:
        inputs, target: (fits, n, columns) and (fits, n): a training part each.

    Returns:
        From (fits, m, columns) inputs, or (m, columns) for all, to (fits, m, outputs).
    """
    fits, _, columns = inputs.shape
    drawn = rng.normal(size=(fits, columns, 20))
    shift = rng.normal(size=(fits, 1, 20))
    features = np.tanh(inputs @ drawn + shift)
    goal = wanted(target, world.classes)
    middle = goal.mean(axis=1, keepdims=True)
    square = features.swapaxes(1, 2) @ features + np.eye(20)
    weights = np.linalg.solve(square, features.swapaxes(1, 2) @ (goal - middle))
    return lambda rows: np.tanh(rows @ drawn + shift) @ weights + middle


def _told(tree: DecisionTreeClassifier | DecisionTreeRegressor, rows: np.ndarray) -> np.ndarray:
    if isinstance(tree, DecisionTreeClassifier):
        return np.asarray(tree.predict_proba(rows))
    return np.asarray(tree.predict(rows))[:, None]


def _shares(scores: np.ndarray) -> np.ndarray:
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponents / exponents.sum(axis=-1, keepdims=True)
