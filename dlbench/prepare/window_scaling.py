"""What is done to windows before a forecaster sees them, and undone on its answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlbench.prepare.windows import Windows

WAYS = ("window", "last", "train", "none")


@dataclass(frozen=True)
class WindowScaling:
    """A fitted scaling: a number x becomes (x − centre) / spread, channel by channel.

    Centre and spread are the mean and standard deviation of each window (`window`: Kim et al., RevIN, 2022), the
    window's last value and the training spread (`last`: Zeng et al., NLinear, 2023), those of the training windows
    (`train`), or nothing (`none`).

    Attributes:
        way: one of `WAYS`.
        memory: share of the context that is read, its latest steps.
        all_channels: whether channels beside the target are read.
        mean, spread: (channels,) of the training windows; a spread of zero counts as 1.
    """

    way: str
    memory: float
    all_channels: bool
    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def fit(cls, windows: Windows, way: str = "none", memory: float = 1.0, all_channels: bool = False) -> WindowScaling:
        """Learn means and spreads from training windows.

        Raises:
            ValueError: an unknown way, or a share outside (0, 1].
        """
        if way not in WAYS or not 0 < memory <= 1:
            raise ValueError(f"expected one of {', '.join(WAYS)} and a memory in (0, 1], got {way!r}, {memory}")
        spread = windows.contexts.std(axis=(0, 1))
        return cls(way, memory, all_channels, windows.contexts.mean(axis=(0, 1)), np.where(spread > 0, spread, 1.0))

    def __call__(self, windows: Windows) -> np.ndarray:
        """Return (n, remembered steps, channels read) scaled float64."""
        centre, spread = self._units(windows)
        read = slice(None) if self.all_channels else slice(windows.channel, windows.channel + 1)
        scaled = (windows.contexts - centre) / spread
        steps = max(1, round(self.memory * scaled.shape[1]))
        return np.ascontiguousarray(scaled[:, -steps:, read])

    def scaled_target(self, windows: Windows, target: np.ndarray) -> np.ndarray:
        """Return (n, horizon) targets in the unit of each one's window."""
        centre, spread = self._units(windows)
        return np.asarray((target - centre[..., windows.channel]) / spread[..., windows.channel])

    def unscaled(self, windows: Windows, answers: np.ndarray) -> np.ndarray:
        """Return (n, horizon) answers in the unit of the series."""
        centre, spread = self._units(windows)
        return np.asarray(answers * spread[..., windows.channel] + centre[..., windows.channel])

    def _units(self, windows: Windows) -> tuple[np.ndarray, np.ndarray]:
        """Return centre and spread, each (n or 1, 1, channels)."""
        here, width = windows.contexts, (1, 1, -1)
        if self.way == "window":
            # A window that stands still would make any change infinite: a hundredth of the training spread is least.
            least = 0.01 * self.spread.reshape(width)
            return here.mean(axis=1, keepdims=True), np.maximum(here.std(axis=1, keepdims=True), least)
        if self.way == "last":
            return here[:, -1:], self.spread.reshape(width)
        if self.way == "train":
            return self.mean.reshape(width), self.spread.reshape(width)
        return np.zeros((1, 1, here.shape[2])), np.ones((1, 1, here.shape[2]))
