"""The granted seconds of a job: what its search has used, and what it must leave for the refit."""

from __future__ import annotations

import time
from collections.abc import Callable

_LEAST = 0.1


class Allowance:
    """Counts the seconds of one search, and says how many more trials fit into what was granted.

    Args:
        seconds: granted to search and refit together; None without a limit.
        growth: how many times a trial's rows the refit sees, and so, about, how many times its seconds it takes.
        clock: in seconds, never set back.
    """

    def __init__(self, seconds: float | None, growth: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self.growth, self.clock = seconds, growth, clock
        self._began = clock()
        self._longest = self._packed = self._alone = 0.0

    def elapsed(self) -> float:
        """Return the seconds that the search has used."""
        return self.clock() - self._began

    def resume(self, elapsed: float) -> None:
        """Go on from what an earlier process had used: nothing is given twice, and replaying costs nothing."""
        self._began = self.clock() - elapsed

    def charge(self, seconds: float, packed: int = 1) -> None:
        """Note what a trial took. One of `packed` trained together says little of how long it takes alone."""
        self._longest = max(self._longest, seconds)
        if packed == 1:
            self._alone = max(self._alone, seconds)
        else:
            self._packed = max(self._packed, seconds * packed)

    def room(self) -> int | None:
        """Return how many trials as long as the longest fit beside the refit; None for any number.

        The first is always granted: nothing is known before it.
        """
        if self.seconds is None:
            return None
        if not self._longest:
            return 1
        return max(0, int((self.seconds - self.elapsed() - self.reserve()) / self._longest))

    def fits(self, seconds: float) -> bool:
        """Whether so many seconds fit beside the refit; none at all, of which nothing is known, always do."""
        return self.seconds is None or not seconds or self.elapsed() + seconds + self.reserve() <= self.seconds

    def deadline(self) -> float | None:
        """Return when what starts now must stop, so that the refit of it, or of the longest, still has its time."""
        if self.seconds is None:
            return None
        left = self.seconds - self.elapsed()
        return self.clock() + max(_LEAST, min(left / (1 + self.growth), left - self.reserve()))

    def reserve(self) -> float:
        """Return the seconds that are held back for the refit: as long as the longest trial, for all its rows."""
        return (self._alone or self._packed) * self.growth
