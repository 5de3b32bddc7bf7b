"""Which fitted models stay on disk: `policy.keep_models`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from dlbench.store import Store

_NOT_MODELS = ("record.json", "predictions.npz", "trials.json", "history.json", "attributions.npz", "job.log")


def model_files(record: Mapping[str, Any]) -> list[str]:
    """Return the names of the model files that a record lists."""
    return [name for name in record.get("files", {}) if name not in _NOT_MODELS]


def keep_best(store: Store, records: Iterable[Mapping[str, Any]]) -> None:
    """Remove the models of all contestants but the best of each task and point, by mean validation score.

    Where nobody has one, without a search, all stay.
    """
    places: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for record in records:
        place = f"{record['job']['task']} {sorted(record['job']['point'].items())}"
        places.setdefault(place, {}).setdefault(record["job"]["contestant"]["label"], []).append(record)
    for contestants in places.values():
        best = max(contestants, key=lambda label: _merit(contestants[label]))
        if _merit(contestants[best]) == float("-inf"):
            continue
        for label, losers in contestants.items():
            for record in losers if label != best else ():
                _remove(store.folder("jobs", record["key"], record["attempt"]), model_files(record))


def _merit(records: list[Mapping[str, Any]]) -> float:
    found = [record["validation"] for record in records if record.get("validation")]
    values = [entry["value"] if entry["better"] == "higher" else -entry["value"] for entry in found]
    return fmean(values) if values else float("-inf")


def _remove(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
