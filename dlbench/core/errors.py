"""Every error dlbench raises on purpose.

DlbenchError                    exit code
├── UsageError                  2   an argument that cannot be meant
│   └── UnknownName             2   a name the catalog does not hold
├── SuiteError                  2   a suite with mistakes, all of them listed
├── DataError                   2   the user's own data cannot be used
├── DataUnavailable             3   catalog data that cannot be had here
├── Diverged                    3   training left the finite numbers
├── NotComparable               4   nothing that a gate may compare
├── CorruptRecord               70  a stored record that cannot be believed
└── CannotWrite                 70  a disk that is full or broken
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class DlbenchError(Exception):
    """Base of all errors raised on purpose; its text is meant for the user."""

    exit_code = 70


class UsageError(DlbenchError):
    """An argument that cannot be meant."""

    exit_code = 2


class UnknownName(UsageError):
    """A name the catalog does not hold, with the nearest one that it does."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"unknown {kind} {name!r}{suggest(name, known)}")


@dataclass(frozen=True)
class Mistake:
    """One mistake in a file: where it stands, what is wrong, what would be right."""

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.message}" if self.path else f"{place}: {self.message}"


class SuiteError(DlbenchError):
    """A suite with mistakes; all of them, so that one edit can mend them."""

    exit_code = 2

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class DataError(DlbenchError):
    """The user's own data cannot be used as the suite asks."""

    exit_code = 2


class DataUnavailable(DlbenchError):
    """Catalog data that cannot be had here; the text names the command that helps."""

    exit_code = 3


class Diverged(DlbenchError):
    """Training produced numbers that are not finite."""

    exit_code = 3


class NotComparable(DlbenchError):
    """Two results that a gate must not compare."""

    exit_code = 4


class CorruptRecord(DlbenchError):
    """A stored record that cannot be believed."""

    exit_code = 70


class CannotWrite(DlbenchError):
    """A disk that is full or broken; what was finished is kept."""

    exit_code = 70


def suggest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?`, or the short list of what there is.

    >>> suggest("svn", ["svm", "mlp"])
    "; did you mean 'svm'?"
    >>> suggest("zzz", ["svm", "mlp"])
    '; one of: mlp, svm'
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    if not names:
        return ""
    return f"; one of: {', '.join(names[:12])}{', …' if len(names) > 12 else ''}"
