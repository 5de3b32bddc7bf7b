"""The fit of an exported model, made again in plain scikit-learn and Keras."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.datasets.column_kinds import AMONG_NUMBERS, class_name, missing
from dlbench.datasets.manners import Manner
from dlbench.exporting.standalone.answer import Inputs, encoded, of_member, seen_by
from dlbench.exporting.standalone.columns import read_csv, table


@dataclass
class Step:
    """One link: what prepares its inputs, and the estimator or net that learns from them.

    Attributes:
        name: of the model.
        preparation, estimator: unfitted, of scikit-learn; None where there is none.
        net: file of the net with its first weights; empty for an estimator.
        learns: what a net learns: classes, masks, values or inputs.
        values: of a net's training: optimizer, learning_rate, batch_size, …
        epochs, seed, order: of a net's training; `order` seeds the order of the examples.
        layout: pixels or matrix.
        code: name of the layer whose output is the code of an encoder.
    """

    name: str
    preparation: Any = None
    estimator: Any = None
    net: str = ""
    learns: str = "classes"
    values: Mapping[str, Any] = field(default_factory=dict)
    epochs: int = 0
    seed: int = 0
    order: int = 0
    layout: str = "matrix"
    code: str = ""


Trainer = Callable[..., Any]
"""Step, folder, prepared inputs, target, classes → the trained net and, of values, their mean and spread."""


def read_rows(told: Mapping[str, Any], paths: Sequence[Path], folder: Path) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Return inputs and target (class codes or values) of all rows that have a target, in the order of the source."""
    if told["data"] == "npz":
        with np.load(folder / "data.npz", allow_pickle=False) as archive:
            held = {name: archive[name] for name in archive.files}
        target = held.pop("target")
        if "images" in held:
            return {"images": held["images"].astype(np.float32) / np.float32(told["top"])}, target
        return held, target
    files = [read_csv(path, told["reading"]) for path in paths]
    texts = {name: [word for file in files for word in file[name]] for name in files[0]}
    words = bare_targets(texts[told["target"]], told["reading"], values=not told["classes"])
    kept = [row for row, word in enumerate(words) if word]
    inputs = table(told["columns"], {name: [column[row] for row in kept] for name, column in texts.items()})
    return inputs, coded([words[row] for row in kept], told["classes"])


def bare_targets(texts: Sequence[str], reading: Mapping[str, Any], *, values: bool) -> list[str]:
    """Return the words of the target column, "" where there is none; quotes around all of them taken off.

    Values are written plainly, whatever the manner of the file.
    """
    words = ["" if missing(text.strip()) else text.strip() for text in texts]
    quoted = all(len(word) > 1 and word[0] == word[-1] == "'" for word in words if word)
    words = [word[1:-1].strip() for word in words] if quoted else words
    return [plain_value(word, Manner(**reading.get("values", {}))) for word in words] if values else words


def plain_value(word: str, manner: Manner) -> str:
    """Return a value as Python writes it; "" for what is missing among numbers, and any other word as it is."""
    value = manner(word)
    return ("" if word.lower() in AMONG_NUMBERS else word) if value is None else repr(value)


def coded(words: Sequence[str], classes: Sequence[str]) -> np.ndarray:
    """Return codes of classes, or values where there are none. A full stop behind a test label is left out."""
    if not classes:
        return np.array([float(word) for word in words])
    place = {name: code for code, name in enumerate(classes)}
    return np.array([place.get(class_name(word), place.get(class_name(word.rstrip(".")))) for word in words], np.int64)


def fitted(steps: Sequence[Step], inputs: Inputs, target: Any, classes: int, folder: Path, train: Trainer) -> list[Any]:
    """Fit every link on the training rows: encoders in their order, then the one that answers."""
    links: list[dict[str, Any]] = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        link = fitted_link(step, inputs, target if last else None, target, classes, folder, train)
        links.append(link)
        if not last:
            inputs = {"numbers": np.asarray(encoded(link, inputs), dtype=np.float64)}
    return links


def fitted_link(
    step: Step, inputs: Inputs, target: Any, hint: Any, classes: int, folder: Path, train: Trainer
) -> dict[str, Any]:
    """Fit one link. Encoders see no target; what categories are coded by is given for the head alone."""
    link: dict[str, Any] = {"layout": step.layout, "net": None, "pipeline": None}
    seen = seen_by(link, inputs)
    prepared = seen if step.preparation is None else step.preparation.fit_transform(seen, target)
    if step.net:
        link["preparation"] = step.preparation
        dense = prepared.toarray() if hasattr(prepared, "toarray") else prepared
        link["net"] = train(step, folder, np.ascontiguousarray(dense, dtype=np.float32), target, classes)
        return link
    prepared = prepared.tocsr() if hasattr(prepared, "tocsr") else np.ascontiguousarray(prepared)
    link["pipeline"] = Fitted(step.preparation, step.estimator).fit(prepared, target)
    return link


class Fitted:
    """A fitted preparation and an estimator, asked as one."""

    def __init__(self, preparation: Any, estimator: Any) -> None:
        self.preparation, self.estimator = preparation, estimator

    def fit(self, prepared: Any, target: Any) -> Fitted:
        """Fit the estimator on what is prepared already. XGBoost wants classes without gaps."""
        self.classes_ = None if target is None or target.dtype.kind != "i" else np.unique(target)
        if type(self.estimator).__name__ == "XGBClassifier" and self.classes_ is not None:
            target = np.searchsorted(self.classes_, target)
        self.estimator.fit(prepared, target)
        return self

    def __getattr__(self, name: str) -> Any:
        """Return the estimator's `predict` and the like, which see prepared inputs."""
        method = getattr(self.__dict__["estimator"], name)
        return lambda seen: method(self._prepared(seen))

    def _prepared(self, seen: Any) -> Any:
        if self.preparation is None:
            return seen
        found = self.preparation.transform(seen)
        return found.tocsr() if hasattr(found, "tocsr") else np.ascontiguousarray(found)


def some(inputs: Inputs, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Return chosen rows."""
    return {name: held[rows] for name, held in inputs.items()}


def reproduce(
    told: Mapping[str, Any], members: Sequence[tuple[float, float | None, Sequence[Step]]], paths: Sequence[Path],
    folder: Path, train: Trainer,
) -> int:  # fmt: skip
    """Fit on the training rows of the record, predict its test rows, and compare; return the exit code."""
    inputs, target = read_rows(told, paths, folder)
    with np.load(folder / "rows.npz", allow_pickle=False) as archive:
        rows = {name: archive[name] for name in archive.files}
    if len(target) != int(rows["count"]):
        print(f"Error: {len(target)} rows with a target, the record has {int(rows['count'])}: this is other data")
        return 2
    known = None if told["form"] == "Clusters" else target[rows["train"]]
    found: Any = None
    for weight, sharpness, steps in members:
        links = fitted(steps, some(inputs, rows["train"]), known, len(told["classes"]), folder, train)
        one = of_member(links, some(inputs, rows["test"]), told, sharpness)
        share = one if len(members) == 1 else weight * one
        found = share if found is None else found + share
    nets = any(step.net for *_, steps in members for step in steps)
    return compared(np.asarray(found), rows["kept"], target[rows["test"]], told, nets=nets)


def compared(found: np.ndarray, kept: np.ndarray, truth: np.ndarray, told: Mapping[str, Any], *, nets: bool) -> int:
    """Print how far the new predictions are from the kept ones; return 0 where they agree, else 1."""
    apart = float(np.max(np.abs(found.astype(np.float64) - kept), initial=0.0))
    print(f"{len(found)} test rows; largest difference to the kept predictions: {apart:.3g}")
    if apart <= 1e-9:
        print("reproduced")
        return 0
    if told["form"] == "Clusters" or not nets:
        print("NOT reproduced: the versions in requirements.txt, or the machine, are others")
        return 1
    before, after, noise = plain_scores(kept, found, truth, told["form"])
    print(f"score of the kept predictions {before:.6g}, of these {after:.6g}; one standard error is {noise:.2g}")
    close = abs(before - after) <= 2 * noise
    print(
        "reproduced within noise: nets add in another order here, so the digits differ" if close else "NOT reproduced"
    )
    return 0 if close else 1


def plain_scores(kept: np.ndarray, found: np.ndarray, truth: np.ndarray, form: str = "") -> tuple[float, float, float]:
    """Return accuracy, or mean absolute error of values, of both, and the standard error of the first.

    Of masks and pictures each pixel counts, and the error is that of a mean over pictures.
    """
    if form == "Masks":
        asked = truth >= 0
        axes = tuple(range(1, truth.ndim))
        counts = np.maximum(asked.sum(axis=axes), 1)
        losses = [((one == truth) & asked).sum(axis=axes) / counts for one in (kept, found)]
    elif form == "Pictures":
        losses = [np.abs(one - truth).reshape(len(truth), -1).mean(axis=1) for one in (kept, found)]
    elif kept.ndim > 1:
        losses = [(one.argmax(axis=1) == truth).astype(np.float64) for one in (kept, found)]
    else:
        losses = [np.abs(one - truth) for one in (kept, found)]
    return float(losses[0].mean()), float(losses[1].mean()), float(losses[0].std() / max(1, len(truth)) ** 0.5)
