"""What the user's own pictures are taken for, told in rows as the columns of a table are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SHOWN = 5
"""Files that are named of those left out."""


def row(column: str, kind: str, why: str, missing: float = 0.0, warning: str = "") -> dict[str, Any]:
    """Return one row: what is told of, what it is taken for and why, the share that is missing, what to look at."""
    return {"column": column, "kind": kind, "why": why, "missing": missing, "warning": warning}


def left_out(files: Sequence[str]) -> str:
    """Say how many files are left out, and why the first ones are; empty for none.

    >>> left_out(["a.png: damaged", "b.png: empty"])
    '2 left out: a.png: damaged; b.png: empty'
    """
    if not files:
        return ""
    more = f"; and {len(files) - SHOWN} more" if len(files) > SHOWN else ""
    return f"{len(files)} left out: {'; '.join(files[:SHOWN])}{more}"
