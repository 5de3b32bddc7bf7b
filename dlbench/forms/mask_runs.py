"""The masks of many objects as run lengths behind one another: what instances and their truth keep of each pixel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from dlbench.forms import ragged
from dlbench.forms.run_lengths import MOST_PIXELS, RunLengths


@dataclass(frozen=True)
class MaskRuns:
    """m masks.

    Attributes:
        runs: integers, run lengths as in `RunLengths`, those of a mask behind those of the one before.
        begins: (m + 1,) integers; those of mask i lie at begins[i]:begins[i + 1].
        sizes: (m, 2) height and width of each, in pixels.
    """

    runs: np.ndarray
    begins: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, masks: Sequence[np.ndarray]) -> Self:
        """Return the run lengths of (height, width) masks.

        >>> found = MaskRuns.of([np.array([[0, 1], [1, 1]])])
        >>> found.areas.tolist(), found.boxes.tolist()
        ([3], [[0, 0, 2, 2]])
        """
        told = [RunLengths.encode(mask) for mask in masks]
        return cls(
            np.array([count for one in told for count in one.counts], dtype=np.int32),
            ragged.offsets_of([len(one.counts) for one in told]),
            np.array([(one.height, one.width) for one in told], dtype=np.int32).reshape(-1, 2),
        )

    def __len__(self) -> int:
        return len(self.begins) - 1

    @property
    def areas(self) -> np.ndarray:
        """(m,) int64, pixels inside each."""
        owner, inside, _, _ = self._parts
        return np.bincount(owner[inside], self.runs[inside], len(self)).astype(np.int64)

    @property
    def boxes(self) -> np.ndarray:
        """(m, 4) int64: left, top, width, height of the pixels inside; zeros where there are none."""
        owner, inside, starts, ends = self._parts
        inside = inside & (self.runs > 0)
        owner, first, last = owner[inside], starts[inside], ends[inside] - 1
        height = self.sizes[owner, 0].astype(np.int64)
        whole = last // height > first // height  # a run over the end of a column touches both edges
        low = np.full((len(self), 2), np.iinfo(np.int64).max)
        high = np.full((len(self), 2), -1, dtype=np.int64)
        np.minimum.at(low, owner, np.column_stack([first // height, np.where(whole, 0, first % height)]))
        np.maximum.at(high, owner, np.column_stack([last // height, np.where(whole, height - 1, last % height)]))
        found = np.column_stack([low, high - low + 1])
        found[high[:, 0] < 0] = 0
        return found

    def take(self, places: np.ndarray) -> Self:
        """Return the masks at `places`."""
        index, begins = ragged.taken(self.begins, places)
        return type(self)(self.runs[index], begins, self.sizes[places])

    def decode(self, place: int) -> np.ndarray:
        """Return one mask as (height, width) booleans."""
        counts = self.runs[self.begins[place] : self.begins[place + 1]]
        height, width = self.sizes[place].tolist()
        return RunLengths(height, width, tuple(counts.tolist())).decode()

    def to_coco(self) -> list[dict[str, Any]]:
        """Return each mask as COCO writes it, counts as a list."""
        counts, begins = self.runs.tolist(), self.begins.tolist()
        return [
            {"size": size, "counts": counts[begins[place] : begins[place + 1]]}
            for place, size in enumerate(self.sizes.tolist())
        ]

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk."""
        return {"runs": self.runs, "begins": self.begins, "sizes": self.sizes}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild from `arrays`, whatever else they hold.

        Raises:
            ValueError: they are not those of masks.
        """
        found = cls(*(np.asarray(arrays[name]) for name in ("runs", "begins", "sizes")))
        if (wrong := found.misshapen()) is not None:
            raise ValueError(f"masks: {wrong}")
        return found

    def misshapen(self) -> str | None:
        """Say what makes these no masks; None where they are."""
        if any(array.dtype.kind not in "iu" for array in (self.runs, self.begins, self.sizes)):
            return "expected whole numbers as run lengths and sizes"
        if (wrong := ragged.misplaced(self.begins, len(self.runs))) is not None:
            return wrong
        if self.sizes.shape != (len(self), 2):
            return f"expected height and width of {len(self)} masks, got shape {self.sizes.shape}"
        pixels = self.sizes.astype(np.int64).prod(axis=1)
        if self.sizes.min(initial=0) < 0 or pixels.max(initial=0) > MOST_PIXELS or self.runs.min(initial=0) < 0:
            return "a run or a size below zero, or too many pixels"
        whole = np.bincount(ragged.owners(self.begins), self.runs, len(self)).astype(np.int64)
        return None if (whole == pixels).all() else "runs that do not sum to the pixels of their mask"

    @property
    def _parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Of each run: its mask, whether it is inside, and where in its mask it starts and ends."""
        owner = ragged.owners(self.begins)
        inside = (np.arange(len(self.runs)) - self.begins[owner]) % 2 == 1
        before = np.concatenate([[0], np.cumsum(self.runs, dtype=np.int64)])
        shift = before[self.begins[owner]]
        return owner, inside, before[:-1] - shift, before[1:] - shift
