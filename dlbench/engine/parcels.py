"""Parcels: JSON and files in one string of bytes, as they go between machines; opened with suspicion.

A parcel is eight bytes that hold the length of a JSON header, the header, and the files one after the other. The
header names each file with its size and hash. Nothing in it is ever unpickled or run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dlbench.core.errors import CorruptRecord
from dlbench.store import load_arrays

_LENGTH = 8
_LONGEST_HEADER = 2**28
_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}(/[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}){0,4}", re.ASCII)


def pack(told: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> bytes:
    """Return a parcel.

    Args:
        told: JSON.
        files: relative name → content.
    """
    files = files or {}
    listed = [[name, len(content), hashlib.sha256(content).hexdigest()] for name, content in files.items()]
    header = json.dumps({"told": dict(told), "files": listed}).encode()
    return b"".join((len(header).to_bytes(_LENGTH, "big"), header, *files.values()))


def unpack(parcel: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what a parcel tells, and its files.

    Raises:
        CorruptRecord: it was cut short or altered, or names a file that leads out of a folder.
    """
    try:
        start = _LENGTH + int.from_bytes(parcel[:_LENGTH], "big")
        if start > min(len(parcel), _LONGEST_HEADER):
            raise CorruptRecord("a parcel that was cut short")
        header = json.loads(parcel[_LENGTH:start])
        told, listed = dict(header["told"]), [(str(name), int(size), sha) for name, size, sha in header["files"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CorruptRecord("a parcel that cannot be read") from error
    files = {}
    for name, size, sha in listed:
        content = parcel[start : start + size]
        start += max(0, size)
        if not _NAME.fullmatch(name) or hashlib.sha256(content).hexdigest() != sha:
            raise CorruptRecord(f"a parcel whose file {name!r} is misnamed, cut short or altered")
        files[name] = content
    return told, files


def gather(folder: Path, names: Iterable[str] | None = None, *, into: str = "") -> dict[str, bytes]:
    """Return the plain files of a folder, name → content; what else lies there is left.

    Args:
        folder: may be missing.
        names: relative to it; None for all that lie in it, none deeper.
        into: set before each name.
    """
    if names is None:
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ()
    paths = {name: folder / name for name in names}
    return {into + name: path.read_bytes() for name, path in paths.items() if path.is_file() and not path.is_symlink()}


def lay_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files of a parcel under a folder.

    Raises:
        CorruptRecord: an npz that holds other things than plain arrays, a JSON file that is none.
    """
    for name, content in files.items():
        if name.endswith(".npz"):
            load_arrays(content)
        elif name.endswith(".json"):
            _readable(name, content)
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _readable(name: str, content: bytes) -> None:
    try:
        json.loads(content)
    except (ValueError, RecursionError) as error:
        raise CorruptRecord(f"{name}: not JSON") from error
