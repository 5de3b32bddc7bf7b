"""Pictures of items as data addresses: small ones as PNG of the standard library's making, larger ones as JPEG."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import numpy as np

PHOTO = 96
"""Pixels of a side above which a picture is kept with loss."""


def data_address(pixels: np.ndarray, top: float, widest: int) -> str:
    """Return a picture as a `data:` address.

    Args:
        pixels: (height, width, channels), from 0 to `top`; one channel is grey, three or more are red, green, blue.
        top: the largest value a pixel can have.
        widest: pixels of a side; larger pictures are thinned. What is still larger than `PHOTO` is kept as JPEG, which
            is a tenth of a PNG of it.
    """
    shown = _bytes(_thinned(pixels, widest), top)
    kind, content = ("jpeg", _jpeg(shown)) if max(shown.shape[:2]) > PHOTO else ("png", png(shown))
    return f"data:image/{kind};base64," + base64.b64encode(content).decode("ascii")


def png(pixels: np.ndarray) -> bytes:
    """Return (height, width, 1 or 3) uint8 pixels as a PNG file.

    Source: Portable Network Graphics specification, second edition: IHDR, one IDAT without filters, IEND.

    >>> png(np.zeros((1, 1, 1), dtype=np.uint8))[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    height, width, channels = pixels.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, width * channels)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 0 if channels == 1 else 2, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _jpeg(pixels: np.ndarray) -> bytes:
    from PIL import Image

    held = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels).save(held, "JPEG", quality=80)
    return held.getvalue()


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _thinned(pixels: np.ndarray, widest: int) -> np.ndarray:
    """Return a picture of at most `widest` pixels a side, each the mean of a block."""
    step = -(-max(pixels.shape[:2]) // widest)
    if step == 1:
        return pixels
    for axis in (0, 1):
        starts = np.arange(0, pixels.shape[axis], step)
        sizes = np.diff(np.append(starts, pixels.shape[axis])).reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
        pixels = np.add.reduceat(np.asarray(pixels, dtype=np.float64), starts, axis=axis) / sizes
    return pixels


def _bytes(pixels: np.ndarray, top: float) -> np.ndarray:
    held = pixels[..., :1] if pixels.shape[-1] < 3 else pixels[..., :3]
    unit = np.nan_to_num(np.asarray(held, dtype=np.float64) / top)
    return np.asarray(np.clip(np.rint(unit * 255), 0, 255).astype(np.uint8))
