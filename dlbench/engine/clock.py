"""Where a job's seconds went."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Adds up wall seconds by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Charge the time of the block to `name`."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.add(name, time.monotonic() - start)

    def add(self, name: str, seconds: float) -> None:
        """Charge `seconds` to `name`."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def __getitem__(self, name: str) -> float:
        return self.seconds.get(name, 0.0)
