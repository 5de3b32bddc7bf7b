"""Boxes: what was found in each picture, where, and how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms import ragged


@dataclass(frozen=True)
class Boxes(Form):
    """Detections of n pictures, picture by picture; one may hold none.

    Attributes:
        boxes: (m, 4) floats: left, top, width, height in pixels of the picture as it was given, from its upper left
            corner. Edges lie between pixels, so that a box around the first pixel alone is (0, 0, 1, 1).
        codes: (m,) integers, positions in the task's classes.
        scores: (m,) floats, larger meaning surer; they order detections and need be no probabilities.
        offsets: (n + 1,) integers; those of picture i lie at offsets[i]:offsets[i + 1].
    """

    boxes: np.ndarray
    codes: np.ndarray
    scores: np.ndarray
    offsets: np.ndarray

    name = "Boxes"

    @classmethod
    def of(cls, found: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> Self:
        """Return the form of one (boxes, codes, scores) a picture.

        >>> Boxes.of([(np.array([[0, 0, 4, 2]]), np.array([1]), np.array([0.9])), ([], [], [])]).offsets
        array([0, 1, 1])
        """
        boxes = [np.asarray(each[0], dtype=np.float64).reshape(-1, 4) for each in found]
        codes = [np.asarray(each[1], dtype=np.int64).reshape(-1) for each in found]
        scores = [np.asarray(each[2], dtype=np.float64).reshape(-1) for each in found]
        return cls(
            np.concatenate([np.empty((0, 4)), *boxes]),
            np.concatenate([np.empty(0, dtype=np.int64), *codes]),
            np.concatenate([np.empty(0), *scores]),
            ragged.offsets_of([len(each) for each in boxes]),
        )

    def arrays(self) -> dict[str, np.ndarray]:
        return {"boxes": self.boxes, "codes": self.codes, "scores": self.scores, "offsets": self.offsets}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        form = cls(
            np.asarray(arrays["boxes"]),
            np.asarray(arrays["codes"]).astype(np.int64),
            np.asarray(arrays["scores"]),
            np.asarray(arrays["offsets"]).astype(np.int64),
        )
        wrong = form._misshapen()
        if wrong is not None:
            raise ValueError(f"{cls.name}: {wrong}")
        return form

    def take(self, index: np.ndarray) -> Self:
        places, offsets = ragged.taken(self.offsets, index)
        return type(self)(self.boxes[places], self.codes[places], self.scores[places], offsets)

    def problem(self, items: int) -> str | None:
        wrong = self._misshapen()
        if wrong is not None:
            return wrong
        if len(self.offsets) != items + 1:
            return f"expected boxes of {items} pictures, got those of {len(self.offsets) - 1}"
        if not (np.isfinite(self.boxes).all() and np.isfinite(self.scores).all()):
            return "boxes or scores that are not finite"
        if self.boxes[:, 2:].min(initial=0) < 0:
            return "a box of negative width or height"
        return "a class below zero" if self.codes.min(initial=0) < 0 else None

    def _misshapen(self) -> str | None:
        if self.boxes.ndim != 2 or self.boxes.shape[1] != 4:
            return f"expected four numbers a box, got shape {self.boxes.shape}"
        if not self.codes.shape == self.scores.shape == (len(self.boxes),):
            return f"expected a class and a score for each of {len(self.boxes)} boxes"
        return ragged.misplaced(self.offsets, len(self.boxes))
