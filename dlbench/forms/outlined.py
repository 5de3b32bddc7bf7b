"""Objects whose pixels are known: the truth that instances are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from dlbench.forms import ragged
from dlbench.forms.mask_runs import MaskRuns
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth


@dataclass(frozen=True)
class OutlinedObjects(Objects):
    """Annotated objects with a mask each; boxes are those around the masks. They may overlap.

    Attributes:
        masks: of all objects, of the pictures' size.
    """

    masks: MaskRuns

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.masks) != len(self.boxes):
            raise ValueError(f"objects: {len(self.boxes)} boxes, but {len(self.masks)} masks")

    @classmethod
    def outlined(
        cls, found: Sequence[tuple[Sequence[np.ndarray], Sequence[int]]], crowd: np.ndarray | None = None
    ) -> Self:
        """Return the objects of one (masks, codes) a picture; boxes and areas are those of the masks.

        Args:
            found: masks are (height, width) booleans with a pixel at least.
            crowd: (m,) of all of them, as in `Objects`; None where none is.

        >>> OutlinedObjects.outlined([([np.eye(3)], [1]), ([], [])]).areas.tolist()
        [3.0]
        """
        masks = MaskRuns.of([mask for some, _ in found for mask in some])
        none = np.zeros(len(masks), dtype=bool)
        return cls(
            masks.boxes.astype(np.float64),
            np.array([code for _, codes in found for code in codes], dtype=np.int64),
            ragged.offsets_of([len(codes) for _, codes in found]),
            none if crowd is None else np.asarray(crowd, dtype=bool),
            none,
            masks.areas.astype(np.float64),
            masks,
        )

    def take(self, index: np.ndarray) -> Self:
        """Return the objects of the pictures at `index`."""
        places, offsets = ragged.taken(self.offsets, index)
        flat = {name: getattr(self, name)[places] for name in ("boxes", "codes", "crowd", "difficult", "areas")}
        return type(self)(**flat, offsets=offsets, masks=self.masks.take(places))

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk."""
        return {**super().arrays(), **self.masks.arrays()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild from `arrays`.

        Raises:
            ValueError: where shapes are not those of objects with masks.
        """
        names = ("boxes", "codes", "offsets", "crowd", "difficult", "areas")
        return cls(**{name: np.asarray(arrays[name]) for name in names}, masks=MaskRuns.from_arrays(arrays))


def truth_of(arrays: Mapping[str, np.ndarray]) -> Truth:
    """Return the truth that `Truth.arrays` was written from; objects that had masks have them again.

    `Truth` itself knows objects alone: the versions of all judges hang on its code.
    """
    held = {name.removeprefix("objects."): array for name, array in arrays.items() if name.startswith("objects.")}
    if "runs" not in held:
        return Truth.from_arrays(arrays)
    rest = {name: array for name, array in arrays.items() if not name.startswith("objects.")}
    return replace(Truth.from_arrays(rest), objects=OutlinedObjects.from_arrays(held))
