"""The user's own images as arrays: a .npz file, or a folder with four IDX files, as MNIST and its kin have."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlbench.core.errors import DataError, DataUnavailable
from dlbench.datasets import idx
from dlbench.datasets.regular_file import require_regular, require_room

if TYPE_CHECKING:
    import numpy as np

PARTED = idx.NPZ_NAMES
_DEEPEST = 65535.0
IMAGES, LABELS = ("images", "x", "X", "data"), ("labels", "target", "y")


@dataclass(frozen=True)
class Arrays:
    """n images with their labels.

    Attributes:
        pixels: (n, height, width, channels).
        top: the value of a full pixel.
        labels: (n,) whole numbers or texts.
        test: (n,) booleans, or None without a test part.
        names: of the classes by label, where the file gives them.
    """

    pixels: np.ndarray
    top: float
    labels: np.ndarray
    test: np.ndarray | None = None
    names: tuple[str, ...] = ()


def files(path: Path) -> tuple[Path, ...]:
    """Return the files that `path` means, if it means arrays: the .npz itself, or the IDX files of a folder.

    Raises:
        DataError: the IDX files of several sets.
    """
    if path.suffix.lower() == ".npz":
        return (path,)
    found = idx.sets(path) if path.is_dir() else {}
    if len(found) > 1:
        named = ", ".join(f"{name}…" for name in found)
        raise DataError(f"{path}: IDX files of {len(found)} sets, {named}: leave those of one in the folder")
    return next(iter(found.values()), ())


def read(path: Path) -> Arrays:
    """Return the arrays of a .npz file or of a folder of IDX files.

    A .npz holds x_train, y_train, x_test and y_test; or images and labels, and test, where an official part is marked.
    It may name the classes in `classes`. Objects are never unpickled.

    Raises:
        DataError: a damaged file, arrays of other names, or such as do not belong together.
    """
    found = files(path)
    if len(found) > 1:
        try:
            return _parted(path, dict(zip(PARTED, idx.read(found, colour=True), strict=True)))
        except DataUnavailable as error:
            raise DataError(str(error)) from error
    held = _npz(path)
    return _parted(path, held) if all(name in held for name in PARTED) else _whole(path, held)


def parted(path: Path) -> bool:
    """Whether there is a test part, told by the names that `read` goes by."""
    if path.is_dir():
        return True
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    return "test.npy" in names or names >= {f"{name}.npy" for name in PARTED}


def _npz(path: Path) -> dict[str, np.ndarray]:
    import numpy as np

    require_regular(path)
    try:
        with zipfile.ZipFile(path) as archive:
            require_room(path, sum(member.file_size for member in archive.infolist()))
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: damaged, or no .npz of plain arrays ({error})") from error


def _parted(path: Path, held: Mapping[str, np.ndarray]) -> Arrays:
    import numpy as np

    train, labels, other, others = (held[name] for name in PARTED)
    if train.shape[1:] != other.shape[1:]:
        raise DataError(f"{path}: test images of {other.shape[1:]}, training images of {train.shape[1:]}")
    test = np.arange(len(train) + len(other)) >= len(train)
    return _checked(path, np.concatenate([train, other]), np.concatenate([_flat(labels), _flat(others)]), test, held)


def _whole(path: Path, held: Mapping[str, np.ndarray]) -> Arrays:
    images = next((name for name in IMAGES if name in held), None)
    labels = next((name for name in LABELS if name in held), None)
    if images is None or labels is None:
        raise DataError(
            f"{path}: expected {', '.join(PARTED)}, or images and labels, found {', '.join(held) or 'nothing'}"
        )
    return _checked(path, held[images], _flat(held[labels]), held.get("test"), held)


def _flat(labels: np.ndarray) -> np.ndarray:
    return labels[:, 0] if labels.ndim == 2 and labels.shape[1] == 1 else labels


def _checked(
    path: Path, pixels: np.ndarray, labels: np.ndarray, test: np.ndarray | None, held: Mapping[str, np.ndarray]
) -> Arrays:
    """Return arrays that belong together, or raise DataError."""
    shape = pixels.shape
    pixels = pixels[..., None] if pixels.ndim == 3 else pixels
    if pixels.ndim != 4 or not 1 <= pixels.shape[-1] <= 4 or 0 in shape:
        raise DataError(f"{path}: images of shape {shape}: expected (n, height, width) or (n, height, width, channels)")
    if labels.shape != shape[:1] or labels.dtype.kind not in "iuUb":
        raise DataError(
            f"{path}: labels of shape {labels.shape} and type {labels.dtype}: expected ({shape[0]},) whole numbers or "
            "texts"
        )
    if test is not None and (test.shape != shape[:1] or test.dtype.kind != "b"):
        raise DataError(f"{path}: test of shape {test.shape} and type {test.dtype}: expected ({shape[0]},) booleans")
    if test is not None and not test.any():
        raise DataError(f"{path}: the test part holds no image: mark some, or leave it out")
    return Arrays(pixels, _top(path, pixels), labels, test, _named(path, labels, held.get("classes")))


def _named(path: Path, labels: np.ndarray, names: np.ndarray | None) -> tuple[str, ...]:
    if names is None:
        return ()
    if names.ndim != 1 or names.dtype.kind != "U":
        raise DataError(f"{path}: classes of type {names.dtype}: expected texts, one a class")
    if labels.dtype.kind in "iu" and (labels.min() < 0 or labels.max() >= len(names)):
        raise DataError(f"{path}: labels from {labels.min()} to {labels.max()}, but {len(names)} classes are named")
    return tuple(map(str, names))


def _top(path: Path, pixels: np.ndarray) -> float:
    """Return the value of a full pixel: 1 where none is above it, else 255 where that holds them all; of whole numbers
    above it 65535, the most of 16 bits, of others their largest.

    Raises:
        DataError: pixels below 0, none that are finite, or whole numbers of more than 16 bits.
    """
    import numpy as np

    if pixels.dtype.kind == "b":
        return 1.0
    low, high = float(pixels.min()), float(pixels.max())
    if pixels.dtype.kind not in "iuf" or not np.isfinite([low, high]).all() or low < 0:
        raise DataError(f"{path}: pixels of {pixels.dtype} from {low:g} to {high:g}: expected finite ones from 0 on")
    if high <= 255:
        return 1.0 if high <= 1 else 255.0
    if pixels.dtype.kind == "f":
        return high
    if high > _DEEPEST:
        raise DataError(
            f"{path}: pixels of {pixels.dtype} up to {high:.0f}: expected whole numbers up to {_DEEPEST:.0f} (16 bits);"
            " scale them down, or save them as floats"
        )
    return _DEEPEST
