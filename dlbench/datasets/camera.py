"""How a camera says that its picture is to be turned: a number of EXIF's, from 1, not at all, to 8."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

DAMAGED: tuple[type[Exception], ...] = (
    OSError, SyntaxError, ValueError, EOFError, TypeError, AttributeError, LookupError, ArithmeticError, AssertionError,
    struct.error, zlib.error,
)  # fmt: skip
"""What Pillow raises at a file that is cut short or damaged; which of them depends on its reader and on the place."""

_ORIENTATION = 0x0112
_TOLD_IN_PNG = (b"eXIf", b"iTXt", b"zTXt", b"tEXt")
"""Chunks that may say how a picture is to be turned."""


def turn_of_head(picture: Any) -> int:
    """Return the turn of an open picture of Pillow's that is not unpacked yet, and is not by this; 1 where none can be
    read."""
    from PIL import Image

    def exif() -> Any:
        whole = picture.format != "PNG" or _told_behind(picture.fp)
        return picture.getexif() if whole else Image.Image.getexif(picture)  # a PNG's own unpacks it to look behind

    return _turn(exif)


def turned(picture: Any) -> Any:
    """Return a picture of Pillow's unpacked and turned as its camera says; what its EXIF tells is read, never written.

    Pillow's `exif_transpose` writes EXIF anew without the turn, and fails where another tag of it cannot be written.

    Raises:
        one of DAMAGED: a picture that cannot be unpacked.
    """
    from PIL.Image import Transpose

    picture.load()  # a TIFF turns itself, and tells of no turn from there on
    ways = {
        2: Transpose.FLIP_LEFT_RIGHT, 3: Transpose.ROTATE_180, 4: Transpose.FLIP_TOP_BOTTOM, 5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270, 7: Transpose.TRANSVERSE, 8: Transpose.ROTATE_90,
    }  # fmt: skip
    way = ways.get(_turn(picture.getexif))
    return picture if way is None else picture.transpose(way)


def _turn(exif: Callable[[], Any]) -> int:
    try:
        turn = exif().get(_ORIENTATION, 1)
    except DAMAGED:
        return 1
    return turn if isinstance(turn, int) and 1 <= turn <= 8 else 1


def _told_behind(file: BinaryIO) -> bool:
    """Whether a PNG may tell of a camera behind its pixels; the file stays where it is read."""
    place, behind = file.tell(), False
    file.seek(len(b"\x89PNG\r\n\x1a\n"))
    try:
        while len(head := file.read(8)) == 8:
            kind = head[4:]
            if behind and kind in _TOLD_IN_PNG:
                return True
            behind = behind or kind == b"IDAT"
            file.seek(int.from_bytes(head[:4], "big") + 4, io.SEEK_CUR)
        return False
    finally:
        file.seek(place)
