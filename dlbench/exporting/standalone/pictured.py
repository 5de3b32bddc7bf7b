"""Answers about pictures that are more than a class or value each: boxes, masks, other pictures."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.prepare.thinning import thinned

PICTURED = ("Boxes", "Masks", "Pictures")
"""Forms of such answers."""

COLUMNS = ("image", "class", "score", "left", "top", "width", "height")
"""Of a table of boxes; image and class as numbers until it is written."""


def of_net(outputs: np.ndarray, form: str) -> np.ndarray:
    """Return what the outputs of a net come to: a table of boxes, (n, height, width) codes, or values in [0, 1]."""
    if form == "Boxes":
        return box_table([thinned(one.astype(np.float64)) for one in outputs])
    return restored(outputs) if form == "Pictures" else np.asarray(outputs.argmax(axis=-1), dtype=np.int16)


def of_other(model: Any, seen: np.ndarray, form: str) -> np.ndarray:
    """Return what a model that is no net answers, as `of_net`."""
    found = model.predict(seen)
    if form == "Boxes":
        cuts = found.offsets[1:-1]
        parts = [np.split(array, cuts) for array in (found.boxes, found.codes, found.scores)]
        return box_table(list(zip(*parts, strict=True)))
    return restored(found) if form == "Pictures" else np.asarray(found, dtype=np.int16)


def restored(values: np.ndarray) -> np.ndarray:
    """Return pictures, what lies outside of [0, 1] brought to its end."""
    return np.asarray(np.clip(values, 0, 1), dtype=np.float32)


def box_table(found: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return (m, 7): a line a box, in the order of `COLUMNS`, of (boxes, codes, scores) a picture.

    >>> box_table([([[1, 2, 3, 4]], [5], [0.5]), (np.empty((0, 4)), [], [])]).tolist()
    [[0.0, 5.0, 0.5, 1.0, 2.0, 3.0, 4.0]]
    """
    lines = [
        np.column_stack([np.full(len(codes), picture), codes, scores, np.reshape(boxes, (-1, 4))])
        for picture, (boxes, codes, scores) in enumerate(found)
    ]
    return np.concatenate([np.empty((0, len(COLUMNS))), *lines])


def write_pictured(path: Path | None, found: np.ndarray, told: Mapping[str, Any], names: Sequence[Any]) -> None:
    """Write boxes as CSV, to the terminal without a path; masks and pictures as npz.

    Args:
        path: where.
        found: of `of_net`.
        told: model.json.
        names: of the pictures, as boxes and arrays are told.

    Raises:
        ValueError: masks or pictures without an npz file.
    """
    if told["form"] == "Boxes":
        lines = [
            [names[int(line[0])], told["classes"][int(line[1])], *line[2:].tolist()] for line in found
        ]  # fmt: skip
        write_lines(path, [list(COLUMNS), *lines])
        return
    if path is None or path.suffix != ".npz":
        raise ValueError("masks and pictures are written as arrays: name a file that ends in .npz by -o")
    if told["form"] == "Masks":
        np.savez_compressed(path, masks=found, classes=np.array(told["classes"], np.str_), names=np.array(names))
    else:
        np.savez_compressed(path, pictures=found, names=np.array(names))


def write_lines(path: Path | None, lines: Sequence[Sequence[Any]]) -> None:
    """Write CSV, to the terminal without a path."""
    if path is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows(lines)
        return
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)
