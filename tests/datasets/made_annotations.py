"""Pictures, and folders of annotated ones, as VOC, COCO and YOLO have them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

Thing = tuple[str, tuple[Any, Any, Any, Any]]


def picture(
    size: tuple[int, int] = (40, 30), colour: Any = (90, 20, 20), mode: str = "RGB", form: str = "PNG"
) -> bytes:
    """A picture of one colour; size is width × height, as Pillow has it."""
    held = io.BytesIO()
    Image.new(mode, size, colour).save(held, form)
    return held.getvalue()


TURNED = {1: (4, 2, 10, 6), 2: (26, 2, 10, 6), 3: (26, 22, 10, 6), 4: (4, 22, 10, 6),
          5: (2, 4, 6, 10), 6: (22, 4, 6, 10), 7: (22, 26, 6, 10), 8: (2, 26, 6, 10)}  # fmt: skip
"""Where the white spot of `turned` lies as it is looked at: left, top, width, height."""


def turned(turn: int, size: tuple[int, int] = (40, 30), form: str = "JPEG", told: bytes | None = None) -> bytes:
    """A black picture of size width × height in its file, white from (4, 2) to (14, 8), that a camera turned.

    Args:
        turn: a number of EXIF's.
        size: of the picture.
        form: of the file.
        told: all of its EXIF, in place of the turn alone.
    """
    drawn = Image.new("L", size, 0)
    drawn.paste(255, (4, 2, 14, 8))
    exif = Image.Exif()
    exif[0x0112] = turn
    held = io.BytesIO()
    drawn.save(held, form, exif=exif if told is None else told)
    return held.getvalue()


def unwritable(turn: int) -> bytes:
    """EXIF of a turn, and of a tag (SubIFDs, as a double) that Pillow reads and cannot write."""
    ways = struct.pack("<HHIHH", 0x0112, 3, 1, turn, 0)
    odd = struct.pack("<HHII", 0x014A, 12, 1, 38)
    return b"Exif\0\0" + b"II*\0" + struct.pack("<IH", 8, 2) + ways + odd + struct.pack("<Id", 0, 1.5)


def bomb(side: int = 20_000) -> bytes:
    """A PNG whose head claims side × side pixels, in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def xml(things: Sequence[Thing], more: str = "") -> str:
    """An annotation with corners xmin, ymin, xmax, ymax."""
    told = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{box[0]}</xmin><ymin>{box[1]}</ymin><xmax>{box[2]}</xmax>"
        f"<ymax>{box[3]}</ymax></bndbox>{more}</object>"
        for name, box in things
    )
    return f"<annotation><size><width>40</width><height>30</height></size>{told}</annotation>"


def voc(folder: Path, things: Mapping[str, Sequence[Thing]], lists: Mapping[str, Sequence[str]] | None = None) -> Path:
    """A folder of PNG pictures of 40 × 30."""
    for name in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (folder / name).mkdir(parents=True)
    for name, told in things.items():
        (folder / "JPEGImages" / f"{name}.png").write_bytes(picture())
        (folder / "Annotations" / f"{name}.xml").write_text(xml(told))
    for name, names in (lists or {}).items():
        (folder / "ImageSets" / "Main" / f"{name}.txt").write_text("".join(f"{one}\n" for one in names))
    return folder


def yolo(folder: Path, lines: dict[str, str], names: str = "names: [cell, speck]") -> Path:
    """A folder of PNG pictures of 40 × 30, with the lines of each."""
    (folder / "data.yaml").parent.mkdir(parents=True, exist_ok=True)
    (folder / "data.yaml").write_text(names)
    for name, text in lines.items():
        image, label = folder / "images" / f"{name}.png", folder / "labels" / f"{name}.txt"
        for path in (image, label):
            path.parent.mkdir(parents=True, exist_ok=True)
        image.write_bytes(picture())
        label.write_text(text)
    return folder
