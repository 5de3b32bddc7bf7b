"""What a model starts from, as a suite writes it: `pretrain:` checked and resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import suggest
from dlbench.core.pretraining import PUBLISHED, Pretrain, trained, weights_file
from dlbench.core.schema import Schema
from dlbench.suite.asked_data import named_dataset, parameters
from dlbench.suite.asked_task import AskedTask
from dlbench.suite.shape import ModelShape, PretrainShape, TaskShape
from dlbench.suite.tree import Mistakes, Node, Way

EPOCHS = 5


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
    if "Probabilities" not in head.gives:
        return f"{head.name} gives {' and '.join(head.gives)}; only nets that give Probabilities start from weights"
    return None


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
    given = dict(held.model_extra or {})
    _check_training(asked, contestant, given)
    named = named_dataset(asked)
    if named is None:
        return None
    name, dataset, written = named
    params = parameters(asked, dataset, written)
    if params is None:
        return None
    task = catalog.tasks().get(dataset.task_type(params))
    if dataset.modality != "image" or task is None or task.target != "classes":
        asked.wrong("dataset", message=f"{name} holds no images with one class each, which is what a net learns first")
        return None
    return Pretrain(name, params, held.limit, held.epochs or EPOCHS, given)


def _check_training(asked: AskedTask, contestant: Contestant, given: Mapping[str, Any]) -> None:
    """Check the parameters of the first training; those of the architecture are the contestant's own."""
    free = replace(contestant, parameters={}, pretrain={})
    known = free.dimensions(Schema.example("image", "Probabilities"))
    for name, value in given.items():
        if name not in known:
            keys = [*known, *PretrainShape.model_fields]
            asked.wrong(name, message=f"unknown parameter {name!r}{suggest(name, keys)}")
        elif not trained(name):
            asked.wrong(name, message=f"{name} is part of the architecture, which is the same; set it beside pretrain:")
        elif problem := known[name].problem(value):
            asked.wrong(name, message=problem)
