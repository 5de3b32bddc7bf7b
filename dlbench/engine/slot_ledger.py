"""Where the wall of a run went, slot by slot: what jobs spent on what, and idle."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LINES = ("start-up", "import", "load", "search", "refit", "predict", "look", "save", "end", "idle")
"""Lines of the ledger.

start-up until a worker's first own line; import of libraries, threads, included code; load data and cut it; look: what
the contestant looked at, where the suite asks (`policy.attributions`); save what is kept, and score; end: the process
is gone, its record committed; idle: no job was in the slot.
"""


@dataclass
class Spent:
    """The seconds of one job in its slot, by what its worker says.

    A worker says of every step how long it had lived by its own clock. When it was born is told by the message that
    took least to arrive; what comes before is start-up, what comes after its last word is its end.

    Args:
        slot: its number.
        started: when the job was ordered, by the monotonic clock.
    """

    slot: int
    started: float
    seconds: dict[str, float] = field(default_factory=dict)
    _step: str = "import"
    _lived: float = 0.0
    _born: float = math.inf

    def note(self, event: Mapping[str, Any], now: float) -> None:
        """Take note of an event that came at `now`."""
        if "lived" not in event:
            return
        lived = float(event["lived"])
        self._born = min(self._born, now - lived)
        self._add(self._step, lived - self._lived)
        self._lived = lived
        self._step = "end" if event["event"] in ("done", "error") else str(event.get("step", self._step))

    def closed(self, now: float) -> dict[str, Any]:
        """Return slot, wall and seconds by line of a job whose process is gone at `now`."""
        born = min(self._born, now)
        self._add("start-up", born - self.started)
        self._add(self._step, now - born - self._lived)
        spent = {line: round(self.seconds[line], 4) for line in LINES if line in self.seconds}
        return {"slot": self.slot, "wall": now - self.started, "spent": spent}

    def _add(self, step: str, seconds: float) -> None:
        line = step if step in LINES else "save"
        self.seconds[line] = self.seconds.get(line, 0.0) + max(0.0, seconds)


class SlotBook:
    """Keeps the ledger of every slot while a run goes on.

    Args:
        slots: how many there are; one that is never used is idle.
        now: when the run began, by the monotonic clock.
    """

    def __init__(self, slots: int, now: float) -> None:
        self._began = now
        self._free_since = dict.fromkeys(range(slots), now)
        self._lines: dict[int, dict[str, float]] = {slot: {} for slot in range(slots)}

    def freed(self, ended: Mapping[str, Any], since: float, now: float) -> None:
        """Note a job's last event, which came at `since`, and that its record was committed at `now`."""
        slot = int(ended["slot"])
        self._add(slot, "idle", since - float(ended["wall"]) - self._free_since.get(slot, self._began))
        for line, seconds in ended["spent"].items():
            self._add(slot, line, seconds)
        self._add(slot, "end", now - since)
        self._free_since[slot] = now

    def closed(self, now: float) -> dict[str, Any]:
        """Return wall and lines by slot, as an entry of the journal, of a run that ends at `now`, every slot free."""
        for slot, since in self._free_since.items():
            self._add(slot, "idle", now - since)
        lines = [{line: round(one[line], 4) for line in LINES if line in one} for one in self._lines.values()]
        return {"event": "slots", "wall": round(now - self._began, 4), "slots": lines}

    def _add(self, slot: int, line: str, seconds: float) -> None:
        lines = self._lines.setdefault(slot, {})
        lines[line] = lines.get(line, 0.0) + seconds


def slot_ledger(journal: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the ledger of a run, one row a session and slot.

    Args:
        journal: from `RunFolder.journal`. A session that was killed has left no ledger.

    Returns:
        Rows of session and slot (from zero), wall, then seconds of every line in `LINES`, and `unexplained`: the wall
        less their sum.
    """
    sessions = [entry for entry in journal if entry.get("event") == "slots"]
    return [
        _row(session, slot, float(entry["wall"]), lines)
        for session, entry in enumerate(sessions)
        for slot, lines in enumerate(entry["slots"])
    ]


def totals(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the seconds of every line over all rows, and their wall."""
    return {name: sum(float(row[name]) for row in rows) for name in ("wall", *LINES, "unexplained")}


def told(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows of `slot_ledger` as a table of plain text, seconds to the tenth.

    >>> print(told([_row(0, 1, 3.0, {"refit": 2.0, "idle": 1.0})]))
    slot  wall  start-up  import  load  search  refit  predict  look  save  end  idle
       1   3.0       0.0     0.0   0.0     0.0    2.0      0.0   0.0   0.0  0.0   1.0
    """
    heads = ["slot", "wall", *LINES]
    lines = [[str(row["slot"]), *(f"{row[name]:.1f}" for name in heads[1:])] for row in rows]
    widths = [max(len(line[column]) for line in (heads, *lines)) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in (heads, *lines)
    )


def _row(session: int, slot: int, wall: float, lines: Mapping[str, float]) -> dict[str, Any]:
    whole = {line: float(lines.get(line, 0.0)) for line in LINES}
    return {"session": session, "slot": slot, "wall": wall, **whole, "unexplained": wall - sum(whole.values())}
