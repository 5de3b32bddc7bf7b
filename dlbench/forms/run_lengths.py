"""Masks as run lengths, column by column: how COCO writes down which pixels belong to an object.

Format: cocodataset.org, and the masks of its API: the numbers are how many pixels are outside, then inside, then
outside, and so on, down the first column, then down the next. As text each is written in groups of five bits, least
first, with a bit for "more to come" and offset by 48; from the fourth number on, the difference to the one two before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

MOST_PIXELS = 1 << 28


@dataclass(frozen=True)
class RunLengths:
    """One mask.

    Attributes:
        height, width: in pixels.
        counts: run lengths, the first one outside; they sum to height × width.
    """

    height: int
    width: int
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.height * self.width <= MOST_PIXELS or min(self.height, self.width) < 0:
            raise ValueError(f"run lengths: a mask of {self.height}×{self.width}")
        if any(count < 0 for count in self.counts) or sum(self.counts) != self.height * self.width:
            raise ValueError(f"run lengths: expected runs of {self.height * self.width} pixels, got {sum(self.counts)}")

    @classmethod
    def encode(cls, mask: np.ndarray) -> Self:
        """Return the run lengths of a (height, width) mask.

        >>> RunLengths.encode(np.array([[0, 1], [1, 1]])).counts
        (1, 3)
        """
        flat = np.asarray(mask, dtype=np.bool_).ravel(order="F")
        edges = np.flatnonzero(np.diff(flat)) + 1
        counts = np.diff(np.concatenate([[0], edges, [len(flat)]])) if len(flat) else np.zeros(0, dtype=np.int64)
        if len(flat) and flat[0]:
            counts = np.concatenate([[0], counts])
        height, width = mask.shape
        return cls(height, width, tuple(counts.tolist()))

    def decode(self) -> np.ndarray:
        """Return the (height, width) booleans."""
        inside = np.arange(len(self.counts)) % 2 == 1
        return np.repeat(inside, self.counts).reshape(self.height, self.width, order="F")

    @property
    def area(self) -> int:
        """Pixels inside."""
        return sum(self.counts[1::2])

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, width, height of the pixels inside; zeros where there are none."""
        down, across = np.nonzero(self.decode())
        if not len(down):
            return 0, 0, 0, 0
        left, top = int(across.min()), int(down.min())
        return left, top, int(across.max()) - left + 1, int(down.max()) - top + 1

    def overlap(self, other: Self, *, crowd: bool = False) -> float:
        """Return the intersection over union with another mask of the same size; 0 for two without pixels.

        Args:
            other: the true one.
            crowd: whether that is a crowd: the share of this mask in it counts then.

        >>> one, other = (RunLengths.encode(np.array([row])) for row in ([1, 1, 0], [0, 1, 1]))
        >>> round(one.overlap(other), 4), one.overlap(other, crowd=True)
        (0.3333, 0.5)
        """
        if (self.height, self.width) != (other.height, other.width):
            raise ValueError(f"masks of {self.height}×{self.width} and {other.height}×{other.width} have no overlap")
        shared = _shared(self.counts, other.counts)
        whole = self.area if crowd else self.area + other.area - shared
        return shared / whole if whole else 0.0

    @classmethod
    def from_coco(cls, told: Mapping[str, Any]) -> Self:
        """Return a mask as COCO writes it: `size` is height and width, `counts` a list or text.

        Raises:
            ValueError, TypeError: not of this form.
        """
        height, width = (int(side) for side in told["size"]) if "size" in told else (0, 0)
        counts = told.get("counts")
        if isinstance(counts, str | bytes):
            counts = _read(counts.encode("ascii") if isinstance(counts, str) else counts)
        if not isinstance(counts, list) or not all(isinstance(count, int) for count in counts):
            raise ValueError("run lengths: expected counts as a list of whole numbers, or as text")
        return cls(height, width, tuple(counts))

    def to_coco(self) -> dict[str, Any]:
        """Return the mask as COCO writes it, counts as text.

        >>> RunLengths.encode(np.array([[0, 1], [1, 1]])).to_coco()
        {'size': [2, 2], 'counts': '13'}
        """
        return {"size": [self.height, self.width], "counts": _written(self.counts)}


def _shared(first: tuple[int, ...], second: tuple[int, ...]) -> int:
    """Return how many pixels are inside both, without unpacking either."""
    ends = [np.cumsum(np.array(counts, dtype=np.int64)) for counts in (first, second)]
    cuts = np.unique(np.concatenate(ends))
    places = [np.searchsorted(one, cuts, side="left") for one in ends]
    inside = (places[0] % 2 == 1) & (places[1] % 2 == 1)
    return int(np.diff(cuts, prepend=0)[inside].sum())


def _written(counts: tuple[int, ...]) -> str:
    text = []
    for place, count in enumerate(counts):
        left = count - counts[place - 2] if place > 2 else count
        while True:
            group, left = left & 31, left >> 5
            more = left != (-1 if group & 16 else 0)
            text.append(chr(48 + group + 32 * more))
            if not more:
                break
    return "".join(text)


def _read(text: bytes) -> list[int]:
    counts: list[int] = []
    value = shift = 0
    for byte in text:
        group = byte - 48
        if not 0 <= group < 64 or shift > 60:
            raise ValueError("run lengths: text that no mask is written as")
        value |= (group & 31) << shift
        shift += 5
        if group & 32:
            continue
        value -= (1 << shift) if group & 16 else 0
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
        value = shift = 0
    if shift:
        raise ValueError("run lengths: text that ends in the middle of a number")
    return counts
