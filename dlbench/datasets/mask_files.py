"""Files of pictures and of masks, whose values or colours are classes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.canonical import digest
from dlbench.core.errors import DataError
from dlbench.datasets.camera import DAMAGED, turned
from dlbench.datasets.pictures import SUFFIXES, Unreadable, Wanted, opened, outside, pixels
from dlbench.datasets.remembered import file_digest, remembered

if TYPE_CHECKING:
    import numpy as np

SMALLEST, LARGEST = 8, 2048
"""Pixels of the side that pictures may be brought to."""
COLOUR = 1 << 24
"""Added to the 24 bits of a colour, so that no grey has its number."""


def content_of(paths: Sequence[Path]) -> str:
    """Return the hash of files, by name and bytes.

    Raises:
        OSError: a file that is not there or cannot be read.
    """
    return remembered("pictures", paths, lambda: digest([[path.name, file_digest(path)] for path in paths], 32))


def size_problem(size: int) -> str | None:
    """Say why pictures cannot be brought to a size; None where they can."""
    fits = SMALLEST <= size <= LARGEST
    return None if fits else f"size: expected {SMALLEST} to {LARGEST} pixels, got {size}"


def pictures_in(folder: Path) -> dict[str, Path]:
    """Return stem → path of the pictures of a folder, sorted.

    Raises:
        DataError: no folder, no picture, or two of one stem.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder")
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())
    if not paths:
        raise DataError(f"{folder}: holds no picture; expected files that end in {', '.join(SUFFIXES)}")
    found: dict[str, Path] = {}
    for path in paths:
        if path.stem in found:
            raise DataError(f"{path}: {found[path.stem].name} has the same name; keep one of them")
        found[path.stem] = path
    return dict(sorted(found.items()))


def size_of(path: Path) -> tuple[int, int]:
    """Return height and width without decoding.

    Raises:
        DataError: no picture, or one that is too large.
    """
    try:
        with path.open("rb") as file:
            found = outside(file)
    except Unreadable as error:
        raise DataError(f"{path}: {error}") from error
    return found.height, found.width


def pixels_of(path: Path, channels: int) -> np.ndarray:
    """Return (height, width, channels) bytes of a picture of any mode: 3 for red, green, blue, 1 for grey.

    Raises:
        DataError: no picture, a cut one, or one that is too large.
    """
    content = path.read_bytes()
    try:
        found = outside(content)
        return pixels(content, Wanted(found.height, found.width, channels == 3))
    except Unreadable as error:
        raise DataError(f"{path}: {error}") from error


def values_of(path: Path) -> np.ndarray:
    """Return the (height, width) int32 values of a mask: greys, or places in its palette, as they are; colours, unless
    they are greys, as `COLOUR` + 0xRRGGBB.

    Raises:
        DataError: no picture, a cut one, or one that is too large.
    """
    import numpy as np

    image = _decoded(path)
    if image.mode in ("1", "L", "P") or image.mode.startswith("I"):
        return np.asarray(image).astype(np.int32)
    if image.mode == "LA":
        return np.asarray(image)[..., 0].astype(np.int32)
    red, green, blue = np.moveaxis(np.asarray(image.convert("RGB"), dtype=np.int32), -1, 0)
    grey = (red == green) & (green == blue)
    values: np.ndarray = np.where(grey, red, COLOUR + (red << 16) + (green << 8) + blue)
    return values.astype(np.int32)


def value(written: int | str) -> int:
    """Return the number that `values_of` gives to a value as people write it: a grey, or `#rrggbb`.

    >>> value(255), value("#ffffff"), value("#ff0000") == COLOUR + 0xFF0000
    (255, 255, True)

    Raises:
        ValueError: neither of them.
    """
    if isinstance(written, int) and not isinstance(written, bool) and 0 <= written < 2**16:
        return written
    text = str(written)
    if len(text) != 7 or text[0] != "#":
        raise ValueError(f"expected a grey from 0 to 65535 or a colour like '#ff8000', got {written!r}")
    colour = int(text[1:], 16)
    red, green, blue = colour >> 16, (colour >> 8) & 255, colour & 255
    return red if red == green == blue else COLOUR + colour


def written(number: int) -> str:
    """Return a value as people write it.

    >>> written(7), written(COLOUR + 0x00FF00)
    ('7', '#00ff00')
    """
    return str(number) if number < COLOUR else f"#{number - COLOUR:06x}"


def _decoded(path: Path) -> Any:
    """Return the picture, its pixels read, turned as `pixels_of` turns it."""
    content = path.read_bytes()
    try:
        return turned(opened(content))
    except Unreadable as error:
        raise DataError(f"{path}: {error}") from error
    except DAMAGED as error:
        raise DataError(f"{path}: cut short or damaged ({error})") from error
