"""An exported model asked about a file, read as own tables are."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.errors import DataError, UsageError
from dlbench.datasets.picture_files import is_archive
from dlbench.exporting.picture_folder import Pictures, read
from dlbench.exporting.reading import words_of
from dlbench.exporting.standalone import answer as exported
from dlbench.exporting.standalone.columns import table, unreadable


def predict(model: Path, data: Path, output: Path | None = None) -> np.ndarray:
    """Let an exported model answer for the rows of a file, and write the answers as CSV.

    Args:
        model: an exported folder.
        data: a file that an own dataset reads; for images npz, or a folder, tar or zip of pictures.
        output: CSV to write; None prints it. Masks and pictures are written as npz.

    Returns:
        (n,) values, labels or clusters; (n, classes) probabilities or scores; (m, 7) image, class, score, left, top,
        width and height of boxes; (n, height, width) masks; (n, height, width, channels) pictures.

    Raises:
        UsageError: no exported folder, or one that was altered.
        DataError: data without the columns that the model reads.
    """
    try:
        told = exported.opened(model)
    except ValueError as error:
        raise UsageError(str(error)) from error
    try:
        pictures = _pictures(told, data)
        inputs = _inputs(told, data) if pictures is None else {"images": pictures.images}
    except (ValueError, OSError) as error:
        raise DataError(f"{data}: {error}") from error
    try:
        found = exported.answer(model, told, inputs)
    except ImportError as error:
        raise UsageError(f"{model}: needs {error.name}; pip install -r {model / 'requirements.txt'}") from error
    if pictures is not None and told["form"] == "Boxes":
        found = pictures.in_files(found)
    try:
        exported.write_answers(output, found, told, None if pictures is None else pictures.names)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(str(error)) from error
    return found


def _pictures(told: Mapping[str, Any], data: Path) -> Pictures | None:
    """Return the pictures of a folder or archive; None for any other data."""
    if told["modality"] != "image" or not (data.is_dir() or is_archive(data)):
        return None
    found = read(data, tuple(told["shape"]))
    for name, why in found.left_out:
        print(f"Warning: {name}: left out: {why}", file=sys.stderr)
    return found


def _inputs(told: Mapping[str, Any], data: Path) -> dict[str, np.ndarray]:
    if told["modality"] == "image":
        found = exported.images_of(data, told["top"])
        if list(found["images"].shape[1:]) != told["shape"]:
            raise ValueError(f"images of shape {found['images'].shape[1:]}, the model reads {tuple(told['shape'])}")
        return found
    from dlbench.own import reader_of

    _, dataset = reader_of(data)
    header = told["reading"]["header"] if data.suffix.lower() not in (".parquet", ".jsonl") else None
    raw = dataset.read(data, {"header": header})  # type: ignore[attr-defined]
    texts = {name: words_of(column) for name, column in zip(raw.names, raw.columns, strict=True)}
    inputs = table(told["columns"], texts)
    for warning in unreadable(told["columns"], texts):
        print(f"Warning: {warning}", file=sys.stderr)
    return inputs
