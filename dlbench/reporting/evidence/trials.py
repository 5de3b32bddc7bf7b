"""The trials of a contestant's searches, each search once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dlbench.core.errors import DlbenchError
from dlbench.reporting.board import Round
from dlbench.reporting.source import Record, Source

Setting = Mapping[str, Any]


@dataclass(frozen=True)
class Trials:
    """What was tried for one contestant on one task.

    Attributes:
        metric, better: what scored the trials, on validation.
        search: (n,) number of the search (fold, repeat, search seed) that a trial belongs to.
        settings: (n,) parameter → value.
        scores: (n,).
        failed: trials without a score.
    """

    metric: str
    better: str
    search: tuple[int, ...]
    settings: tuple[Setting, ...]
    scores: tuple[float, ...]
    failed: int

    @property
    def varied(self) -> tuple[str, ...]:
        """Parameters with at least two values, in the order in which they appear."""
        seen: dict[str, set[str]] = {}
        for setting in self.settings:
            for name, value in setting.items():
                seen.setdefault(name, set()).add(repr(value))
        return tuple(name for name, values in seen.items() if len(values) > 1)


def trials(source: Source, place: Round, contestant: str) -> Trials | None:
    """Return the trials of a contestant's searches; None where nothing was searched or nothing can be read."""
    found: list[tuple[int, Setting, float]] = []
    failed, metric, better = 0, "", "higher"
    for number, record in enumerate(_searches(place, contestant)):
        validation = record.get("validation") or {}
        metric, better = str(validation.get("metric") or metric), str(validation.get("better") or better)
        for trial in _read(source, record):
            score = trial.get("score")
            if isinstance(score, int | float) and math.isfinite(score):
                found.append((number, _setting(trial), float(score)))
            else:
                failed += 1
    if not found or not metric:
        return None
    searches, settings, scores = zip(*found, strict=True)
    return Trials(metric, better, searches, settings, scores, failed)


def _searches(place: Round, contestant: str) -> Iterator[Record]:
    """Yield one record for each search; jobs that share one differ in their fit seed alone."""
    seen: set[str] = set()
    for record in place.jobs.get(contestant, ()):
        if record["status"] != "ok":
            continue
        name = str((record.get("stages") or [record["key"]])[-1])
        if name not in seen:
            seen.add(name)
            yield record


def _read(source: Source, record: Record) -> list[dict[str, Any]]:
    try:
        return source.trials(record)
    except (DlbenchError, OSError, ValueError):
        return []


def _setting(trial: Mapping[str, Any]) -> Setting:
    values = trial.get("values")
    plain = values if isinstance(values, Mapping) else {}
    return {str(name): value for name, value in plain.items() if isinstance(value, str | int | float | bool)}
