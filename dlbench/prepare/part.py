"""A part of a dataset, as a contestant gets it: training rows, or test inputs without their truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.prepare.data import Inputs


@dataclass(frozen=True)
class Part:
    """n items.

    Attributes:
        inputs: a Table or Images of n items.
        target: as in `Data`; None where the target is hidden.
        weights: (n,) float64 from 0 on, how much each counts in a fit; None where all count alike.
    """

    inputs: Inputs
    target: np.ndarray | None
    weights: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, index: np.ndarray) -> Part:
        """Return the items at `index`."""
        held = (self.target, self.weights)
        return Part(self.inputs.take(index), *(None if array is None else array[index] for array in held))
