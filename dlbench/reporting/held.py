"""A cell as the gate sees it, of either side: of a run, or of a baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dlbench.reporting.board import better
from dlbench.reporting.influence import paired
from dlbench.reporting.intervals import step_of
from dlbench.reporting.scores import Score, scored
from dlbench.reporting.source import UNFINISHED, Fold, Record, Source, fold_of, label_of, place_of, share_of_test
from dlbench.stats.crossed_loss import Fits

Name = tuple[str, str, str, str]


@dataclass(frozen=True)
class Held:
    """A cell with all that decides whether, and how, it can be compared.

    Attributes:
        name: task, point, contestant, metric: what cells are matched by.
        better, version: of the metric.
        data: fingerprint of the data.
        splits: (repeat, fold) → fingerprint of the split.
        test_share: test items over items fitted on.
        values: (repeat, fold) → fit seed → value.
        broken: (repeat, fold), fit seed → why a job that ended gave no value.
        missing: (repeat, fold) of jobs that have not ended.
        items: digest of the ids of a fixed test set's items; empty where they are not paired.
        fits: of a fixed test set, with the items' influences where they are paired; None for folds.
        step: by which one test item can move the metric; 0 where that is not known, as in a baseline.
    """

    name: Name
    better: str
    version: str
    data: str
    splits: Mapping[Fold, str]
    test_share: float
    values: Mapping[Fold, Mapping[int, float]]
    broken: Mapping[tuple[Fold, int], str] = field(default_factory=dict)
    missing: frozenset[Fold] = frozenset()
    items: str = ""
    fits: Fits | None = None
    step: float = 0.0

    @property
    def mean(self) -> float:
        """Mean over folds of the means over seeds; only of a cell that has a value."""
        folds = [sum(seeds.values()) / len(seeds) for seeds in self.values.values()]
        return sum(folds) / len(folds)


def cells_of(source: Source) -> dict[Name, Held]:
    """Return every cell of a run by name."""
    source = source.remembering()
    found: dict[Name, list[Score]] = {}
    for score in scored(source):
        name = (*place_of(score.record), label_of(score.record), score.metric)
        found.setdefault(name, []).append(score)
    return {name: _held(source, name, scores) for name, scores in found.items()}


def by_seeds(values: Mapping[int, float]) -> Fits:
    """Return the fits of a test set of whose items nothing is known."""
    return Fits(np.array([values[seed] for seed in sorted(values)]))


def _held(source: Source, name: Name, scores: Sequence[Score]) -> Held:
    good = [score for score in scores if score.value is not None]
    values: dict[Fold, dict[int, float]] = {}
    for score in good:
        values.setdefault(fold_of(score.record), {})[_seed(score)] = float(score.value or 0.0)
    missing = frozenset(fold_of(score.record) for score in scores if score.status in UNFINISHED)
    broken = {
        (fold_of(score.record), _seed(score)): f"{score.status}: {score.reason}"
        for score in scores
        if score.value is None and score.status not in UNFINISHED
    }
    records = [score.record for score in good]
    splits = {fold_of(record): _print(record, "split") for record in records}
    version = good[0].version if good else ""
    data = _print(records[0], "data") if records else ""
    share = share_of_test(records)
    items, fits = _fixed(source, name[3], good, values)
    step = step_of(name[3], records)
    return Held(name, better(name[3]), version, data, splits, share, values, broken, missing, items, fits, step)


def _fixed(
    source: Source, metric: str, good: Sequence[Score], values: Mapping[Fold, Mapping[int, float]]
) -> tuple[str, Fits | None]:
    """Return items and fits where there is one test part, else neither."""
    if len(values) != 1:
        return "", None
    if (found := paired(source, good, metric)) is not None:
        return found.items, found.fits
    return "", by_seeds(next(iter(values.values())))


def _seed(score: Score) -> int:
    return int(score.record["job"].get("seed", 0))


def _print(record: Record, name: str) -> str:
    return str((record.get("fingerprints") or {}).get(name, ""))
