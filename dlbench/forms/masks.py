"""Masks: the class of every pixel of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form


@dataclass(frozen=True)
class Masks(Form):
    """Semantic segmentation: class codes pixel by pixel.

    Of pixels that nobody is asked about the truth has -1; a prediction has none such.

    Attributes:
        codes: (n, height, width) int16, positions in the task's classes, of which 0 is the background.
    """

    codes: np.ndarray

    name = "Masks"

    def arrays(self) -> dict[str, np.ndarray]:
        return {"codes": self.codes}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        codes = np.asarray(arrays["codes"]).astype(np.int16)
        if codes.ndim != 3:
            raise ValueError(f"{cls.name}: expected (n, height, width) codes, got shape {codes.shape}")
        return cls(codes)

    def problem(self, items: int) -> str | None:
        if self.codes.ndim != 3 or len(self.codes) != items:
            return f"expected masks of {items} pictures, got shape {self.codes.shape}"
        return "a class below zero" if self.codes.min(initial=0) < 0 else None
