"""What a contestant looked at in a few test items, for the report: charged to nobody, part of no score."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.prepare.images import Images
from dlbench.training.attribution.attributions import attributions

if TYPE_CHECKING:
    from pathlib import Path

    from dlbench.core.form import Form
    from dlbench.core.job import JobSpec
    from dlbench.engine.parts import Parts
    from dlbench.training.fitted import Fitted

FILE = "attributions.npz"
_LONGEST_REASON = 500


def look(spec: JobSpec, fitted: Fitted, parts: Parts, prediction: Form, folder: Path) -> dict[str, Any]:
    """Leave `attributions.npz`: ids, codes of the classes explained, and a map a method; return what a record says.

    The class explained is the one predicted. A method whose maps are not finite is left out. Where looking fails the
    job does not: the record says why.

    Args:
        spec: of an image classification; `attributions` says of how many items.
        fitted: the contestant.
        parts: whose test inputs are looked at.
        prediction: of the whole test part.
        folder: of the job's files.
    """
    began = time.monotonic()
    told: dict[str, Any] = {"asked": spec.attributions, "items": 0, "methods": []}
    rows = spread(len(parts.test_ids), spec.attributions)
    images = parts.test_inputs.take(rows)
    if not isinstance(images, Images):
        return {**told, "reason": "its inputs are no pictures"}
    codes = np.asarray(prediction.to("Labels").arrays()["codes"])[rows].astype(np.int64)
    try:
        maps = attributions(fitted, images, codes)
    except Exception as error:  # noqa: BLE001  pictures of a report are not worth a job
        return {**told, "reason": f"{type(error).__name__}: {error}"[:_LONGEST_REASON]}
    maps = {name: held for name, held in maps.items() if np.isfinite(held).all()}
    arrays: dict[str, Any] = maps
    np.savez_compressed(folder / FILE, ids=parts.test_ids[rows], codes=codes, **arrays)
    return {**told, "items": len(rows), "methods": list(maps), "seconds": time.monotonic() - began}


def spread(items: int, most: int) -> np.ndarray:
    """Return at most so many places among some, spread evenly; of fewer, the first ones of more.

    Source: van der Corput, Verteilungsfunktionen, 1935: the binary digits of 0, 1, 2, … behind the point in reverse.

    >>> spread(100, 4).tolist(), spread(3, 9).tolist()
    ([0, 50, 25, 75], [0, 1, 2])
    """
    if most >= items:
        return np.arange(items)
    found: dict[int, None] = {}
    number = 0
    while len(found) < most:
        found[int(_reversed(number) * items)] = None
        number += 1
    return np.array(list(found), dtype=np.int64)


def _reversed(number: int) -> float:
    digits = f"{number:b}"
    return int(digits[::-1], 2) / float(1 << len(digits))
