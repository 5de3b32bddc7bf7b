"""A series: channels side by side in even steps of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Series:
    """T steps of one or more channels, and how one of them is to be forecast.

    Attributes:
        values: (T, channels) finite float64.
        channel: position of the forecast one.
        horizon: steps to forecast from an origin.
        context: steps before an origin that a contestant sees.
        season: steps of a season; 1 where there is none.
        step: from one origin to the next; `horizon` makes forecasts that do not overlap.
        names: of the channels.
    """

    values: np.ndarray
    channel: int = 0
    horizon: int = 1
    context: int = 1
    season: int = 1
    step: int = 1
    names: tuple[str, ...] = ()

    modality = "series"

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or not 0 <= self.channel < self.values.shape[1]:
            raise ValueError(f"expected (steps, channels) with channel {self.channel}, got shape {self.values.shape}")
        if min(self.horizon, self.season, self.step) < 1 or self.context < self.season:
            raise ValueError(f"expected horizon, season and step from 1 and a context of a season at least: {self.how}")

    def __len__(self) -> int:
        return len(self.values)

    @property
    def shape(self) -> tuple[int, ...]:
        """(context, channels) of one window."""
        return (self.context, self.values.shape[1])

    @property
    def how(self) -> dict[str, int]:
        """How it is forecast, without the values."""
        return {name: getattr(self, name) for name in ("channel", "horizon", "context", "season", "step")}

    @property
    def target(self) -> np.ndarray:
        """(T,) values of the forecast channel."""
        return self.values[:, self.channel]

    def arrays(self) -> tuple[np.ndarray, ...]:
        """Return the content, for a fingerprint."""
        return (self.values, np.array(list(self.how.values())), np.array(self.names, dtype=np.str_))


def naive_error(history: np.ndarray, season: int) -> float:
    """Return the mean |y(t) − y(t − season)| of a history, the unit of MASE; NaN where it is no longer than a season.

    Source: Hyndman and Koehler, Another look at measures of forecast accuracy, 2006.

    >>> naive_error(np.array([1.0, 3.0, 5.0, 7.0]), 1)
    2.0
    """
    if len(history) <= season:
        return float("nan")
    return float(np.abs(history[season:] - history[:-season]).mean())
