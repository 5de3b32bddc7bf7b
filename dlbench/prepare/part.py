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
        target: (n,) int64 class codes or float64 values; None where the target is hidden.
    """

    inputs: Inputs
    target: np.ndarray | None

    def __len__(self) -> int:
        return len(self.inputs)

    def take(self, index: np.ndarray) -> Part:
        """Return the items at `index`."""
        return Part(self.inputs.take(index), None if self.target is None else self.target[index])
