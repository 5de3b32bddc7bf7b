"""A sentence of the verdict, and the records it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Claim:
    """One sentence that a stranger can recompute.

    Attributes:
        text: the sentence.
        keys: of the records whose numbers it tells.
    """

    text: str
    keys: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {"text": self.text, "keys": list(self.keys)}


def keys_of(jobs: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the keys of jobs that have ended, each once.

    >>> keys_of([{"key": "a", "status": "ok"}, {"key": "b", "status": "pending"}, {"key": "a", "status": "ok"}])
    ('a',)
    """
    return tuple(dict.fromkeys(str(job["key"]) for job in jobs if job["status"] != "pending"))
