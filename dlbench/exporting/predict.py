"""An exported model asked about a file, read as own tables are."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.errors import DataError, UsageError
from dlbench.exporting.reading import words_of
from dlbench.exporting.standalone import answer as exported
from dlbench.exporting.standalone.columns import table, unreadable


def predict(model: Path, data: Path, output: Path | None = None) -> np.ndarray:
    """Let an exported model answer for the rows of a file, and write the answers as CSV.

    Args:
        model: an exported folder.
        data: a file that an own dataset reads; npz for images.
        output: CSV to write; None prints it.

    Returns:
        (n,) values, labels or clusters, or (n, classes) probabilities or scores.

    Raises:
        UsageError: no exported folder, or one that was altered.
        DataError: data without the columns that the model reads.
    """
    try:
        told = exported.opened(model)
    except ValueError as error:
        raise UsageError(str(error)) from error
    try:
        inputs = _inputs(told, data)
    except (ValueError, OSError) as error:
        raise DataError(f"{data}: {error}") from error
    try:
        found = exported.answer(model, told, inputs)
    except ImportError as error:
        raise UsageError(f"{model}: needs {error.name}; pip install -r {model / 'requirements.txt'}") from error
    try:
        exported.write_answers(output, found, told)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror}") from error
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
