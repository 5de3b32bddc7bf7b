"""From a finished job to a folder: the model, what it reads, and scripts that need no dlbench."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.errors import DlbenchError, UsageError
from dlbench.engine.alone import as_recorded, repeat
from dlbench.engine.keeping import model_files
from dlbench.engine.recorded_job import RecordedJob
from dlbench.exporting.description import describe, requirements
from dlbench.exporting.material import Material, gather
from dlbench.exporting.onnx import convert
from dlbench.exporting.reading import columns_of, user_files
from dlbench.exporting.scripts import pieces_of, predict_script, reproduce_script
from dlbench.exporting.standalone.answer import stamp
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table
from dlbench.store import file_hash, load_arrays

FORMATS = ("native", "onnx")
MOST_BYTES = 1 << 28
"""Of data that is copied for reproduce.py, where it cannot read the user's file itself."""


class NotFitted(DlbenchError):
    """The model could not be fitted again."""

    exit_code = 3


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        folder: where.
        files: names, sorted.
        notes: what the user should know: refitted or kept, equal or not, scripts that could not be written.
    """

    folder: Path
    files: tuple[str, ...]
    notes: tuple[str, ...]


def export(job: RecordedJob, target: Path, *, form: str = "native", allow_code: bool = False) -> Exported:
    """Write the model of a job.

    Args:
        job: from `find_job`.
        target: a folder that is not there yet, or empty.
        form: native (skops and Keras files) or onnx beside them.
        allow_code: whether files that the suite included may run.

    Raises:
        UsageError: the folder is in use, or such a model cannot be exported.
        DataError: the data changed.
        NotFitted: the model had to be fitted again and that failed.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{target}: exists and is not empty; choose another folder with -o")
    as_recorded(job.record)
    material = gather(job, allow_code=allow_code)
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="dlbench-export-") as aside:
        made = Path(aside) / "made"
        made.mkdir()
        models = _models(material, made, Path(aside), notes)
        if form == "onnx":
            models += convert(material, made)
        _write(material, made, models, notes)
        target.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, target, dirs_exist_ok=True)
    return Exported(target, tuple(sorted(path.name for path in target.iterdir())), tuple(notes))


def _models(material: Material, made: Path, aside: Path, notes: list[str]) -> list[str]:
    """Copy the kept model, or fit it again as the record says; return the names of its files."""
    record, folder = material.job.record, material.job.folder
    kept = [name for name in model_files(record) if (folder / name).is_file()]
    if kept and len(kept) == len(model_files(record)):
        altered = [name for name in kept if file_hash(folder / name) != record["files"][name]]
        if altered:
            raise UsageError(f"{folder / altered[0]}: altered since it was written; run the suite again with --force")
        for name in kept:
            shutil.copyfile(folder / name, made / name)
        notes.append("the model is the one that the run kept")
        return kept
    again = repeat(material.job, replace(material.spec, keep_model=True), aside, _search(record))
    if again.record["status"] != "ok":
        raise NotFitted(f"{material.job.name}: fitted again, it {again.record['status']}: {again.record['reason']}")
    if again.record["chosen"] != record["chosen"]:
        raise NotFitted(f"{material.job.name}: the searches it rests on are others than those of the record")
    notes.append(_held_against(material, load_arrays((again.folder / "predictions.npz").read_bytes())))
    names = model_files({"files": dict.fromkeys(path.name for path in again.folder.iterdir())})
    for name in names:
        shutil.copyfile(again.folder / name, made / name)
    return names


def _search(record: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a finished search that says what the record says, so that none is done."""
    if record["validation"] is None:
        return None
    told = {name: record.get(name) for name in ("chosen", "rounds", "threshold", "validation")}
    return {**told, "trials": [], "seconds": {"search": 0.0}}


def _held_against(material: Material, arrays: Mapping[str, np.ndarray]) -> str:
    kept = material.job.store.arrays("jobs", material.job.record, "predictions.npz")
    same = all(np.array_equal(kept[name], arrays[name]) for name in kept)
    begun = "the run kept no model, so it was fitted again with the chosen values, rounds and seed; its predictions"
    if same:
        return f"{begun} equal the kept ones to the digit"
    if any(kept[name].shape != arrays[name].shape for name in kept):
        return f"{begun} are others than the kept ones, of other shapes: see `dlbench rerun`"
    apart = [np.abs(kept[name] - arrays[name]).max(initial=0) for name in kept if kept[name].dtype.kind == "f"]
    return f"{begun} DIFFER from the kept ones, by {max(apart, default=float('nan')):.3g} at most: see `dlbench rerun`"


def _write(material: Material, made: Path, models: Sequence[str], notes: list[str]) -> None:
    """Write everything beside the model files."""
    columns, reading, target = columns_of(material)
    files = user_files(material, columns, reading)
    pieces = pieces_of(made / name for name in models)
    (made / "predict.py").write_text(predict_script(material, pieces), encoding="utf-8")
    reproducible = _reproduction(material, made, files, notes)
    told = describe(material, models)
    told |= {"columns": columns, "reading": reading, "target": target, "data": "csv" if files else "npz"}
    told["reproducible"] = reproducible
    (made / "requirements.txt").write_text(requirements(material, onnx=any(n.endswith(".onnx") for n in models)))
    told["files"] = {path.name: file_hash(path) for path in sorted(made.iterdir())}
    told["digest"] = stamp(told)
    (made / "model.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def _reproduction(material: Material, made: Path, files: Sequence[Path], notes: list[str]) -> bool:
    """Write reproduce.py and what it reads; say why not where that cannot be."""
    if not files and (size := _size(material)) > MOST_BYTES:
        notes.append(f"no reproduce.py: it would need a copy of the data, {size / 2**20:.0f} MiB")
        return False
    try:
        script = reproduce_script(material, made, files)
    except UsageError as error:
        for path in made.glob("*.first.keras"):
            path.unlink()
        notes.append(f"no reproduce.py: {error}")
        return False
    (made / "reproduce.py").write_text(script, encoding="utf-8")
    kept = material.job.store.arrays("jobs", material.job.record, "predictions.npz")
    ids = material.data.item_ids
    np.savez_compressed(
        made / "rows.npz", count=len(material.data), train=material.train, test=material.test,
        train_ids=ids[material.train], test_ids=ids[material.test], kept=_array(kept),
    )  # fmt: skip
    if not files:
        np.savez_compressed(made / "data.npz", target=np.asarray(material.data.target), **_arrays(material))
        notes.append("data.npz holds a copy of the data, for reproduce.py alone")
    return True


def _size(material: Material) -> int:
    """Return the bytes of inputs and target."""
    target = material.data.target
    return sum(one.nbytes for one in material.data.inputs.arrays()) + int(getattr(target, "nbytes", 0))


def _array(arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the array of a prediction beside its ids and threshold."""
    return next(array for name, array in arrays.items() if name not in ("ids", "threshold"))


def _arrays(material: Material) -> dict[str, Any]:
    inputs = material.data.inputs
    if isinstance(inputs, Images):
        return {"images": inputs.pixels}
    assert isinstance(inputs, Table), "series are refused before"
    return {"numbers": inputs.numbers, "categories": inputs.categories.astype(np.str_)}
