"""The mean box of each class, filled: what can be said of an object's pixels without looking at a picture."""

from __future__ import annotations

from typing import Self

import numpy as np

from dlbench.forms.instances import Instances
from dlbench.forms.objects import Objects
from dlbench.prepare.mean_boxes import MeanBoxes


class FilledBoxes:
    """Answers every picture with one object a class, all pixels of the mean of the training boxes.

    >>> objects = Objects.of([(np.array([[0, 0, 4, 2], [2, 2, 4, 4]]), np.array([1, 1])), ([], [])])
    >>> found = FilledBoxes().fit(np.zeros((2, 8, 8, 1)), objects).predict(np.zeros((1, 8, 8, 1)))
    >>> found.to_boxes().boxes.tolist(), found.codes.tolist(), found.scores.tolist()
    ([[1.0, 1.0, 4.0, 3.0]], [1], [0.5])
    """

    def fit(self, pixels: np.ndarray, objects: Objects, seed: int = 0) -> Self:
        """Learn from the boxes alone."""
        self.boxes_ = MeanBoxes().fit(pixels, objects, seed)
        return self

    def predict(self, pixels: np.ndarray) -> Instances:
        """Return the same objects for each picture."""
        said = self.boxes_.predict(pixels[:1])
        masks = [_filled(box, *pixels.shape[1:3]) for box in said.boxes]
        return Instances.of([(masks, said.codes.tolist(), said.scores.tolist())] * len(pixels))


def _filled(box: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return (height, width) booleans: the pixels whose middle lies in the box, one at least."""
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    down, across = np.arange(height) + 0.5, np.arange(width) + 0.5
    mask: np.ndarray = ((down >= top) & (down < bottom))[:, np.newaxis] & ((across >= left) & (across < right))
    if not mask.any():
        mask[min(int(top), height - 1), min(int(left), width - 1)] = True
    return np.asarray(mask)
