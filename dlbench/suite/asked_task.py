"""One task of a suite while it is being resolved: what was written, where it stands, and where mistakes go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbench.core.errors import suggest
from dlbench.suite.shape import TaskShape
from dlbench.suite.tree import Mistakes, Node, Way


@dataclass(frozen=True)
class AskedTask:
    """What the steps from a written task to its entry share.

    Attributes:
        written: the task's keys, each of the right type.
        way: to the task in the suite.
        tree: of the whole suite.
        mistakes: collects what is wrong with it.
    """

    written: TaskShape
    way: Way
    tree: Node
    mistakes: Mistakes

    def wrong(self, *way: str | int, message: str) -> None:
        """Note a mistake at a key of the task."""
        where = (*self.way, *way)
        self.mistakes.add(self.tree.at(where), where, message)

    def setting(self, section: str, key: str, default: Any) -> Any:
        """Return what the suite's frame says, which is checked elsewhere."""
        held = self.tree.value.get(section)
        written = held.plain() if held is not None else None
        return written.get(key, default) if isinstance(written, dict) else default


def unknown(kind: str, name: str, known: Mapping[str, Any]) -> str:
    """Say that nothing of a kind is called so, and what is nearest."""
    return f"unknown {kind} {name!r}{suggest(name, known)}"
