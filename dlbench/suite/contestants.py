"""Turns a suite's models into contestants, and says what is wrong with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import DlbenchError, suggest
from dlbench.core.schema import Schema
from dlbench.suite.entries import ModelEntry
from dlbench.suite.pretrained import pretrain_of
from dlbench.suite.shape import Costly, ModelShape, StageShape
from dlbench.suite.tree import Mistakes, Node, Way

_KEYS = ("name", "as", "stages", "needs", "tasks", "threshold", "pretrain")


def contestant_entry(written: ModelShape, way: Way, tree: Node, mistakes: Mistakes) -> ModelEntry:
    """Return the contestant that an entry means; where mistakes are noted, it stands in for its label alone."""
    *named, head = written.name.split("+")
    stages = written.stages or written.needs or []
    if written.stages and written.needs:
        mistakes.add(tree.at((*way, "needs")), (*way, "needs"), "stages and needs are one thing; keep one of them")
    if named and stages:
        message = f"{written.name!r} already names its stages; write {head!r}, or leave out stages:"
        mistakes.add(tree.at((*way, "name")), (*way, "name"), message)
    before = tuple(named) or tuple(stage.name for stage in stages)
    parameters, ways = _parameters(written, stages, way, tree, mistakes)
    label = written.label or "+".join((*before, head))
    contestant = Contestant(label, head, before, parameters, _threshold(written))
    if _links_fit(contestant, way, tree, mistakes):
        contestant = replace(contestant, pretrain=pretrain_of(contestant, written, way, tree, mistakes))
        _check_parameters(contestant, ways, tree, mistakes)
    return ModelEntry(contestant, None if written.tasks is None else tuple(written.tasks))


def _threshold(written: ModelShape) -> str | dict[str, dict[str, float]]:
    """Return `tuned`, or {cost: {false_positive: …, false_negative: …}}, or nothing."""
    held = written.threshold
    return held.model_dump() if isinstance(held, Costly) else held or ""


def _parameters(
    written: ModelShape, stages: list[StageShape], way: Way, tree: Node, mistakes: Mistakes
) -> tuple[dict[str, Any], dict[str, Way]]:
    """Return the fixed parameters by name, and where each stands."""
    found = dict(written.model_extra or {})
    ways: dict[str, Way] = {name: (*way, name) for name in found}
    key = "stages" if written.stages else "needs"
    for number, stage in enumerate(stages):
        for name, value in (stage.model_extra or {}).items():
            full, where = f"{stage.name}.{name}", (*way, key, number, name)
            if full in found:
                mistakes.add(tree.at(where), where, f"{full!r} is set twice")
            found[full], ways[full] = value, where
    return found, ways


def _links_fit(contestant: Contestant, way: Way, tree: Node, mistakes: Mistakes) -> bool:
    """Whether all links are known, and each stage gives what the next one reads."""
    before = mistakes.noted
    names = (*contestant.stages, contestant.model)
    for number, name in enumerate(names):
        where = _link_way(way, number, len(names), tree)
        if problem := _link_problem(name, number, len(names)):
            mistakes.add(tree.at(where), where, problem)
        if name in names[:number] and number < len(names) - 1:
            mistakes.add(tree.at(where), where, f"{name!r} stands twice among the stages")
    return mistakes.noted == before


def _link_problem(name: str, number: int, links: int) -> str | None:
    known = catalog.models()
    if name not in known:
        return f"unknown model {name!r}{suggest(name, known)}"
    if number < links - 1 and "Embeddings" not in known[name].gives:
        givers = [giver for giver, model in known.items() if "Embeddings" in model.gives]
        return f"{name!r} gives no embeddings, so it cannot stand before another{suggest(name, givers)}"
    if number and "table" not in known[name].accepts:
        return f"{name!r} reads {' or '.join(known[name].accepts)}, but the stage before it gives a table"
    return None


def _link_way(way: Way, number: int, links: int, tree: Node) -> Way:
    """Return where a link is named: in the list of stages, or in the name itself."""
    for key in ("stages", "needs"):
        listed = (*way, key, number)
        if number < links - 1 and tree.at((*way, key)) != tree.at(way):
            return listed
    return (*way, "name")


def _check_parameters(contestant: Contestant, ways: dict[str, Way], tree: Node, mistakes: Mistakes) -> None:
    """Check each parameter by itself, so that each has its own line. It must suit some kind of data the model reads."""
    forms = contestant.head.gives
    schemas = [Schema.example(modality, form) for modality in contestant.links[0].accepts for form in forms]
    for name, value in contestant.parameters.items():
        alone = replace(contestant, parameters={name: value})
        problems = [problem for schema in schemas if (problem := _problem(alone, schema, name)) is not None]
        if schemas and len(problems) == len(schemas):
            mistakes.add(tree.at(ways[name]), ways[name], problems[0])


def _problem(contestant: Contestant, schema: Schema, name: str) -> str | None:
    try:
        found = contestant.check(schema)
    except DlbenchError as error:
        return str(error)
    if not found:
        return None
    known = contestant.free.dimensions(schema)
    if name not in known:
        return f"unknown parameter {name!r}{suggest(name, [*known, *_KEYS])}"
    return found[0].removeprefix(f"{name}: ")
