"""Pixels and the objects they make up: objects painted as the class of every pixel, and connected pixels as objects."""

from __future__ import annotations

import numpy as np

from dlbench.forms.instances import Instances
from dlbench.forms.outlined import OutlinedObjects
from dlbench.forms.ragged import owners
from dlbench.prepare.thinning import KEPT

LEAST = 8
"""Pixels of an object at least; fewer are taken for noise."""


def painted(objects: OutlinedObjects, height: int, width: int) -> np.ndarray:
    """Return (n, height, width) int16: 0 for the ground, else 1 + the class of the object that a pixel belongs to.

    Of objects that overlap the smaller one lies on top. Pixels of a crowd alone belong to no class, -1.

    >>> painted(OutlinedObjects.outlined([([np.eye(2)], [1])]), 2, 2).tolist()
    [[[2, 0], [0, 2]]]
    """
    found = np.zeros((len(objects), height, width), dtype=np.int16)
    owner = owners(objects.offsets)
    for place in np.lexsort((-objects.areas, ~objects.crowd)):  # crowds first, then from large to small
        code = -1 if objects.crowd[place] else 1 + objects.codes[place]
        found[owner[place]][objects.masks.decode(int(place))] = code
    return found


def instances_of(probabilities: np.ndarray) -> Instances:
    """Return connected pixels of one class as an object, as sure as its pixels are of that class in the mean.

    Pixels are connected by their edges. Two objects of one class that touch are one here.

    Args:
        probabilities: (n, height, width, 1 + classes), the ground first.

    >>> two = np.zeros((1, 4, 9, 2))
    >>> two[0, :, :3, 1], two[0, :, 5:, 1] = 0.9, 0.8
    >>> two[..., 0] = 1 - two[..., 1]
    >>> found = instances_of(two)
    >>> found.scores.round(3).tolist(), found.to_boxes().boxes.tolist()
    ([0.9, 0.8], [[0.0, 0.0, 3.0, 4.0], [5.0, 0.0, 4.0, 4.0]])
    """
    return Instances.of([_found(picture, picture.argmax(axis=-1)) for picture in probabilities])


def _found(probabilities: np.ndarray, codes: np.ndarray) -> tuple[list[np.ndarray], list[int], list[float]]:
    """Return masks, classes and scores of one picture, the surest first."""
    from scipy.ndimage import label

    found: list[tuple[float, int, np.ndarray]] = []
    for code in np.unique(codes[codes > 0]).tolist():
        numbers, count = label(codes == code)
        sizes = np.bincount(numbers.reshape(-1), minlength=count + 1)
        sums = np.bincount(numbers.reshape(-1), probabilities[..., code].reshape(-1), count + 1)
        large = [number for number in range(1, count + 1) if sizes[number] >= LEAST]
        found.extend((float(sums[number] / sizes[number]), code - 1, numbers == number) for number in large)
    found.sort(key=lambda one: -one[0])
    kept = found[:KEPT]
    return [mask for _, _, mask in kept], [code for _, code, _ in kept], [score for score, _, _ in kept]
