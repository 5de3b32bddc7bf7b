"""Where a curve of differences turns positive for good, and how sure that place is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlbench.stats.interval import check_level


@dataclass(frozen=True)
class Crossing:
    """The place from where on the first side leads up to the end of the range.

    Attributes:
        at: in the unit of x; None without a crossing in range: it leads at every point, or not at the last one.
        low, high: bounds, a range's order statistics; −inf says "before the first point", inf "after the last one, or
            never".
        share_in_range: of the resampled curves that cross between the first and the last point.
    """

    at: float | None
    low: float
    high: float
    share_in_range: float


def crossover(
    x: np.ndarray, draws: np.ndarray, whole: np.ndarray, *, log: bool = False, level: float = 0.95
) -> Crossing:
    """Return where first − second crosses zero upwards for the last time.

    Between two points the curve is taken for straight, on a log axis where `log` says so. Each resampled curve has
    its own crossing; the interval holds the middle share `level` of them. Curves that never cross within the range
    count as crossings beyond one of its ends: leaving them out would make the interval too sure.

    Args:
        x: (points,) ascending; above 0 on a log axis.
        draws: (resamples, points) resampled differences, all points of a row from the same resample.
        whole: (points,) differences on the data as they are.
        log: whether x is read on a log scale.
        level: of confidence.

    Raises:
        ValueError: shapes that do not fit, x that does not ascend, or not above 0 on a log axis.

    From −1 at 1 to +3 at 100 on a log axis a quarter of the way is √10; the one resample crosses half way:

    >>> crossover(np.array([1.0, 100.0]), np.array([[-1.0, 1.0]]), np.array([-1.0, 3.0]), log=True)
    Crossing(at=3.1622776601683795, low=10.0, high=10.0, share_in_range=1.0)
    >>> crossover(np.array([1.0, 2.0]), np.array([[1.0, 1.0]]), np.array([1.0, 3.0]))
    Crossing(at=None, low=-inf, high=-inf, share_in_range=0.0)
    """
    axis, curves = np.asarray(x, dtype=np.float64), np.asarray(draws, dtype=np.float64)
    _check(axis, curves, np.asarray(whole), log)
    check_level(level)
    scale = np.log10(axis) if log else axis
    own = float(_last_rise(scale, np.asarray(whole, dtype=np.float64)[None])[0])
    kept = np.sort(_last_rise(scale, curves[~np.isnan(curves).any(axis=1)]))
    inside = np.isfinite(kept)
    low, high = _ends(kept, level)
    return Crossing(
        at=_back(own, log) if math.isfinite(own) else None,
        low=_back(low, log),
        high=_back(high, log),
        share_in_range=float(inside.mean()) if len(kept) else math.nan,
    )


def _last_rise(x: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Return (n,) where each of (n, points) curves turns positive for good; −inf or inf where it does not in range."""
    behind = curves <= 0
    last = curves.shape[1] - 1 - behind[:, ::-1].argmax(axis=1)  # the last point where it is not ahead
    before = np.minimum(last, curves.shape[1] - 2)
    rows = np.arange(len(curves))
    start, end = curves[rows, before], curves[rows, before + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = x[before] + (x[before + 1] - x[before]) * (-start / (end - start))
    found = np.where(last == curves.shape[1] - 1, np.inf, found)
    return np.asarray(np.where(behind.any(axis=1), found, -np.inf))


def _ends(kept: np.ndarray, level: float) -> tuple[float, float]:
    """Return the order statistics that hold the middle share; the outer ones, since infinite ones have no middle."""
    if not len(kept):
        return -math.inf, math.inf
    outside = (1 - level) / 2
    low = math.floor(outside * (len(kept) - 1))
    return float(kept[low]), float(kept[len(kept) - 1 - low])


def _back(value: float, log: bool) -> float:
    return float(10**value) if log and math.isfinite(value) else value


def _check(x: np.ndarray, draws: np.ndarray, whole: np.ndarray, log: bool) -> None:
    if x.ndim != 1 or len(x) < 2 or whole.shape != x.shape or draws.ndim != 2 or draws.shape[1] != len(x):
        raise ValueError(f"expected at least two points, one column each, got {x.shape}, {draws.shape}, {whole.shape}")
    if (np.diff(x) <= 0).any() or (log and x[0] <= 0):
        raise ValueError(f"expected ascending points{', above 0' if log else ''}, got {x}")
