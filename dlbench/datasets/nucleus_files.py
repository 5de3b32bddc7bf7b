"""Where the pictures of nuclei lie: flat, with a mask a picture, or as they were published, with a mask a nucleus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets.folders import given_folder
from dlbench.datasets.mask_files import pictures_in, size_of, values_of
from dlbench.datasets.mask_pairs import Pair, pairs

if TYPE_CHECKING:
    import numpy as np

FOLDERS = ("dsb2018_nuclei_subset", "data-science-bowl-2018")
PUBLISHED = "stage1_train"
NUCLEUS = 255


@dataclass(frozen=True)
class NucleusPair(Pair):
    """A picture and the folder of its masks, a file a nucleus."""

    nuclei: tuple[Path, ...]

    def problem(self) -> str | None:
        """Say why the masks do not belong to the picture; None where they may. Looks at their heads alone."""
        try:
            height, width = size_of(self.picture)
            for path in self.nuclei:
                if (found := size_of(path)) != (height, width):
                    return f"{path}: a mask of {found[0]}×{found[1]} for a picture of {height}×{width}"
        except DataError as error:
            return str(error)
        return None

    @property
    def files(self) -> tuple[Path, ...]:
        """The picture and its masks."""
        return self.picture, *self.nuclei

    def masks(self) -> Iterator[np.ndarray]:
        """Yield (height, width) booleans of each nucleus.

        Raises:
            DataError: a damaged file.
        """
        for path in self.nuclei:
            yield values_of(path) > 0

    def values(self) -> np.ndarray:
        """Return the union of the nuclei as `NUCLEUS` on 0."""
        import numpy as np

        union = np.zeros(size_of(self.picture), dtype=np.int32)
        for mask in self.masks():
            union[mask] = NUCLEUS
        return union


def found(name: str) -> tuple[Pair, ...]:
    """Return the pictures under DLBENCH_DATA_DIR with their masks, by name.

    Args:
        name: of the dataset, for the error.

    Raises:
        DataUnavailable: no such folder; DataError: none with a picture and a mask.
    """
    for given in filter(None, map(given_folder, FOLDERS)):
        if (given / "images").is_dir():
            return pairs(given / "images", given / "masks")[0]
        if some := _published(given):
            return some
    raise DataUnavailable(
        f"{name} is not here: set DLBENCH_DATA_DIR to a folder that holds {FOLDERS[0]}, its images and masks, or "
        f"{FOLDERS[1]}/{PUBLISHED} as it was published"
    )


def one_by_one(name: str) -> tuple[NucleusPair, ...]:
    """Return the pictures of the first copy that has a mask for each nucleus.

    Raises:
        DataUnavailable: no such copy; DataError: a picture that is not alone in its folder.
    """
    for given in filter(None, map(given_folder, FOLDERS)):
        if some := _published(given):
            return some
    raise DataUnavailable(
        f"{name} is not here: set DLBENCH_DATA_DIR to a folder that holds {FOLDERS[1]}/{PUBLISHED} as it was "
        "published, with a mask for each nucleus"
    )


def _published(given: Path) -> tuple[NucleusPair, ...]:
    """Return the pictures of ID/images, each with the masks of ID/masks; nothing where there are none."""
    for folder in (given / PUBLISHED, given):
        places = sorted(folder.iterdir()) if folder.is_dir() else []
        if whole := [one for one in places if (one / "images").is_dir() and (one / "masks").is_dir()]:
            return tuple(map(_pair, whole))
    return ()


def _pair(place: Path) -> NucleusPair:
    pictures = pictures_in(place / "images")
    if len(pictures) != 1:
        raise DataError(f"{place / 'images'}: expected one picture, found {len(pictures)}")
    masks = tuple(pictures_in(place / "masks").values())
    return NucleusPair(place.name, next(iter(pictures.values())), place / "masks", masks)
