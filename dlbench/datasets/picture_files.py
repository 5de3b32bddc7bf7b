"""Files of a folder, a tar or a zip, read one after the other; nothing is ever unpacked to disk."""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dlbench.core.errors import DataError

MOST_FILES = 2_000_000
MOST_BYTES = 1 << 27
"""Bytes of one file that is read."""

ARCHIVES = (".tar", ".tgz", ".zip", ".tbz2", ".txz")


@dataclass(frozen=True)
class File:
    """A file: its path below the folder or in the archive, with /, and its bytes."""

    name: str
    content: bytes


def is_archive(path: Path) -> bool:
    """Whether a path is named like an archive that is read here: .zip, .tar, .tgz, .tar.gz and the like."""
    ends = [end.lower() for end in path.suffixes[-2:]]
    return bool(ends) and (ends[-1] in ARCHIVES or (len(ends) == 2 and ends[0] == ".tar"))


def files_of(path: Path, suffixes: tuple[str, ...]) -> Iterator[File]:
    """Yield the files with these endings, in the order of a folder's names or of the archive.

    Hidden files and folders, links out of an archive and what macOS and Windows leave beside pictures are passed over.

    Raises:
        DataError: nothing there, an archive that is damaged, a file or a number of files that is too large.
    """
    if path.is_dir():
        yield from _of_folder(path, suffixes)
    elif not path.exists():
        raise DataError(f"{path}: no such file or folder")
    elif path.suffix.lower() == ".zip":
        yield from _of_zip(path, suffixes)
    else:
        yield from _of_tar(path, suffixes)


def state_of(path: Path, suffixes: tuple[str, ...]) -> list[list[object]]:
    """Return name, size and time of every file of a folder, or of the archive itself: what changes with the content."""
    if not path.is_dir():
        found = path.stat()
        return [[path.name, found.st_size, found.st_mtime_ns]]
    states = ((one, one.stat()) for one in walked(path, suffixes))
    return [[one.relative_to(path).as_posix(), found.st_size, found.st_mtime_ns] for one, found in states]


def walked(folder: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the files below a folder with these endings, in the order of their paths; hidden ones are passed over."""
    found: list[Path] = []
    for root, _, names in _walk(folder):
        found += [Path(root) / name for name in names if _wanted(name, suffixes)]
        if len(found) > MOST_FILES:
            raise DataError(f"{folder}: more than {MOST_FILES} files; name a folder below it")
    return sorted(found, key=lambda one: one.relative_to(folder).as_posix())


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield what `os.walk` does, in the order of names and without hidden folders."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _passed_over(name))
        yield root, folders, names


def folders_of(path: Path) -> list[str]:
    """Return all folders below a folder or in an archive, with / between and sorted; hidden ones are passed over.

    Raises:
        DataError: an archive that is damaged.
    """
    if path.is_dir():
        found = [Path(root) / name for root, folders, _ in _walk(path) for name in folders]
        return sorted(one.relative_to(path).as_posix() for one in found)
    names = _folders_of_zip(path) if path.suffix.lower() == ".zip" else _folders_of_tar(path)
    plain = (name.replace("\\", "/").removeprefix("./").strip("/") for name in names)
    return sorted({name for name in plain if name and not any(map(_passed_over, name.split("/")))})


def _folders_of_zip(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [one.filename for one in archive.infolist() if one.is_dir()]
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: a zip file that is cut short, locked or broken ({error})") from error


def _folders_of_tar(path: Path) -> list[str]:
    try:
        with tarfile.open(path) as archive:
            return [one.name for one in archive if one.isdir()]
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise DataError(f"{path}: an archive that is cut short or broken ({error}): fetch or pack it again") from error


def _of_folder(folder: Path, suffixes: tuple[str, ...]) -> Iterator[File]:
    for path in walked(folder, suffixes):
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                continue
            _require_size(path, path.name, found.st_size)
            yield File(path.relative_to(folder).as_posix(), path.read_bytes())
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error


def _of_zip(path: Path, suffixes: tuple[str, ...]) -> Iterator[File]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir() and _wanted(one.filename, suffixes)]
            _require_count(path, len(members))
            for member in members:
                _require_size(path, member.filename, member.file_size)
                yield File(member.filename, archive.read(member))
    except (OSError, EOFError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: a zip file that is cut short, locked or broken ({error})") from error


def _of_tar(path: Path, suffixes: tuple[str, ...]) -> Iterator[File]:
    count = 0
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if not member.isreg() or not _wanted(member.name, suffixes):
                    continue
                count += 1
                _require_count(path, count)
                _require_size(path, member.name, member.size)
                file = archive.extractfile(member)
                assert file is not None, "a regular file has content"
                yield File(member.name.removeprefix("./"), file.read())
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise DataError(f"{path}: an archive that is cut short or broken ({error}): fetch or pack it again") from error


def _wanted(name: str, suffixes: tuple[str, ...]) -> bool:
    parts = name.replace("\\", "/").removeprefix("./").split("/")
    return name.lower().endswith(suffixes) and not any(_passed_over(part) for part in parts)


def _passed_over(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _require_count(path: Path, count: int) -> None:
    if count > MOST_FILES:
        raise DataError(f"{path}: more than {MOST_FILES} files")


def _require_size(path: Path, name: str, size: int) -> None:
    if size > MOST_BYTES:
        raise DataError(f"{path}: {name} has {size / 2**20:.0f} MiB, and {MOST_BYTES >> 20} are the most of one file")
