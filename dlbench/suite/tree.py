"""What a suite says, with the place of every word, so that a mistake can name its line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlbench.core.errors import Mistake, SuiteError

Way = tuple[str | int, ...]

DEPTH = 24
_LONGEST = 600
_LARGEST = 2**63


@dataclass(frozen=True)
class Place:
    """Where a word stands: the file as the user knows it, its line (0 where there is none), its folder."""

    file: str
    line: int
    folder: Path


@dataclass(frozen=True)
class Node:
    """A mapping of text to nodes, a list of nodes, or a scalar. A mapping's child stands where its key stands."""

    value: Any
    place: Place

    def plain(self) -> Any:
        """Return the same without places."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        return [child.plain() for child in self.value] if isinstance(self.value, list) else self.value

    def at(self, way: Way) -> Place:
        """Return the place of what stands at `way`, or of the last step towards it that exists."""
        node = self
        for step in way:
            held = node.value
            known = step in held if isinstance(held, dict) else isinstance(held, list) and step in range(len(held))
            if not known:
                break
            node = held[step]
        return node.place


class Mistakes:
    """Collects mistakes, so that all are told at once.

    `noted` counts every one, those too that are not told because the value could not be read at all.
    """

    def __init__(self) -> None:
        self.noted = 0
        self.found: list[Mistake] = []
        self._lost: set[tuple[str, int, str]] = set()

    def add(self, place: Place, way: Way, message: str) -> None:
        """Note one. Control characters are escaped: the text may come from anywhere and go to a terminal."""
        self.noted += 1
        mistake = Mistake(shown(place.file), place.line, shown(dotted(way)), shown(message))
        if mistake not in self.found and (mistake.file, mistake.line, mistake.path) not in self._lost:
            self.found.append(mistake)

    def lose(self, place: Place, way: Way, message: str) -> Node:
        """Note that a value cannot be read, and stand nothing in for it; no more is said of that place."""
        self.add(place, way, message)
        self._lost.add((shown(place.file), place.line, shown(dotted(way))))
        return Node(None, place)

    def raise_any(self) -> None:
        """Raise SuiteError where there is one, in the order of the files' lines."""
        if self.found:
            raise SuiteError(sorted(self.found, key=lambda mistake: (mistake.file, mistake.line)))


def dotted(way: Way) -> str:
    """Write a way as people do.

    >>> dotted(("models", 2, "C"))
    'models[2].C'
    """
    text = ""
    for step in way:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def shown(text: str) -> str:
    r"""Return `text` on one line, safe for a terminal: no control characters, no endless length.

    >>> shown("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)


def scalar_problem(value: Any) -> str | None:
    """Say why a suite cannot hold a scalar (not JSON, not finite, not text); None where it can."""
    if isinstance(value, float) and not math.isfinite(value):
        return f"expected a finite number, got {value!r}"
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return "expected a number of at most 64 bits, got a larger one"
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        return "expected text, got half a character (a lone surrogate)"
    if value is not None and not isinstance(value, str | int | float):
        return f"expected text, a number, true, false or nothing, got {type(value).__name__}"
    return None


def planted(value: Any, place: Place, way: Way, mistakes: Mistakes) -> Node:
    """Return plain Python data as nodes that all stand at one place; what is no plain data becomes a mistake."""
    if len(way) > DEPTH:
        return mistakes.lose(place, way[:3], f"nested deeper than {DEPTH} levels")
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str) or scalar_problem(key):
                mistakes.add(place, way, f"expected text as a key, got {key!r}")
        keys = [key for key in value if isinstance(key, str)]
        return Node({key: planted(value[key], place, (*way, key), mistakes) for key in keys}, place)
    if isinstance(value, list | tuple):
        return Node([planted(item, place, (*way, i), mistakes) for i, item in enumerate(value)], place)
    held = str(value) if isinstance(value, Path) else value
    if problem := scalar_problem(held):
        return mistakes.lose(place, way, problem)
    return Node(held, place)
