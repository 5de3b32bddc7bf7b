"""What one contestant costs over what another does: the ratio of medians over jobs of the same fold and seed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlbench.core.seeds import derive
from dlbench.reporting.board import Round
from dlbench.reporting.frame import costs
from dlbench.reporting.source import Record, fold_of
from dlbench.stats.timing import ratio_of_medians

TIMES = ("fit_seconds", "predict_seconds_per_1000")
"""Those that are told with an interval."""
HERE = (*TIMES, "peak_memory_bytes", "used_seconds")
"""What depends on the machine and on what else runs there."""
SIZES = ("parameters", "model_bytes")
FACTOR = 1.3
"""Times as long from which on one of two is called the dearer."""
Which = tuple[int, int, int]


@dataclass(frozen=True)
class CostRatios:
    """Costs of a first contestant over those of a second.

    Attributes:
        ratios: measure → ratio of medians over the pairs that have both; only what both measured.
        intervals: measure → 95 % interval of the ratio, of training time and latency; from five pairs on.
        pairs: jobs of the same repeat, fold and seed whose times and memory can be compared.
        reason: why no pair can; empty where one can.
    """

    ratios: Mapping[str, float] = field(default_factory=dict)
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    pairs: int = 0
    reason: str = ""

    @property
    def dearer(self) -> int:
        """1 where the first takes longer to train, -1 where the second does, 0 where neither is shown to.

        Longer is a factor of at least 1.3, with an interval, where there is one, that leaves out 1.

        >>> CostRatios({"fit_seconds": 1.2}).dearer, CostRatios({"fit_seconds": 0.5}).dearer
        (0, -1)
        >>> CostRatios({"fit_seconds": 1.5}, {"fit_seconds": (0.9, 2.5)}).dearer
        0
        """
        ratio = self.ratios.get("fit_seconds", 1.0)
        low, high = self.intervals.get("fit_seconds", (ratio, ratio))
        if 1 / FACTOR < ratio < FACTOR or low <= 1 <= high:
            return 0
        return 1 if ratio > 1 else -1

    @property
    def alike(self) -> str:
        """Why neither is the cheaper one, in a few words; empty where one is."""
        if self.dearer:
            return ""
        if self.reason:
            return f"their training times are not comparable: {self.reason}"
        if (ratio := self.ratios.get("fit_seconds")) is None:
            return "their training times were not measured"
        near = 1 / FACTOR < ratio < FACTOR
        return "their training times are alike" if near else "their training times are not shown to differ"


def cost_ratios(place: Round, first: str, second: str) -> CostRatios:
    """Return what one contestant of a task costs over another.

    Times and memory are compared job by job, on the same machine, with as many jobs side by side, and both or
    neither left by an earlier run: what else the machine did would pass for the contestant otherwise.
    """
    jobs = [{_which(job): job for job in place.jobs[name] if job["status"] == "ok"} for name in (first, second)]
    shared = [(jobs[0][which], jobs[1][which]) for which in sorted(jobs[0].keys() & jobs[1].keys())]
    reasons = [_apart(one, other, place.reused) for one, other in shared]
    alike = [pair for pair, reason in zip(shared, reasons, strict=True) if not reason]
    ratios: dict[str, float] = {}
    intervals: dict[str, tuple[float, float]] = {}
    for measure in (*HERE, *SIZES):
        pairs = _measured(alike if measure in HERE else shared, measure)
        if not len(pairs):
            continue
        medians = np.median(pairs, axis=0)
        ratios[measure] = float(medians[0] / medians[1])
        if measure in TIMES:
            rng = np.random.default_rng(derive("cost ratio", place.task, place.point, first, second, measure))
            found = ratio_of_medians(pairs, rng, resamples=1000)
            intervals |= {} if math.isnan(found.low) else {measure: (found.low, found.high)}
    return CostRatios(ratios, intervals, len(alike), "" if alike else _told(reasons))


def _which(job: Record) -> Which:
    return (*fold_of(job), int(job["job"].get("seed", 0)))


def _apart(one: Record, other: Record, reused: frozenset[str]) -> str:
    """Say why the times of two jobs cannot be compared; empty where they can."""
    here, there = (record.get("environment") or {} for record in (one, other))
    if not here.get("machine") or not there.get("machine"):
        return "on which machine they ran is not recorded"
    if here["machine"] != there["machine"]:
        return "they ran on different machines"
    if here.get("beside") != there.get("beside"):
        return "other numbers of jobs ran beside them"
    if (one["key"] in reused) != (other["key"] in reused):
        return "those of one side come from an earlier run"
    return ""


def _told(reasons: Iterable[str]) -> str:
    return next(iter(dict.fromkeys(reasons)), "no job of the same fold and seed ended well on both sides")


def _measured(pairs: Iterable[tuple[Record, Record]], measure: str) -> np.ndarray:
    """Return (n, 2) values of the pairs where both have one above 0."""
    found = [[_value(record, measure) for record in pair] for pair in pairs]
    return np.array([values for values in found if all(values)], dtype=np.float64).reshape(-1, 2)


def _value(record: Record, measure: str) -> Any:
    return record.get("model_bytes") if measure == "model_bytes" else costs(record)[measure]
