"""Predictions of an exported model, for rows that it has not seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.exporting.standalone.pictured import PICTURED, of_net, of_other, write_lines, write_pictured
from dlbench.prepare.softening import softened
from dlbench.training.estimators import TRUSTED

Inputs = Mapping[str, np.ndarray]
"""`images` (n, height, width, channels) in [0, 1]; or `numbers` (n, k) and `categories` (n, m)."""

_BATCH = 1024
_NUMBERS = 2**22
"""Images, and numbers of them, that pass a net at once."""


def opened(folder: Path) -> dict[str, Any]:
    """Return model.json of an exported folder whose files are those that were written.

    Raises:
        ValueError: it is none, or a file was altered.
    """
    try:
        told: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        rest = {name: value for name, value in told.items() if name != "digest"}
        whole = told["digest"] == stamp(rest) and told["format"] == 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder}: no exported model: model.json: {error}") from error
    if not whole:
        raise ValueError(f"{folder}: model.json was altered, or is of another format; export the model again")
    for name, expected in told["files"].items():
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise ValueError(f"{path}: is missing or was altered since the export; export the model again")
    return told


def stamp(content: Mapping[str, Any]) -> str:
    """Return a hash of JSON content, whatever the order of its names."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def images_of(path: Path, top: float) -> dict[str, np.ndarray]:
    """Return the images of an npz file: its array `images`, else its only one; (n, height, width[, channels])."""
    with np.load(path, allow_pickle=False) as archive:
        name = "images" if "images" in archive.files or len(archive.files) != 1 else archive.files[0]
        if name not in archive.files:
            raise ValueError(f"{path}: expected an array `images`, found {', '.join(archive.files)}")
        pixels = archive[name]
    pixels = pixels[..., np.newaxis] if pixels.ndim == 3 else pixels
    return {"images": pixels.astype(np.float32) / np.float32(top)}


def answer(folder: Path, told: Mapping[str, Any], inputs: Inputs) -> np.ndarray:
    """Return (n, classes) probabilities or scores, (n,) values, labels or clusters, a table of boxes as `box_table`, or
    (n, height, width) masks or pictures, as `form` says."""
    total: Any = None
    for member in told["members"]:
        links = [loaded(folder, link) for link in member["links"]]
        found = of_member(links, inputs, told, member.get("sharpness"))
        share = found if len(told["members"]) == 1 else member["weight"] * found
        total = share if total is None else total + share
    return np.asarray(total)


def of_member(
    links: list[dict[str, Any]], inputs: Inputs, told: Mapping[str, Any], sharpness: float | None
) -> np.ndarray:
    """Return what a member answers; scores made into probabilities where it has a sharpness."""
    if sharpness is None:
        return through(links, inputs, told["form"], len(told["classes"]))
    return softened(through(links, inputs, "Scores", len(told["classes"])), sharpness)


def loaded(folder: Path, link: Mapping[str, Any]) -> dict[str, Any]:
    """Return a link with what its files hold: nothing but trusted types, and nets without code of their own."""
    held = dict(link)
    for part in ("pipeline", "preparation"):
        if link.get(part):
            held[part] = load_skops(folder / link[part])
    if link.get("net"):
        import keras

        held["net"] = keras.saving.load_model(folder / link["net"], compile=False, safe_mode=True)
    return held


def load_skops(path: Path) -> Any:
    """Return what a skops file holds, or refuse it where it holds types that nobody has listed."""
    from skops.io import get_untrusted_types, load

    foreign = sorted(set(get_untrusted_types(file=path)) - set(TRUSTED))
    if foreign:
        raise ValueError(f"{path}: holds types that are not trusted: {', '.join(foreign)}")
    return load(path, trusted=list(TRUSTED))


def through(links: list[dict[str, Any]], inputs: Inputs, form: str, classes: int) -> np.ndarray:
    """Encode by all links but the last, and let that answer."""
    for link in links[:-1]:
        inputs = {"numbers": np.asarray(encoded(link, inputs), dtype=np.float64)}
    last, seen = links[-1], seen_by(links[-1], inputs)
    if last.get("net") is None:
        return of_estimator(last["pipeline"], seen, form, classes)
    outputs = outputs_of(last["net"], seen)
    if form in PICTURED:
        return of_net(outputs, form)
    outputs = outputs.astype(np.float64)
    if form == "Values":
        return np.asarray(outputs[:, 0])
    raised = np.exp(outputs - outputs.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def outputs_of(net: Any, seen: np.ndarray) -> np.ndarray:
    """Return what a net gives, as many at once as there is room for."""
    most = max(1, min(_BATCH, _NUMBERS // max(1, int(np.prod(seen.shape[1:])))))
    return np.asarray(net.predict(seen, batch_size=most, verbose=0))


def encoded(link: Mapping[str, Any], inputs: Inputs) -> Any:
    """Return the codes of a link that stands before another."""
    seen = seen_by(link, inputs)
    if link.get("net") is None:
        return link["pipeline"].transform(seen)
    return outputs_of(link["net"], seen)


def seen_by(link: Mapping[str, Any], inputs: Inputs) -> Any:
    """Return inputs as a link takes them: pixels, a row an image, a frame, or a prepared matrix for a net."""
    if "images" in inputs:
        images = inputs["images"]
        return images if link["layout"] == "pixels" else images.reshape(len(images), -1)
    frame = frame_of(inputs["numbers"], inputs.get("categories"))
    if link.get("net") is None:
        return frame
    found = frame.to_numpy(np.float32) if link.get("preparation") is None else link["preparation"].transform(frame)
    return np.ascontiguousarray(found.toarray() if hasattr(found, "toarray") else found, dtype=np.float32)


def frame_of(numbers: np.ndarray, categories: np.ndarray | None) -> Any:
    """Return numbers as columns n0, n1, … and words as c0, c1, …: the names that preparations go by."""
    import pandas as pd

    frame = pd.DataFrame(numbers, columns=[f"n{i}" for i in range(numbers.shape[1])])
    if categories is None or not categories.shape[1]:
        return frame
    names = [f"c{i}" for i in range(categories.shape[1])]
    return pd.concat([frame, pd.DataFrame(categories.astype(object), columns=names, dtype=object)], axis=1)


def of_estimator(estimator: Any, seen: Any, form: str, classes: int) -> np.ndarray:
    """Return what an estimator says, a column for each class, those that it never saw among them."""
    if form in PICTURED:
        return of_other(estimator, seen, form)
    if form == "Probabilities":
        spread = np.zeros((len(seen), classes))
        spread[:, estimator.classes_] = estimator.predict_proba(seen)
        return spread
    if form == "Scores":
        found = estimator.decision_function(seen)
        found = np.column_stack([-found, found]) if found.ndim == 1 else found
        spread = np.full((len(found), classes), found.min(initial=0.0) - 1)
        spread[:, estimator.classes_] = found
        return spread
    return np.asarray(estimator.predict(seen), dtype=np.float64 if form == "Values" else np.int64)


def labels_of(found: np.ndarray, told: Mapping[str, Any]) -> np.ndarray:
    """Return the codes of the classes that probabilities, scores or labels name."""
    if found.ndim == 1:
        return found
    if told["threshold"] is not None:
        return np.asarray(found[:, 1] > told["threshold"], dtype=np.int64)
    return np.asarray(found.argmax(axis=1))


def write_answers(
    path: Path | None, found: np.ndarray, told: Mapping[str, Any], names: Sequence[Any] | None = None
) -> None:
    """Write row, prediction and, where there are such, a number a class; to the terminal without a path.

    Boxes, masks and pictures are written as `write_pictured` does.

    Args:
        path: where.
        found: of `answer`.
        told: model.json.
        names: of pictures; None where they are told by their number, from 0.
    """
    if told["form"] in PICTURED:
        count = int(found[:, 0].max(initial=-1)) + 1 if told["form"] == "Boxes" else len(found)
        write_pictured(path, found, told, range(count) if names is None else names)
        return
    what = {"Probabilities": "probability", "Scores": "score"}.get(told["form"])
    head = ["row" if names is None else "picture", "prediction"]
    head += [f"{what} {name}" for name in told["classes"] if what]
    said = found.tolist() if told["form"] in ("Values", "Clusters") else [
        told["classes"][code] for code in labels_of(found, told).tolist()
    ]  # fmt: skip
    told_as = range(len(found)) if names is None else names
    rows = [[name, said[row], *(found[row].tolist() if what else ())] for row, name in enumerate(told_as)]
    write_lines(path, [head, *rows])
