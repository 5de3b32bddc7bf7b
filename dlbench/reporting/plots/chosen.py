"""The parameters that a contestant's jobs ran with, in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from dlbench.reporting.source import Record

MOST = 8


def chosen(jobs: Sequence[Record]) -> str:
    """Return name and value of up to eight parameters: the median of numbers, the most frequent of other values.

    >>> chosen([{"status": "ok", "chosen": {"C": 1.0, "kernel": "rbf"}}, {"status": "ok", "chosen": {"C": 3.0}}])
    'C 2, kernel rbf'
    """
    found: dict[str, list[Any]] = {}
    for job in jobs:
        if job["status"] == "ok":
            for name, value in _settings(job).items():
                found.setdefault(str(name), []).append(value)
    told = [f"{name} {_usual(values)}" for name, values in list(found.items())[:MOST]]
    return ", ".join([*told, *(["…"] if len(found) > MOST else [])]) or "its defaults"


def _settings(job: Record) -> Mapping[str, Any]:
    held = job.get("chosen") or (job.get("job") or {}).get("contestant", {}).get("parameters") or {}
    return held if isinstance(held, Mapping) else {}


def _usual(values: Sequence[Any]) -> str:
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return f"{median(values):.3g}"
    return Counter(map(str, values)).most_common(1)[0][0]
