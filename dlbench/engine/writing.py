"""What happens where results cannot be written: a full disk, a folder that is read-only."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlbench.core.errors import CannotWrite, UsageError

_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)
_LEAST = 2**18


@contextmanager
def writing(root: Path) -> Iterator[None]:
    """Turn what the system says of a results folder that cannot be written into what the user can do about it.

    Raises:
        CannotWrite: the disk is full, or broken.
        UsageError: the folder is not ours to write.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full(root) from error
        place = error.filename or root
        if error.errno in _REFUSED:
            raise UsageError(f"{place}: cannot be written: {error.strerror}; choose another folder with -o") from error
        if error.errno == errno.EIO:
            raise CannotWrite(
                f"{place}: {error.strerror}: the disk is failing; save what you need of {root}"
            ) from error
        raise


def refuse_if_full(root: Path) -> None:
    """Stop where a job failed on a disk that is full: it is not to be blamed.

    Raises:
        CannotWrite: less is free than a record takes.
    """
    if shutil.disk_usage(root).free < _LEAST:
        raise _full(root)


def _full(root: Path) -> CannotWrite:
    return CannotWrite(
        f"{root}: the disk is full. What was finished is kept there: free some space, and the same command resumes"
    )
