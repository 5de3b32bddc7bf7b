"""The seconds after which a job's search, and then its refit, are to be over, as seen from outside."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec


class Charge:
    """What a job is doing, of what its budget is charged with, and since when.

    The refit says itself what the search has left of the seconds: so every fit seed has the same terms, whether it
    searched or another did. An ensemble chooses within what its members were granted.

    Args:
        spec: of the job.

    Attributes:
        granted: seconds for the step it is at; None for any number.
        since: when it came to that step; None where it is at nothing that is charged.
    """

    def __init__(self, spec: JobSpec) -> None:
        self._seconds, self._searches = spec.search.seconds, len(spec.members) + 1
        self.granted: float | None = None
        self.since: float | None = None

    def come_to(self, event: Mapping[str, Any]) -> None:
        """Take note of a `step` event, which tells of the refit how many `seconds` it has."""
        step, seconds = event.get("step"), self._seconds
        if step not in ("search", "refit"):
            self.since = None
            return
        self.since = time.monotonic()
        if seconds is not None:
            left = min(seconds, float(event.get("seconds", seconds)))
            self.granted = left if step == "refit" else seconds * self._searches

    def over(self, beyond: float) -> bool:
        """Whether the step has gone on for so many seconds beyond what it was granted."""
        if self.since is None or self.granted is None:
            return False
        return time.monotonic() - self.since >= self.granted + beyond

    @property
    def told(self) -> str:
        """What it was granted, in words."""
        return f"the {self.granted or 0:.3g} s it was granted (search.seconds)"
