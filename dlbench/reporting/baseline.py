"""A baseline: the values of a run, small enough to live in git, for a gate to hold later runs against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlbench.core import catalog
from dlbench.reporting.board import better
from dlbench.reporting.scores import Score, scored
from dlbench.reporting.source import UNFINISHED, Fold, Record, Source, fold_of, label_of, place_of, share_of_test

FORMAT = 1
Name = tuple[str, str, str, str]


@dataclass(frozen=True)
class Held:
    """A cell as the gate sees it, of either side.

    Attributes:
        name: task, point, contestant, metric: what cells are matched by.
        better, version: of the metric.
        data: fingerprint of the data.
        splits: (repeat, fold) → fingerprint of the split.
        test_share: test items over items fitted on.
        values: (repeat, fold) → fit seed → value.
        broken: (repeat, fold), fit seed → why a job that ended gave no value.
        missing: (repeat, fold) of jobs that have not ended.
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


def baseline(source: Source) -> dict[str, Any]:
    """Return the cells of a run that have a value, as JSON of format 1; `created` is when the run ended."""
    run = source.run
    return {
        "format": FORMAT,
        "run": run.get("id", ""),
        "suite": run.get("suite_name", ""),
        "digest": run.get("digest", ""),
        "created": run.get("finished") or run.get("started"),
        "cells": [_as_json(held) for held in cells_of(source).values() if held.values],
    }


def cells_of(source: Source) -> dict[Name, Held]:
    """Return every cell of a run by name."""
    found: dict[Name, list[Score]] = {}
    for score in scored(source.remembering()):
        name = (*place_of(score.record), label_of(score.record), score.metric)
        found.setdefault(name, []).append(score)
    return {name: _held(name, scores) for name, scores in found.items()}


def from_json(cell: Mapping[str, Any]) -> Held:
    """Return a cell of a baseline file.

    Raises:
        KeyError, TypeError, ValueError: it is not one.
    """
    values: dict[Fold, dict[int, float]] = {}
    splits: dict[Fold, str] = {}
    for entry in cell["values"]:
        fold = (int(entry["repeat"]), int(entry["fold"]))
        values.setdefault(fold, {})[int(entry["seed"])] = float(entry["value"])
        splits[fold] = str(entry["split"])
    name = (str(cell["task"]), str(cell.get("point", "")), str(cell["contestant"]), str(cell["metric"]))
    data = str(cell["fingerprints"]["data"])
    return Held(name, cell["better"], str(cell["version"]), data, splits, float(cell["test_share"]), values)


def _held(name: Name, scores: Sequence[Score]) -> Held:
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
    return Held(name, better(name[3]), version, data, splits, share, values, broken, missing)


def _seed(score: Score) -> int:
    return int(score.record["job"].get("seed", 0))


def _print(record: Record, name: str) -> str:
    return str((record.get("fingerprints") or {}).get(name, ""))


def _as_json(held: Held) -> dict[str, Any]:
    task, point, contestant, metric = held.name
    known = catalog.metrics().get(metric)
    return {
        "task": task,
        "point": point,
        "contestant": contestant,
        "metric": metric,
        "better": held.better,
        "unit": known.unit if known else "",
        "version": held.version,
        "fingerprints": {"data": held.data},
        "test_share": round(held.test_share, 6),
        "values": [
            {"repeat": fold[0], "fold": fold[1], "seed": seed, "split": held.splits[fold], "value": value}
            for fold, values in sorted(held.values.items())
            for seed, value in sorted(values.items())
        ],
    }
