"""Single jobs again, and their models for use elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from dlbench.engine.rerun import Rerun
    from dlbench.exporting.export import Exported


def rerun(job: str, *, output: str | Path = "results", keep: bool = False, allow_code: bool = False) -> Rerun:
    """Run a finished job again, from its record alone, and compare it with the record.

    Args:
        job: `RUN:JOB`: a run as for `report`, and the job's name or the first letters of its key.
        output: the results folder.
        keep: whether the repetition is kept as another attempt.
        allow_code: whether files that the suite included may run.
    """
    from dlbench.engine.recorded_job import find_job
    from dlbench.engine.rerun import rerun as again

    return again(find_job(job, Path(output)), keep=keep, allow_code=allow_code)


def export(
    job: str,
    folder: str | Path,
    *,
    output: str | Path = "results",
    form: str = "native",
    allow_code: bool = False,
) -> Exported:
    """Write the model of a finished job into a new folder, with scripts that need no dlbench.

    Args:
        job: `RUN:JOB`, as for `rerun`.
        folder: a new one, or empty.
        output: the results folder.
        form: native, or onnx beside the native files.
        allow_code: whether files that the suite included may run.
    """
    from dlbench.engine.recorded_job import find_job
    from dlbench.exporting.export import export as write

    return write(find_job(job, Path(output)), Path(folder), form=form, allow_code=allow_code)


def predict(model: str | Path, data: str | Path, *, file: str | Path | None = None) -> np.ndarray:
    """Return what an exported model answers for a file, (n,) or (n, classes), and write it as CSV.

    Of boxes it is (m, 7): image, class, score, left, top, width, height; masks and pictures are arrays, written as npz.

    Args:
        model: a folder from `export`.
        data: a table with the model's columns; of images an npz file, or a folder, tar or zip of pictures.
        file: to write; None prints a table.
    """
    from dlbench.exporting.predict import predict as asked

    return asked(Path(model), Path(data), None if file is None else Path(file))
