"""The mean box of each class: what can be said of a picture without looking at it."""

from __future__ import annotations

from typing import Self

import numpy as np

from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.forms.ragged import owners


class MeanBoxes:
    """Answers every picture with one box a class, the mean of the training boxes.

    Its score is the share of the training pictures that hold the class. Crowds are no boxes.

    >>> objects = Objects.of([(np.array([[0, 0, 4, 2], [2, 2, 4, 4]]), np.array([1, 1])), ([], [])])
    >>> found = MeanBoxes().fit(np.zeros((2, 8, 8, 1)), objects).predict(np.zeros((1, 8, 8, 1)))
    >>> found.boxes.tolist(), found.codes.tolist(), found.scores.tolist()
    ([[1.0, 1.0, 4.0, 3.0]], [1], [0.5])
    """

    def fit(self, pixels: np.ndarray, objects: Objects, seed: int = 0) -> Self:
        """Learn from the objects alone."""
        single = ~objects.crowd
        self.codes_ = np.unique(objects.codes[single])
        self.boxes_ = np.array([objects.boxes[single & (objects.codes == code)].mean(axis=0) for code in self.codes_])
        owner = owners(objects.offsets)
        held = [len(np.unique(owner[single & (objects.codes == code)])) for code in self.codes_]
        self.shares_ = np.array(held) / len(objects)
        return self

    def predict(self, pixels: np.ndarray) -> Boxes:
        """Return the same boxes for each picture."""
        return Boxes.of([(self.boxes_, self.codes_, self.shares_)] * len(pixels))
