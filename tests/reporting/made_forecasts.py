"""A made run of three forecasters on a random walk, with errors of known size."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.forms.forecast import Forecast
from dlbench.forms.truth import Truth
from dlbench.reporting.source import Source

STEPS = 12
KINDS = {"naive": "floor", "ridge": "classic", "gru": "deep"}


def series(origins: int, seed: int) -> np.ndarray:
    """Return the (origins, STEPS) futures of a random walk, one step apart."""
    walk = np.random.default_rng(seed).normal(size=origins + STEPS).cumsum()
    return np.lib.stride_tricks.sliding_window_view(walk, STEPS)[:origins]


def errors_of(contestant: str) -> np.ndarray:
    """Return how far a contestant is off at each step: ridge grows fast, gru slowly from a worse start."""
    steps = np.arange(1, STEPS + 1.0)
    return {"naive": 3 * steps, "ridge": 0.5 * steps, "gru": 2 + 0.25 * steps}[contestant]


def forecasts(
    *, folds: int = 2, origins: int = 40, metric: str = "mase", seeds: int = 1, scale: float | None = 2.0
) -> Source:
    """Return a run of three forecasters; off by `errors_of`, to one side or the other at random a fold."""
    records: list[dict[str, Any]] = []
    truths, forms = {}, {}
    for fold in range(folds):
        futures = series(origins, fold)
        ids = np.array([f"t{i}+{step}" for i in range(origins) for step in range(1, STEPS + 1)])
        scales = None if scale is None else np.full(futures.size, scale)
        truths[f"truth-{fold}"] = Truth(ids, futures.reshape(-1), scale=scales)
        for name in KINDS:
            for seed in range(seeds):
                rng = np.random.default_rng([fold, seed, len(name)])
                sign = np.repeat(rng.choice([-1.0, 1.0], size=origins // STEPS + 1), STEPS)[:origins, None]
                off = sign * errors_of(name) * (1 + 0.2 * rng.normal(size=(origins, 1)))
                records.append(record(name, fold, seed, metric))
                forms[records[-1]["key"]] = Forecast(futures + off)
    run = {
        "id": "r", "suite_name": "made", "finished": "2026-01-02T03:14:05Z", "jobs": [], "skipped": [],
        "suite": {"tasks": [{"as": "walk", "type": "forecasting", "metrics": [metric]}]},
    }  # fmt: skip
    return Source(
        run, tuple(records), lambda record: forms[record["key"]], lambda record: truths[record["fingerprints"]["truth"]]
    )


def record(name: str, fold: int, seed: int, metric: str) -> dict[str, Any]:
    contestant = {"label": name, "model": name, "stages": [], "parameters": {}, "kind": KINDS[name]}
    return {
        "key": f"{name}-{fold}-{seed}", "status": "ok", "reason": "", "form": "Forecast", "scores": {},
        "validation": {"metric": metric, "better": "lower", "value": 1.0}, "ledger": {"granted_trials": 0},
        "job": {"task": "walk", "task_type": "forecasting", "contestant": contestant, "point": {}, "repeat": 0,
                "fold": fold, "seed": seed},
        "fingerprints": {"truth": f"truth-{fold}", "split": f"split-{fold}"},
        "sizes": {"train": 100, "valid": 20, "test": 40},
    }  # fmt: skip
