"""Files that may be opened: regular ones that fit in memory. A device or a pipe may never end."""

from __future__ import annotations

import difflib
import gzip
import re
import stat
import zlib
from pathlib import Path

from dlbench.core.errors import DataError

SPREAD = 6
"""Bytes of memory that a byte of a table's file may take: text, columns, matrix, and the parts cut from it."""

_GZIP = b"\x1f\x8b"
_KNOWN = {
    b"PAR1": "a Parquet file: read it as `parquet:`",
    b"PK\x03\x04": "a zip archive or an Excel workbook: unpack it, or read it as `excel:`",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: save it as .xlsx or CSV",
    b"%PDF": "a PDF",
    b"SQLite format 3": "an SQLite database: export the table as CSV",
    b"\x89HDF": "an HDF5 file: export the table as CSV or Parquet",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\x28\xb5\x2f\xfd": "packed by zstd: unpack it",
    b"BZh": "packed by bzip2: unpack it",
    b"\xfd7zXZ": "packed by xz: unpack it",
    b"\x80\x04\x95": "a Python pickle, which is never opened: export the table as CSV or Parquet",
}


def require_regular(path: Path) -> int:
    """Return the size of a regular file in bytes.

    Raises:
        DataError: nothing there, a folder, a device, a pipe, or a file too large for the memory at hand.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        raise DataError(f"{path}: no such file{_neighbour(path)}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if stat.S_ISDIR(found.st_mode):
        raise DataError(f"{path}: cannot be read: it is a folder; name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise DataError(f"{path}: neither a file nor a folder, but a device or a pipe: copy its content into a file")
    require_room(path, found.st_size)
    return found.st_size


def require_room(path: Path, size: int) -> None:
    """Refuse a file of `size` bytes, unpacked, that the memory of this process cannot hold.

    Raises:
        DataError: with both sizes.
    """
    if size * SPREAD > (free := room()):
        raise DataError(
            f"{path}: {_size(size)} are too many: a table takes about {SPREAD} times its file, and {_size(free)} of"
            " memory are free: bring fewer rows or columns, or more memory"
        )


def room() -> int:
    """Return the bytes this process may still take: free memory of the machine, of its control group, of its limit."""
    import psutil

    free = [int(psutil.virtual_memory().available)]
    try:
        import resource

        soft = resource.getrlimit(resource.RLIMIT_AS)[0]
        if soft != resource.RLIM_INFINITY:
            free.append(max(0, soft - int(psutil.Process().memory_info().vms)))
    except ImportError:  # systems without such limits
        pass
    group = Path("/sys/fs/cgroup")
    try:
        most = (group / "memory.max").read_text(encoding="ascii").strip()
        if most.isdigit():
            free.append(int(most) - int((group / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):
        pass
    return max(0, min(free))


def content(path: Path) -> bytes:
    """Return all bytes of a file, unpacked where it is a gzip file.

    Raises:
        DataError: a file that may not be opened, is cut short, or is known to be something else than text.
    """
    require_regular(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    if raw.startswith(_GZIP):
        raw = _unpacked(path)
    _refuse_known(path, raw)
    if re.search(rb"[^\xef\xbb\xbf \t\r\n]", raw) is None:
        raise DataError(f"{path}: the file is empty")
    return raw


def head(path: Path, size: int) -> bytes | None:
    """Return the first bytes of a file up to a line's end; None where it is packed, in UTF-16, or has no such end.

    Raises:
        DataError: a file that may not be opened, or is known to be something else than text.
    """
    require_regular(path)
    try:
        with path.open("rb") as file:
            raw = file.read(size)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    _refuse_known(path, raw)
    end = raw.rfind(b"\n") + 1
    return raw[:end] if end and not raw.startswith((_GZIP, b"\xff\xfe", b"\xfe\xff")) else None


def _refuse_known(path: Path, raw: bytes) -> None:
    for start, what in _KNOWN.items():
        if raw.startswith(start):
            raise DataError(f"{path}: not UTF-8 text but {what}")


def _unpacked(path: Path) -> bytes:
    pieces, size = [], 0
    try:
        with gzip.open(path) as file:
            while piece := file.read(1 << 24):
                pieces.append(piece)
                size += len(piece)
                require_room(path, size)
    except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
        raise DataError(f"{path}: a gzip file that is cut short or broken ({error}): fetch or pack it again") from error
    return b"".join(pieces)


def _neighbour(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"; there is no folder {path.parent}"
    near = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""


def _size(count: int) -> str:
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.1f} MiB"
