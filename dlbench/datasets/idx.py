"""The two layouts in which MNIST and its kin are published: four IDX files, or one npz.

IDX: two zero bytes, a type byte (8 = unsigned bytes), the count of axes, each axis' length as a big-endian 32-bit
number, then the numbers (LeCun, Cortes and Burges, The MNIST database).
"""

from __future__ import annotations

import gzip
import math
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dlbench.core.errors import DataUnavailable

if TYPE_CHECKING:
    import numpy as np

IDX_NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
_NAME = re.compile(
    r"(?P<set>(?:.*[-_.])?)(?P<part>train|test|t10k)-(?P<what>images-idx[34]|labels-idx1)-ubyte(?:\.gz)?"
)
NPZ_NAMES = ("x_train", "y_train", "x_test", "y_test")
MOST_BYTES = 1 << 30


def find(folder: Path, name: str) -> tuple[Path, ...]:
    """Return the one `<name>.npz` or the four IDX files (plain or gz) of a folder; nothing where one is missing."""
    if (folder / f"{name}.npz").is_file():
        return (folder / f"{name}.npz",)
    found = [next((p for p in (folder / stem, folder / f"{stem}.gz") if p.is_file()), None) for stem in IDX_NAMES]
    return tuple(path for path in found if path) if all(found) else ()


def sets(folder: Path) -> dict[str, tuple[Path, ...]]:
    """Return what names the files of a set begin with → the four in the order of `IDX_NAMES`, for each whole set.

    Such names are `emnist-letters-train-images-idx3-ubyte`, and so on; of colours `train-images-idx4-ubyte`. A file
    that is there both plain and packed is read plain.
    """
    found: dict[str, dict[tuple[bool, bool], Path]] = defaultdict(dict)
    for path in sorted(folder.iterdir(), reverse=True):
        if (named := _NAME.fullmatch(path.name)) and path.is_file():
            found[named["set"]][named["part"] != "train", named["what"].startswith("labels")] = path
    order = [(test, labels) for test in (False, True) for labels in (False, True)]
    return {name: tuple(held[one] for one in order) for name, held in sorted(found.items()) if len(held) == len(order)}


def read(paths: Sequence[Path], *, colour: bool = False) -> tuple[np.ndarray, ...]:
    """Return train images, train labels, test images and test labels as bytes, from what `find` or `sets` found.

    Args:
        paths: of one npz, or of the four IDX files.
        colour: whether images may have a fourth axis, of channels.

    Raises:
        DataUnavailable: a damaged file, or parts that do not belong together.
    """
    arrays = _npz(paths[0]) if len(paths) == 1 else tuple(read_idx(path) for path in paths)
    for images, labels, path in ((arrays[0], arrays[1], paths[0]), (arrays[2], arrays[3], paths[-1])):
        if images.ndim not in (3, 3 + colour) or labels.shape != images.shape[:1] or not len(labels):
            raise _damaged(path, f"images of shape {images.shape} with labels of shape {labels.shape}")
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise _damaged(paths[-1], f"test images of {arrays[2].shape[1:]}, training images of {arrays[0].shape[1:]}")
    return arrays


def read_idx(path: Path) -> np.ndarray:
    """Return the bytes of one IDX file, gzipped where its name ends in .gz.

    Raises:
        DataUnavailable: another magic number, too few or too many bytes, a broken gzip.
    """
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            return _parse(path, file)  # type: ignore[arg-type]  # gzip's file reads like any other
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, str(error) or type(error).__name__) from error


def _parse(path: Path, file: BinaryIO) -> np.ndarray:
    import numpy as np

    magic = file.read(4)
    if len(magic) < 4 or magic[:3] != b"\0\0\x08" or not 1 <= magic[3] <= 4:
        raise _damaged(path, f"expected the magic number of IDX bytes, got {magic.hex() or 'nothing'}")
    axes = file.read(4 * magic[3])
    if len(axes) < 4 * magic[3]:
        raise _damaged(path, "the header is cut off")
    shape = struct.unpack(f">{magic[3]}I", axes)
    size = math.prod(shape)
    if size > MOST_BYTES:
        raise _damaged(path, f"the header claims {size} bytes")
    content = file.read(size + 1)
    if len(content) != size:
        more = "more" if len(content) > size else f"{len(content)}"
        raise _damaged(path, f"expected {size} bytes for shape {shape}, got {more}")
    return np.frombuffer(content, dtype=np.uint8).reshape(shape)


def _npz(path: Path) -> tuple[np.ndarray, ...]:
    import numpy as np

    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_BYTES:
            raise _damaged(path, f"it unpacks to {size} bytes")
        with np.load(path, allow_pickle=False) as arrays:
            if missing := [name for name in NPZ_NAMES if name not in arrays]:
                raise _damaged(path, f"it lacks {', '.join(missing)}")
            return tuple(_bytes(path, name, arrays[name]) for name in NPZ_NAMES)
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile) as error:
        raise _damaged(path, str(error) or type(error).__name__) from error


def _bytes(path: Path, name: str, array: np.ndarray) -> np.ndarray:
    import numpy as np

    if array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() > 255)):
        raise _damaged(path, f"{name}: expected whole numbers from 0 to 255, got {array.dtype}")
    return array.astype(np.uint8)


def _damaged(path: Path, what: str) -> DataUnavailable:
    return DataUnavailable(f"{path}: damaged or not what its name says: {what}; remove it or put a sound copy there")
