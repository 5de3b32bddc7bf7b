"""A baseline: the values of a run, small enough to live in git, for a gate to hold later runs against.

Format 2 holds, for each cell of a fixed test set, what each item adds to the score, so that a later run is paired with
it item by item; which jobs gave no value; and what the run cost. Format 1, which has none of it, can be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import NotComparable, UsageError
from dlbench.reporting.costs import Spent, costs_of
from dlbench.reporting.held import Held, Name, by_seeds, cells_of
from dlbench.reporting.packed import packed, unpacked
from dlbench.reporting.source import Fold, Source
from dlbench.stats.crossed_loss import Fits

FORMAT = 2
READABLE = (1, 2)
_READABLE = " or ".join(map(str, READABLE))
ORIGIN = ("versions", "machine", "hardware", "git")


def baseline(source: Source) -> dict[str, Any]:
    """Return the cells of a run that have a value, as JSON of format 2; `created` is when the run ended."""
    run = source.run
    return {
        "format": FORMAT,
        "run": run.get("id", ""),
        "suite": run.get("suite_name", ""),
        "digest": run.get("digest", ""),
        "created": run.get("finished") or run.get("started"),
        **{name: run.get(name) for name in ORIGIN},
        "cells": [_as_json(held) for held in cells_of(source).values() if held.values],
        "costs": [spent.as_json() for spent in costs_of(source).values()],
    }


def written(content: Mapping[str, Any]) -> str:
    """Return a baseline as the text of its file: a line a cell, so that a diff shows which ones changed."""
    head = {name: value for name, value in content.items() if name not in ("cells", "costs")}
    lines = [f" {json.dumps(name)}: {_line(value)}" for name, value in sorted(head.items())]
    for name in ("cells", "costs"):
        held = ",\n  ".join(_line(entry) for entry in content.get(name, ()))
        lines.append(f' "{name}": [\n  {held}\n ]' if held else f' "{name}": []')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read_baseline(baseline: str | Path | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the content of a baseline's file, or the content itself.

    Raises:
        NotComparable: there is no such file.
        UsageError: it is no baseline, or of a later format.
    """
    if isinstance(baseline, Mapping):
        return baseline
    try:
        content: Any = json.loads(Path(baseline).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotComparable(
            f"{baseline}: no such baseline; make one with: dlbench baseline save RUN -o {baseline}"
        ) from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{baseline}: not a baseline: {error}") from error
    if not isinstance(content, dict) or content.get("format") not in READABLE or "cells" not in content:
        raise UsageError(f"{baseline}: not a baseline of format {_READABLE}")
    return content


def read(content: Mapping[str, Any]) -> dict[Name, Held]:
    """Return the cells of a baseline by name.

    Raises:
        UsageError: it is no baseline, or of a later format.
    """
    if content.get("format") not in READABLE:
        raise UsageError(f"baseline: expected format {_READABLE}, got {content.get('format')!r}; save it again")
    try:
        cells = [_from_json(cell) for cell in content["cells"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"baseline: a cell is not as `baseline save` writes it ({error!r}); save it again") from error
    return {cell.name: cell for cell in cells}


def costs(content: Mapping[str, Any]) -> dict[tuple[str, str, str], Spent]:
    """Return what the baseline's run cost, by task, point and contestant; empty where it does not say.

    Raises:
        UsageError: an entry cannot be read.
    """
    try:
        found = [Spent.from_json(entry) for entry in content.get("costs", ())]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"baseline: a cost is not as `baseline save` writes it ({error!r}); save it again") from error
    return {spent.name: spent for spent in found}


def _line(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


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
        "folds": [_of_fold(held, fold) for fold in sorted(held.values)],
        **_items(held),
    }


def _of_fold(held: Held, fold: Fold) -> dict[str, Any]:
    told = {"repeat": fold[0], "fold": fold[1], "split": held.splits[fold], "values": _by_text(held.values[fold])}
    broken = sorted(seed for place, seed in held.broken if place == fold)
    return {**told, "broken": broken} if broken else told


def _by_text(values: Mapping[int, float]) -> dict[str, float]:
    return {str(seed): value for seed, value in sorted(values.items())}


def _items(held: Held) -> dict[str, Any]:
    if held.fits is None or held.fits.influence is None:
        return {}
    told = {"residual": float(f"{held.fits.residual:.6g}"), "added": float(f"{held.fits.added:.6g}")}
    return {"items": {"digest": held.items, **told, **packed(held.fits.influence)}}


def _from_json(cell: Mapping[str, Any]) -> Held:
    values: dict[Fold, dict[int, float]] = {}
    splits: dict[Fold, str] = {}
    broken: dict[tuple[Fold, int], str] = {}
    for entry in cell["folds"] if "folds" in cell else cell["values"]:
        fold = (int(entry["repeat"]), int(entry["fold"]))
        given = entry["values"] if "folds" in cell else {entry["seed"]: entry["value"]}
        values.setdefault(fold, {}).update({int(seed): float(value) for seed, value in given.items()})
        splits[fold] = str(entry["split"])
        broken |= {(fold, int(seed)): "gave no value" for seed in entry.get("broken", ())}
    name = (str(cell["task"]), str(cell.get("point", "")), str(cell["contestant"]), str(cell["metric"]))
    data = str(cell["fingerprints"]["data"])
    items, fits = _fixed(cell, values)
    share = float(cell["test_share"])
    better, version = str(cell["better"]), str(cell["version"])
    return Held(name, better, version, data, splits, share, values, broken, items=items, fits=fits)


def _fixed(cell: Mapping[str, Any], values: Mapping[Fold, Mapping[int, float]]) -> tuple[str, Fits | None]:
    if len(values) != 1:
        return "", None
    fits = by_seeds(next(iter(values.values())))
    if not (kept := cell.get("items")):
        return "", fits
    return str(kept["digest"]), Fits(fits.scores, unpacked(kept), float(kept["residual"]), float(kept["added"]))
