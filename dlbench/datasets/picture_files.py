"""Reading pictures and masks from files, whoever made them: no larger than can be meant, whole, and of any mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")

MOST_PIXELS = 2**26
"""Of a picture: beyond 67 million, a small file may be made to fill the memory."""

COLOUR = 1 << 24
"""Added to the 24 bits of a colour, so that no grey has its number."""


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
    with _opened(path) as image:
        width, height = image.size
    return height, width


def pixels_of(path: Path, channels: int) -> np.ndarray:
    """Return (height, width, channels) bytes: 3 for red, green, blue, 1 for grey.

    Transparency is left out; palettes and CMYK become colours; 16 bits become 8, black and white their range's ends.

    Raises:
        DataError: no picture, a cut one, or one that is too large.
    """
    import numpy as np

    image = _decoded(path)
    if image.mode.startswith("I"):
        array = np.asarray(image, dtype=np.int64)
        grey = np.clip(array >> 8 if array.max(initial=0) > 255 else array, 0, 255).astype(np.uint8)
        return np.repeat(grey[..., np.newaxis], channels, axis=-1)
    array = np.asarray(image.convert("RGB" if channels == 3 else "L"), dtype=np.uint8)
    return array.reshape(*array.shape[:2], channels)


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
    return np.where(grey, red, COLOUR + (red << 16) + (green << 8) + blue).astype(np.int32)


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


def _opened(path: Path) -> Any:
    import warnings

    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path)
    except Image.DecompressionBombError as error:
        raise _too_large(path, str(error)) from error
    except (OSError, ValueError, SyntaxError) as error:
        raise DataError(f"{path}: not a picture that can be read: {error}") from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        image.close()
        raise _too_large(path, f"{width} × {height} pixels")
    return image


def _decoded(path: Path) -> Any:
    with _opened(path) as image:
        try:
            image.load()
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise DataError(f"{path}: damaged or cut short: {error}; bring a sound copy") from error
        return image


def _too_large(path: Path, what: str) -> DataError:
    return DataError(f"{path}: too large ({what}), at most {MOST_PIXELS} pixels are read: bring a smaller copy")
