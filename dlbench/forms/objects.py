"""The objects of n pictures: the truth that boxes are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.forms import ragged


@dataclass(frozen=True)
class Objects:
    """Annotated objects, picture by picture; one may hold none.

    Attributes:
        boxes: (m, 4) floats, as in `Boxes`: left, top, width, height in pixels, edges between pixels. A reader of
            corners that are pixels, both inside the box (PASCAL VOC), adds the one pixel that their difference lacks.
        codes: (m,) integers, positions in the task's classes.
        offsets: (n + 1,) integers; those of picture i lie at offsets[i]:offsets[i + 1].
        crowd: (m,) booleans, a box around many (COCO): nobody's miss, and detections inside it count neither way.
        difficult: (m,) booleans, marked as hard to make out (PASCAL VOC): ignored by VOC's measure, not by COCO's.
        areas: (m,) floats in pixels, what COCO calls small, medium and large; of the outline where there is one, else
            of the box.
    """

    boxes: np.ndarray
    codes: np.ndarray
    offsets: np.ndarray
    crowd: np.ndarray
    difficult: np.ndarray
    areas: np.ndarray

    def __post_init__(self) -> None:
        if self.boxes.ndim != 2 or self.boxes.shape[1] != 4:
            raise ValueError(f"objects: expected four numbers a box, got shape {self.boxes.shape}")
        for name in ("codes", "crowd", "difficult", "areas"):
            if getattr(self, name).shape != (len(self.boxes),):
                raise ValueError(f"objects: {len(self.boxes)} boxes, but {name} of shape {getattr(self, name).shape}")
        wrong = ragged.misplaced(self.offsets, len(self.boxes))
        if wrong is not None:
            raise ValueError(f"objects: {wrong}")

    @classmethod
    def of(cls, found: Sequence[tuple[np.ndarray, np.ndarray]], **more: np.ndarray) -> Self:
        """Return the objects of one (boxes, codes) a picture.

        Args:
            found: as said.
            more: crowd, difficult and areas of all of them; left out, they are none, none, width × height.

        >>> Objects.of([(np.array([[0, 0, 4, 2]]), np.array([1]))]).areas
        array([8.])
        """
        each = [np.asarray(boxes, dtype=np.float64).reshape(-1, 4) for boxes, _ in found]
        boxes = np.concatenate([np.empty((0, 4)), *each])
        codes = [np.asarray(codes, dtype=np.int64).reshape(-1) for _, codes in found]
        return cls(
            boxes,
            np.concatenate([np.empty(0, dtype=np.int64), *codes]),
            ragged.offsets_of([len(some) for some in each]),
            np.asarray(more.get("crowd", np.zeros(len(boxes))), dtype=bool),
            np.asarray(more.get("difficult", np.zeros(len(boxes))), dtype=bool),
            np.asarray(more.get("areas", boxes[:, 2] * boxes[:, 3]), dtype=np.float64),
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def counts(self) -> np.ndarray:
        """(n,) int64, objects of each picture."""
        return np.diff(self.offsets)

    @property
    def single(self) -> np.ndarray:
        """(m,) booleans: boxes with an area, around one object and no crowd."""
        return np.asarray((self.boxes[:, 2:] > 0).all(axis=1) & ~self.crowd)

    def take(self, index: np.ndarray) -> Self:
        """Return the objects of the pictures at `index`."""
        places, offsets = ragged.taken(self.offsets, index)
        flat = {name: array[places] for name, array in self.arrays().items() if name != "offsets"}
        return type(self)(**flat, offsets=offsets)

    def __getitem__(self, index: np.ndarray) -> Self:
        """Return `take(index)`, so that a target is cut in one way, whether it is an array or objects."""
        return self.take(index)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk."""
        names = ("boxes", "codes", "offsets", "crowd", "difficult", "areas")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild from `arrays`.

        Raises:
            ValueError: where shapes are not those of objects.
        """
        return cls(**{name: np.asarray(array) for name, array in arrays.items()})
