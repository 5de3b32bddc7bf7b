"""The pretraining stage: a net learns other data first, once, for all jobs that start from its weights.

What it learns is the training part of another set, brought to the size and the channels of the task's images, with the
same sort of target: classes, boxes, masks, outlines or clean pictures. No image that stands in the task's own data is
among them, and no clean picture, whichever part it stands in there: a test item cannot be seen early.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import CorruptRecord, DataUnavailable
from dlbench.core.pretraining import LEARNED, Pretrain
from dlbench.core.seeds import derive
from dlbench.core.space import Values
from dlbench.datasets.fetch import offline
from dlbench.prepare import splits
from dlbench.prepare.bringing import brought, brought_target
from dlbench.prepare.duplicates import hashes
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.store import file_hash, read_record
from dlbench.training import chain
from dlbench.training.limits import Limits

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec, Member
    from dlbench.core.schema import Schema
    from dlbench.engine.clock import Clock
    from dlbench.engine.desk import Desk
    from dlbench.prepare.data import Data

FILE = "model.keras"


@dataclass(frozen=True)
class Taken:
    """The images that are learned first.

    Attributes:
        part: brought to the task's shape, in [0, 1].
        schema: of them.
        told: for the record: rows, classes, how many were excluded, shapes before and after.
    """

    part: Part
    schema: Schema
    told: Mapping[str, Any]


def started(spec: JobSpec, desk: Desk, clock: Clock) -> tuple[JobSpec, dict[str, Any]]:
    """Return a job whose contestants name the file that they start from, and what is to be recorded of it.

    The stage is made where nobody has made it. `pretraining` on the clock is what it took, `pretraining_elsewhere` that
    part of it that another job spent.

    Raises:
        DataUnavailable: the other set, or published weights, cannot be had here.
        Diverged: while the other set was learned.
    """
    stored = {key: _stored(desk.needs[key], clock) for key in spec.starts if key in desk.needs}
    files = {key: file for key, (file, _) in stored.items()}
    spec = replace(spec, members=tuple(_with_file(member, files) for member in spec.members))
    if not spec.pretrain_key:
        start = spec.contestant.start
        return spec, {"weights": Path(start.weights).name} if start else {}
    file, record = stored.get(spec.pretrain_key) or _made(spec, desk, clock)
    told = {name: record[name] for name in ("recipe", "seen", "rounds") if name in record}
    return replace(spec, contestant=_from(spec.contestant, file)), told


def _with_file(member: Member, files: Mapping[str, Path]) -> Member:
    file = files.get(member.pretrain_key)
    return member if file is None else replace(member, contestant=_from(member.contestant, file))


def _from(contestant: Contestant, file: Path) -> Contestant:
    return replace(contestant, pretrain=Pretrain(weights=str(file)).told())


def _stored(folder: Path, clock: Clock) -> tuple[Path, Mapping[str, Any]]:
    """Return the weights of a finished stage, their hash verified, and its record."""
    record, file = read_record(folder / "record.json"), folder / FILE
    if not file.is_file() or file_hash(file) != record["files"].get(FILE):
        raise CorruptRecord(f"{file}: its hash is not the one in the record; run the suite again with --force")
    for name in ("pretraining", "pretraining_elsewhere"):
        clock.add(name, float(record["seconds"]["pretraining"]))
    return file, record


def _made(spec: JobSpec, desk: Desk, clock: Clock) -> tuple[Path, Mapping[str, Any]]:
    """Make the stage, hand it over, and keep a copy of the weights for this job."""
    desk.send({"event": "step", "step": "pretrain"})
    start = spec.contestant.start
    assert start is not None, "a job with a pretraining stage starts from one"
    folder, own = desk.outside / "pretraining", desk.outside / "start"
    for one in (folder, own):
        one.mkdir()
    with clock.measure("pretraining"):
        made = _learned(spec, start, folder) if start.dataset else _published(spec, start, folder)
    shutil.copyfile(folder / FILE, own / FILE)
    record = {
        "key": spec.pretrain_key,
        "status": "ok",
        "recipe": {"model": spec.contestant.model, **start.told()},
        **made,
        "seconds": {"pretraining": clock["pretraining"]},
    }
    desk.send({"event": "stage", "record": record})
    return own / FILE, record


def _learned(spec: JobSpec, start: Pretrain, folder: Path) -> dict[str, Any]:
    """Teach the net the other set for its epochs, and save it."""
    taken = images_of(spec, start)
    own = spec.contestant
    plain = Contestant(own.label, own.model, (), {**own.architecture, **(start.parameters or {})})
    values = plain.space(Values(), taken.schema)
    seed = derive("pretraining", spec.seed)
    fitted = chain.fit(plain, values, taken.schema, taken.part, None, Limits(rounds=start.epochs), seed)
    fitted.save(folder)
    return {"rounds": dict(fitted.rounds), "values": values[0], "history": fitted.history, "seen": dict(taken.told)}


def _published(spec: JobSpec, start: Pretrain, folder: Path) -> dict[str, Any]:
    """Fetch published weights by the model's own way, and save the net that holds them."""
    if offline():
        cure = "name a file instead: pretrain: {weights: FILE}"
        raise DataUnavailable(f"{start.weights}: DLBENCH_OFFLINE forbids the network; {cure}")
    data = catalog.dataset(spec.task.dataset).load(spec.task.params)
    schema = data.schema("Probabilities", len(data))
    values = spec.contestant.free.space(Values(spec.contestant.architecture), schema)[0]
    head: Any = spec.contestant.head
    net = head.published_net(values, schema, start.weights)
    net.save(folder / FILE)
    return {"values": values}


def images_of(spec: JobSpec, start: Pretrain) -> Taken:
    """Return what is learned first: no test item of that set, and no image that stands in the task's data."""
    other, task = catalog.dataset(start.dataset).load(start.params or {}), spec.task
    data = catalog.dataset(task.dataset).load(task.params)
    mine, theirs = _pixels(data), _pixels(other)
    rows = np.arange(len(other)) if other.test is None else np.flatnonzero(~other.test)
    pixels, target = brought(theirs.take(rows), mine.shape), other.target[rows]
    plain = target if isinstance(target, np.ndarray) else None
    known = _standing(pixels.pixels, mine.unit())
    if plain is not None and plain.ndim == 4:
        clean = brought(Images(plain, 1.0), mine.shape).unit()
        known |= _standing(clean, np.asarray(data.target))
    free = np.flatnonzero(~known)
    if not len(free):
        raise DataUnavailable(f"pretrain: every image of {start.dataset} stands in the data of {spec.task.label}")
    seed = derive("pretraining", spec.split.split_seed)
    strata = plain[free] if plain is not None and plain.ndim == 1 else None
    rows = splits.limit(free, strata, start.limit or len(free), seed=seed)
    part = Part(pixels.take(rows), brought_target(target[rows], theirs.shape, mine.shape))
    schema = replace(other.schema(LEARNED[catalog.task(task.type).target], len(rows)), shape=mine.shape)
    told = {"rows": len(rows), "classes": len(other.classes), "excluded": int(known.sum()), "data": other.fingerprint(),
            "shape": list(theirs.shape), "brought_to": list(mine.shape)}  # fmt: skip
    return Taken(part, schema, told)


def _standing(ours: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return for each picture in [0, 1] whether it stands among others."""
    return np.isin(hashes([_bytes(ours)]), hashes([_bytes(others)]))


def _pixels(data: Data) -> Images:
    if not isinstance(data.inputs, Images):
        raise DataUnavailable(f"pretrain: expected images, got {type(data.inputs).__name__.lower()}")
    return data.inputs


def _bytes(unit: np.ndarray) -> np.ndarray:
    return np.asarray(np.rint(unit * 255), dtype=np.uint8)
