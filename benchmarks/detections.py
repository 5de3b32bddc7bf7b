"""A population of scenes and two tiny detectors that are really fitted: candidates of a blob finder, classified.

A scene holds discs, squares and rings of some size and brightness, and clutter that is none of them. What stands out
of the smoothed scene is a candidate; six numbers describe it. One detector sorts candidates by softmax regression
(stochastic gradient descent on half of the training candidates, which its seed draws), the other by five trees.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from fitted_procedures import Answer, World, bagged_trees
from populations import Population
from scipy import ndimage

from dlbench.core.form import Form
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth

SETS, FITS, SCENES, TRAINED, WIDTH = 3, 40, 1500, 60, 40
KINDS = ("disc", "square", "ring")
CLUTTER = len(KINDS)


@dataclass(frozen=True)
class Scene:
    """What is there, and what stands out.

    Attributes:
        boxes, codes: (m, 4) and (m,) objects.
        found, numbers: (c, 4) boxes and (c, 6) numbers of the candidates.
        kinds: (c,) what each candidate is: the class of the object it lies on, or clutter.
    """

    boxes: np.ndarray
    codes: np.ndarray
    found: np.ndarray
    numbers: np.ndarray
    kinds: np.ndarray


def scene(rng: np.random.Generator) -> Scene:
    """Draw a scene and find its candidates."""
    places = rng.permutation(16)[: rng.integers(2, 7)]
    picture = rng.normal(scale=0.25, size=(WIDTH, WIDTH))
    boxes, codes = [], []
    for place in places:
        kind, radius = int(rng.integers(CLUTTER + 1)), rng.uniform(2.5, 4.2)
        middle = np.array(divmod(int(place), 4)) * 10 + rng.uniform(4.0, 6.0, size=2)
        picture += rng.uniform(0.7, 1.6) * _shape(kind, middle, radius)
        if kind < CLUTTER:
            boxes.append([middle[1] - radius, middle[0] - radius, 2 * radius, 2 * radius])
            codes.append(kind)
    found, numbers = _candidates(picture)
    held = np.array(boxes).reshape(-1, 4)
    return Scene(held, np.array(codes, dtype=np.int64), found, numbers, _kinds(held, np.array(codes), found))


def detected(seed: int = 0) -> Population:
    """Return the population: softmax regression against trees."""
    rng = np.random.default_rng([seed, 4])
    scenes = [scene(rng) for _ in range(SCENES)]
    numbers = np.concatenate([each.numbers for each in scenes])
    objects = Objects.of([(each.boxes, each.codes) for each in scenes])
    truth = Truth.of(np.arange(SCENES).astype(np.str_), objects, KINDS)
    boxes = Boxes.of([(each.found, each.kinds, np.zeros(len(each.found))) for each in scenes])
    shares = np.stack([_fitted(numbers, held) for held in rng.spawn(SETS)], axis=1)
    right = np.take_along_axis(shares.mean(axis=2), boxes.codes[None, None, :, None], axis=3)[..., 0]
    sums = np.pad((right[0] - right[1]).cumsum(axis=1), ((0, 0), (1, 0)))
    ease = np.diff(sums[:, boxes.offsets], axis=1)
    return Population(truth, _Answers(boxes, shares), SETS, FITS, ease, np.full((SETS, SCENES), 1 / SCENES))


def softmax(numbers: np.ndarray, kinds: np.ndarray, fits: int, rng: np.random.Generator) -> Answer:
    """Fit softmax regressions, each on half of the candidates in an order of its own."""
    weights, goal = np.zeros((fits, numbers.shape[1] + 1, CLUTTER + 1)), np.eye(CLUTTER + 1)[kinds]
    seen = np.column_stack([numbers, np.ones(len(numbers))])
    order = rng.permuted(np.tile(np.arange(len(numbers)), (fits, 1)), axis=1)[:, : len(numbers) // 2]
    for epoch in range(10):
        for batch in np.array_split(rng.permuted(order, axis=1), len(order[0]) // 10, axis=1):
            error = _shares(seen[batch] @ weights) - goal[batch]
            weights -= 0.3 * (1 - epoch / 10) / batch.shape[1] * seen[batch].swapaxes(1, 2) @ error
    return lambda rows: _shares(np.column_stack([rows, np.ones(len(rows))]) @ weights)


@dataclass(frozen=True)
class _Answers:
    """Candidates of all scenes, and the (2, sets, fits, candidates, kinds) shares that the fits give them."""

    boxes: Boxes
    shares: np.ndarray

    def __call__(self, side: int, held: int, fit: int, items: np.ndarray) -> Form:
        told = self.shares[side, held, fit][:, :CLUTTER]
        whole = Boxes(self.boxes.boxes, told.argmax(axis=1), told.max(axis=1).astype(np.float64), self.boxes.offsets)
        return whole.take(items)


def _fitted(numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return (2, fits, candidates, kinds) answers of both detectors, fitted on one set of scenes."""
    scenes = [scene(rng) for _ in range(TRAINED)]
    rows, kinds = np.concatenate([each.numbers for each in scenes]), np.concatenate([each.kinds for each in scenes])
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    world = World.of(CLUTTER + 1, rng)
    both = (
        softmax((rows - middle) / spread, kinds, FITS, rng),
        bagged_trees(world, (rows - middle) / spread, kinds, FITS, rng),
    )
    return np.stack([fit((numbers - middle) / spread) for fit in both]).astype(np.float32)


def _shape(kind: int, middle: np.ndarray, radius: float) -> np.ndarray:
    """Return a shape of brightness 1: disc, square, ring, or a smear."""
    down, right = (np.arange(WIDTH) + 0.5 - middle[0])[:, None], (np.arange(WIDTH) + 0.5 - middle[1])[None, :]
    far = np.hypot(down, right)
    if kind == 1:
        return ((abs(down) <= radius) & (abs(right) <= radius)).astype(float)
    if kind == 2:
        return ((far <= radius) & (far >= radius - 1.5)).astype(float)
    if kind == CLUTTER:
        return np.asarray(np.exp(-((down / radius) ** 2) - (2 * right / radius) ** 2))
    return (far <= radius).astype(float)


def _candidates(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (c, 4) boxes around what stands out of a smoothed picture, and (c, 6) numbers of each."""
    smooth = ndimage.gaussian_filter(picture, 0.7)
    labels, count = ndimage.label(smooth > 0.4)
    boxes, numbers = np.zeros((count, 4)), np.zeros((count, 6))
    for place, (down, right) in enumerate(ndimage.find_objects(labels)):
        inside = labels[down, right] == place + 1
        part, height, width = smooth[down, right], down.stop - down.start, right.stop - right.start
        boxes[place] = (right.start, down.start, width, height)
        middle = part[height // 2, width // 2]
        numbers[place] = (part[inside].max(), part[inside].mean(), middle, inside.sum(), inside.mean(), width - height)
    large = boxes[:, 2] * boxes[:, 3] > 6
    return boxes[large], numbers[large]


def _kinds(boxes: np.ndarray, codes: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return the class of the object whose middle lies nearest to a candidate's, within 3 pixels, else clutter."""
    if not len(boxes) or not len(found):
        return np.full(len(found), CLUTTER)
    middles, centres = boxes[:, :2] + boxes[:, 2:] / 2, found[:, :2] + found[:, 2:] / 2
    far = np.hypot(*(centres[:, None] - middles[None]).transpose(2, 0, 1))
    return np.where(far.min(axis=1) < 3, codes[far.argmin(axis=1)], CLUTTER)


def _shares(scores: np.ndarray) -> np.ndarray:
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponents / exponents.sum(axis=-1, keepdims=True)
