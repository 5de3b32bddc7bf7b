"""Lays values given beside a suite over it: `search.trials`, `models[2].C`, `models.svm.C`, `tasks.*.limit`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlbench.core.errors import suggest
from dlbench.suite.tree import Mistakes, Node, Place, Way, planted

_STEP = re.compile(r"([^.\[\]]+)((?:\[\d{1,6}\])*)")
# what a suite's list entry is known by when it has no `as`, and what a bare entry stands for
_KNOWN_BY = {"tasks": "dataset", "models": "name"}
_PARTED = ("stages", "pretrain")


def override(tree: Node, overrides: Mapping[str, Any], mistakes: Mistakes) -> Node:
    """Return the tree with each value set; a path that leads nowhere becomes a mistake at `--set`."""
    place = Place("--set", 0, Path.cwd())
    for text, value in overrides.items():
        way = _steps(text)
        if way is None or way[0] == "include":
            what = "include is read from the suite alone" if way else "expected a path such as search.trials"
            mistakes.add(place, (text,), what)
            continue
        try:
            tree = _set(tree, way, planted(value, place, way, mistakes), ())
        except LookupError as error:
            mistakes.add(place, (text,), str(error.args[0]))
    return tree


def _steps(text: str) -> Way | None:
    """Split a path; behind a model, the rest is one name, since a stage's parameters have dots (`pca.components`), but
    for what has keys of its own."""
    way: list[str | int] = []
    parts = text.split(".")
    for number, part in enumerate(parts):
        match = _STEP.fullmatch(part)
        if match is None:
            return None
        way.append(match[1])
        way.extend(int(index) for index in re.findall(r"\d+", match[2]))
        if way[0] == "models" and len(way) >= 2 and parts[number + 1 :] and parts[number + 1] not in _PARTED:
            return (*way, ".".join(parts[number + 1 :]))
    return tuple(way)


def _set(node: Node, way: Way, new: Node, behind: Way) -> Node:
    """Return `node` with `new` at `way`."""
    if not way:
        return new
    step, rest = way[0], way[1:]
    held = node.value
    if isinstance(held, list):
        chosen = range(len(held)) if step == "*" else (_index(held, step, behind),)
        changed = [_set(child, rest, new, (*behind, i)) if i in chosen else child for i, child in enumerate(held)]
        return Node(changed, node.place)
    if isinstance(held, str) and len(behind) == 2 and behind[0] in _KNOWN_BY:
        held = {_KNOWN_BY[str(behind[0])]: node}
    if not isinstance(held, dict) or not isinstance(step, str):
        raise LookupError(f"leads nowhere: {step!r} has nothing to stand in")
    child = held.get(step, Node({}, new.place))
    return Node({**held, step: _set(child, rest, new, (*behind, step))}, node.place)


def _index(held: list[Node], step: str | int, behind: Way) -> int:
    """Return the position that a step means: a number, or the label of a task or model."""
    if isinstance(step, str) and not step.isdecimal():
        labels = [_label(node, _KNOWN_BY.get(str(behind[0]), "name")) for node in held]
        if step not in labels:
            raise LookupError(f"no entry {step!r}{suggest(step, labels)}")
        return labels.index(step)
    if int(step) >= len(held):
        raise LookupError(f"no entry {step}; there are {len(held)}, counted from 0")
    return int(step)


def _label(node: Node, known_by: str) -> str:
    if not isinstance(node.value, dict):
        return str(node.value)
    named = node.value.get("as") or node.value.get(known_by)
    if named is not None and isinstance(named.value, dict):
        named = named.value.get("name")
    return "" if named is None else str(named.value)
