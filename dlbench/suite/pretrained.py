"""What a model starts from, as a suite writes it: `pretrain:` checked and resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.dataset import Dataset
from dlbench.core.errors import suggest
from dlbench.core.pretraining import LEARNED, PUBLISHED, Pretrain, trained, weights_file
from dlbench.core.schema import Schema
from dlbench.suite.asked_data import named_dataset, parameters
from dlbench.suite.asked_task import AskedTask
from dlbench.suite.shape import ModelShape, PretrainShape, TaskShape
from dlbench.suite.tree import Mistakes, Node, Way

EPOCHS = 5

_HOLDS: Mapping[str, str] = {
    "Probabilities": "images with one class each",
    "Boxes": "pictures with boxes",
    "Masks": "images with masks",
    "Instances": "outlined objects",
    "Pictures": "clean pictures",
}
"""What a net gives → the data that it learns first."""


def pretrain_of(
    contestant: Contestant, written: ModelShape, way: Way, tree: Node, mistakes: Mistakes
) -> Mapping[str, Any]:
    """Return what a contestant starts from, as `Pretrain.told` gives it; empty for drawn weights, or for mistakes."""
    held = written.pretrain
    if held is None:
        return {}
    asked = AskedTask(TaskShape(dataset=held.dataset or ""), (*way, "pretrain"), tree, mistakes)
    problem = unsuited(contestant) or _halves(held)
    if problem is not None:
        asked.wrong(message=problem)
        return {}
    found = _of_file(asked, contestant, held) if held.weights else _of_data(asked, contestant, held)
    return {} if found is None else found.told()


def unsuited(contestant: Contestant) -> str | None:
    """Say why a contestant cannot start from weights; None where it can."""
    head = contestant.head
    if contestant.stages:
        return "a model behind stages cannot start from weights; leave out one of the two"
    if head.kind != "deep" or head.trainer != "network" or "image" not in head.accepts:
        return f"{head.name} is no net of images, so there are no weights to start from"
    if not _forms(contestant):
        known = ", ".join(LEARNED.values())
        return f"{head.name} gives {' and '.join(head.gives)}; only nets that give one of {known} start from weights"
    return None


def _forms(contestant: Contestant) -> tuple[str, ...]:
    """Return what a contestant gives that other data can teach it first."""
    return tuple(form for form in LEARNED.values() if form in contestant.head.gives)


def _halves(held: PretrainShape) -> str | None:
    if bool(held.weights) == bool(held.dataset):
        return "expected either dataset: (which it learns first) or weights: (a file)"
    others = [name for name in ("limit", "epochs") if getattr(held, name) is not None] + sorted(held.model_extra or {})
    return f"weights: are read as they are; leave out {others[0]}:" if held.weights and others else None


def _of_file(asked: AskedTask, contestant: Contestant, held: PretrainShape) -> Pretrain | None:
    written = str(held.weights)
    if written == PUBLISHED:
        if PUBLISHED in getattr(contestant.head, "published", ()):
            return Pretrain(weights=PUBLISHED)
        asked.wrong("weights", message=f"nobody publishes such weights for {contestant.model}; {_publishing()}")
        return None
    folder = asked.tree.at((*asked.way, "weights")).folder
    found = weights_file((folder / Path(written).expanduser()).resolve())
    if isinstance(found, str):
        asked.wrong("weights", message=found)
        return None
    return Pretrain(weights=str(found))


def _publishing() -> str:
    able = [name for name, model in catalog.models().items() if PUBLISHED in getattr(model, "published", ())]
    return f"take {' or '.join(able)}, or name a file"


def _of_data(asked: AskedTask, contestant: Contestant, held: PretrainShape) -> Pretrain | None:
    given, forms = dict(held.model_extra or {}), _forms(contestant)
    named = named_dataset(asked)
    params = None if named is None else parameters(asked, named[1], named[2])
    form = "" if named is None or params is None else _taught_by(named[1], params)
    _check_training(asked, contestant, form if form in forms else forms[0], given)
    if named is None or params is None:
        return None
    if form not in forms:
        wanted = " or ".join(_HOLDS[one] for one in forms)
        asked.wrong("dataset", message=f"{named[0]} holds no {wanted}, which is what {contestant.model} learns first")
        return None
    return Pretrain(named[0], params, held.limit, held.epochs or EPOCHS, given)


def _taught_by(dataset: Dataset, params: Mapping[str, Any]) -> str:
    """Return what a net that learns a set of images gives; empty for a set that no net learns first."""
    task = catalog.tasks().get(dataset.task_type(params))
    return "" if dataset.modality != "image" or task is None else LEARNED.get(task.target, "")


def _check_training(asked: AskedTask, contestant: Contestant, form: str, given: Mapping[str, Any]) -> None:
    """Check the parameters of the first training; those of the architecture are the contestant's own."""
    free = replace(contestant, parameters={}, pretrain={})
    known = free.dimensions(Schema.example("image", form))
    for name, value in given.items():
        if name not in known:
            keys = [*known, *PretrainShape.model_fields]
            asked.wrong(name, message=f"unknown parameter {name!r}{suggest(name, keys)}")
        elif not trained(name):
            asked.wrong(name, message=f"{name} is part of the architecture, which is the same; set it beside pretrain:")
        elif problem := known[name].problem(value):
            asked.wrong(name, message=problem)
