"""Instances: the objects found in each picture, which pixels each of them has, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms import ragged
from dlbench.forms.boxes import Boxes
from dlbench.forms.mask_runs import MaskRuns


@dataclass(frozen=True)
class Instances(Form):
    """Objects of n pictures with a mask each, picture by picture; masks may overlap, a picture may hold none.

    Attributes:
        masks: m of them, of the pictures' size.
        codes: (m,) integers, positions in the task's classes.
        scores: (m,) floats, larger meaning surer.
        offsets: (n + 1,) integers; those of picture i lie at offsets[i]:offsets[i + 1].
    """

    masks: MaskRuns
    codes: np.ndarray
    scores: np.ndarray
    offsets: np.ndarray

    name = "Instances"
    offers = ("Boxes",)

    @classmethod
    def of(cls, found: Sequence[tuple[Sequence[np.ndarray], Sequence[int], Sequence[float]]]) -> Self:
        """Return the form of one (masks, codes, scores) a picture; masks are (height, width) booleans.

        >>> Instances.of([([np.eye(2)], [1], [0.9]), ([], [], [])]).to_boxes().boxes.tolist()
        [[0.0, 0.0, 2.0, 2.0]]
        """
        return cls(
            MaskRuns.of([mask for masks, _, _ in found for mask in masks]),
            np.array([code for _, codes, _ in found for code in codes], dtype=np.int64),
            np.array([score for _, _, scores in found for score in scores], dtype=np.float64),
            ragged.offsets_of([len(codes) for _, codes, _ in found]),
        )

    def to_boxes(self) -> Boxes:
        """Return the box around each mask."""
        return Boxes(self.masks.boxes.astype(np.float64), self.codes, self.scores, self.offsets)

    def arrays(self) -> dict[str, np.ndarray]:
        return {**self.masks.arrays(), "codes": self.codes, "scores": self.scores, "offsets": self.offsets}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        form = cls(
            MaskRuns.from_arrays(arrays),
            np.asarray(arrays["codes"]).astype(np.int64),
            np.asarray(arrays["scores"]),
            np.asarray(arrays["offsets"]).astype(np.int64),
        )
        if (wrong := form._misshapen()) is not None:
            raise ValueError(f"{cls.name}: {wrong}")
        return form

    def take(self, index: np.ndarray) -> Self:
        places, offsets = ragged.taken(self.offsets, index)
        return type(self)(self.masks.take(places), self.codes[places], self.scores[places], offsets)

    def problem(self, items: int) -> str | None:
        if (wrong := self.masks.misshapen() or self._misshapen()) is not None:
            return wrong
        if len(self.offsets) != items + 1:
            return f"expected instances of {items} pictures, got those of {len(self.offsets) - 1}"
        if not np.isfinite(self.scores).all():
            return "scores that are not finite"
        if self.masks.areas.min(initial=1) < 1:
            return "a mask without any pixel"
        return "a class below zero" if self.codes.min(initial=0) < 0 else None

    def _misshapen(self) -> str | None:
        if not self.codes.shape == self.scores.shape == (len(self.masks),):
            return f"expected a class and a score for each of {len(self.masks)} masks"
        return ragged.misplaced(self.offsets, len(self.masks))
