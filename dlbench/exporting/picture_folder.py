"""Picture files as an exported model sees them, and what it finds in the pixels of the files again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlbench.core.errors import DataError
from dlbench.datasets.object_pictures import placed
from dlbench.datasets.picture_files import files_of
from dlbench.datasets.pictures import SUFFIXES, Unreadable, Wanted, outside, pixels


@dataclass(frozen=True)
class Pictures:
    """n pictures that can be read.

    Attributes:
        images: (n, height, width, channels) float32 in [0, 1], of the size that the model reads.
        names: paths below the folder.
        frames: (n, 4) scales across and down from the file to the image, and where its left and upper edge lie there.
        sizes: (n, 2) width and height of the files in pixels.
        left_out: names and reasons of those that cannot be read.
    """

    images: np.ndarray
    names: tuple[str, ...]
    frames: np.ndarray
    sizes: np.ndarray
    left_out: tuple[tuple[str, str], ...]

    def in_files(self, boxes: np.ndarray) -> np.ndarray:
        """Return boxes (m, 7), see `box_table`, in pixels of the files instead, cut at their edges."""
        picture = boxes[:, 0].astype(np.int64)
        scale, edge, size = self.frames[picture, :2], self.frames[picture, 2:], self.sizes[picture]
        low = np.clip((boxes[:, 3:5] - edge) / scale, 0, size)
        high = np.clip((boxes[:, 3:5] + boxes[:, 5:7] - edge) / scale, 0, size)
        return np.concatenate([boxes[:, :3], low, high - low], axis=1)


def read(place: Path, shape: tuple[int, ...]) -> Pictures:
    """Return the pictures of a folder, tar or zip, each scaled to fit, its sides in proportion, black beside.

    Args:
        place: where they lie.
        shape: height, width and channels that the model reads.

    Raises:
        DataError: nothing there that can be read.
    """
    wanted = Wanted(shape[0], shape[1], colour=shape[2] == 3)
    found, frames, sizes, bad = {}, [], [], []
    for file in files_of(place, SUFFIXES):
        try:
            seen = outside(file.content)
            found[file.name] = pixels(file.content, wanted)
        except Unreadable as error:
            bad.append((file.name, str(error)))
            continue
        frames.append(placed(seen.height, seen.width, wanted))
        sizes.append((seen.width, seen.height))
    if not found:
        told = f": {'; '.join(f'{name}: {why}' for name, why in bad[:5])}" if bad else ""
        raise DataError(f"{place}: no picture can be read{told}")
    images = np.stack(list(found.values())).astype(np.float32) / np.float32(255)
    return Pictures(images, tuple(found), np.array(frames), np.array(sizes), tuple(bad))
