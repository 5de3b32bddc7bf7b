"""One picture file as pixels: any mode of Pillow's, brought to bytes, one count of channels and one size."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from dlbench.datasets.camera import DAMAGED, turn_of_head, turned

if TYPE_CHECKING:
    import numpy as np

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".pgm", ".ppm", ".pnm")
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
"""What Pillow may take a file for, whatever its ending; some of its other readers start programs."""
MOST_PIXELS = 50_000_000
"""Pixels of a picture that is opened; a file of a few kilobytes may unpack to billions."""

_GREY = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "I;16N")
_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
LYING = (5, 6, 7, 8)
"""Turns after which height and width have changed places."""
_BITS_PER_SAMPLE = 258


class Unreadable(Exception):
    """A picture that cannot be used; its text says why."""


@dataclass(frozen=True)
class Outside:
    """What the head of a picture file tells.

    Attributes:
        height, width: in pixels, as it is to be looked at.
        colour: whether it has any.
        turn: how a camera says it is to be turned, a number of EXIF's from 1, not at all, to 8.
    """

    height: int
    width: int
    colour: bool
    turn: int = 1

    @property
    def stored(self) -> tuple[int, int]:
        """Height and width as it lies in its file."""
        return (self.width, self.height) if self.turn in LYING else (self.height, self.width)


@dataclass(frozen=True)
class Wanted:
    """What a picture is to become.

    Attributes:
        height, width: in pixels. A picture of another size is scaled to fit, its sides kept in proportion, and black
            fills what is left beside it.
        colour: three channels, else one.
    """

    height: int
    width: int
    colour: bool


def outside(content: bytes | BinaryIO) -> Outside:
    """Return the outside of a picture without unpacking it.

    Args:
        content: its bytes, or the open file, of which the head is read.

    Raises:
        Unreadable: no picture, or one of too many pixels.
    """
    with opened(content) as picture:
        (width, height), turn = picture.size, turn_of_head(picture)
        if turn in LYING and picture.format != "TIFF":  # whose size Pillow turns by itself
            height, width = width, height
        return Outside(height, width, picture.mode not in _GREY, turn)


def pixels(content: bytes, wanted: Wanted) -> np.ndarray:
    """Return (height, width, channels) bytes.

    Palettes, CMYK and the like become RGB, 16 bits their upper 8; whole numbers of 32 bits are bytes where none is
    above 255, else 16 bits; what is transparent lies on black; a camera's turn is followed; of a moving picture the
    first frame is taken.

    Raises:
        Unreadable: no picture, one that is cut short or damaged, too large, or with floating-point pixels.
    """
    import numpy as np

    with opened(content) as picture:
        try:
            found = _fitted(_plain(picture, wanted.colour), wanted)
        except DAMAGED as error:
            raise Unreadable(f"cut short or damaged ({error})") from error
    array = np.asarray(found, dtype=np.uint8)
    return array if wanted.colour else array[..., np.newaxis]


def opened(content: bytes | BinaryIO) -> Any:
    """Return the open picture of Pillow's, its head read.

    Raises:
        Unreadable: no picture, or one of too many pixels.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content) if isinstance(content, bytes) else content, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Unreadable(f"too many pixels: {error}: scale it down") from error
    except UnidentifiedImageError as error:
        raise Unreadable("no picture that can be read, or an empty or damaged file") from error
    except DAMAGED as error:
        raise Unreadable(f"damaged ({error})") from error
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Unreadable(f"{width}×{height} are more than {MOST_PIXELS // 10**6} million pixels: scale it down")
    return picture


def _plain(picture: Any, colour: bool) -> Any:
    """Return the picture turned upright, in mode RGB or L."""
    from PIL import Image

    if picture.mode == "F":
        raise Unreadable("floating-point pixels: save it with 8 or 16 bits")
    wide = _is_wide(picture)
    upright = turned(picture)
    if upright.mode in _DEEP:
        upright = _upper_bits(upright, wide=wide)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", upright.size, (0, 0, 0, 255)), upright)
    return upright.convert("RGB" if colour else "L")


def _is_wide(picture: Any) -> bool:
    """Whether a pixel of the file has 32 bits; Pillow opens some files of 16 in the same mode."""
    return picture.mode == "I" and picture.format == "TIFF" and 32 in picture.tag_v2.get(_BITS_PER_SAMPLE, ())


def _upper_bits(picture: Any, *, wide: bool) -> Any:
    """Return the upper 8 of 16 bits; Pillow's own way cuts off what is above 255.

    Args:
        picture: of whole numbers.
        wide: whether the file has 32 bits a pixel, which may hold no more than bytes: these stay.
    """
    import numpy as np
    from PIL import Image

    deep = np.asarray(picture).astype(np.int64)
    if deep.size and (deep.min() < 0 or deep.max() > 65535):
        raise Unreadable("more than 16 bits a pixel: save it with 8 or 16")
    return Image.fromarray((deep if wide and deep.max(initial=0) <= 255 else deep >> 8).astype(np.uint8))


def _fitted(picture: Any, wanted: Wanted) -> Any:
    """Return the picture scaled to fit, in the middle of black."""
    from PIL import ImageOps

    size = (wanted.width, wanted.height)
    return picture if picture.size == size else ImageOps.pad(picture, size, color=0)
