"""What one contestant costs over what another does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dlbench.reporting.rows import mean_costs
from dlbench.reporting.source import Record

RATIOS = ("fit_seconds", "predict_seconds_per_1000", "peak_memory_bytes", "parameters", "model_bytes", "used_seconds")


def ratios(first: Iterable[Record], second: Iterable[Record]) -> dict[str, float]:
    """Return name → mean cost of a job of the first over that of the second, memory the largest; what both measured."""
    one, other = _costs(first), _costs(second)
    return {name: one[name] / other[name] for name in RATIOS if one[name] and other[name]}


def _costs(jobs: Iterable[Record]) -> Mapping[str, Any]:
    held = list(jobs)
    sizes = [job["model_bytes"] for job in held if job["status"] == "ok" and job.get("model_bytes")]
    return {**mean_costs(held), "model_bytes": sum(sizes) / len(sizes) if sizes else None}
