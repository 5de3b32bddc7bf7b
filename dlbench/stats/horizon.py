"""Errors by step ahead: how fast a forecast loses sight."""

from __future__ import annotations

import numpy as np


def errors_by_step(truth: np.ndarray, forecast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean absolute and the root mean squared error of each step ahead, (horizon,) each.

    Args:
        truth: (origins × horizon,) or (origins, horizon), all steps of an origin side by side.
        forecast: (origins, horizon).

    Raises:
        ValueError: shapes that do not fit, or no origin.

    >>> mae, rmse = errors_by_step(np.array([1.0, 2.0, 1.0, 2.0]), np.array([[1.0, 5.0], [3.0, 2.0]]))
    >>> mae.tolist(), rmse.round(3).tolist()
    ([1.0, 1.5], [1.414, 2.121])
    """
    if forecast.ndim != 2 or not forecast.size or truth.size != forecast.size:
        raise ValueError(
            f"expected forecasts (origins, horizon) and as many truths, got {forecast.shape}, {truth.shape}"
        )
    error = forecast - truth.reshape(forecast.shape)
    return np.abs(error).mean(axis=0), np.sqrt((error * error).mean(axis=0))
