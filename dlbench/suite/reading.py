"""Reads YAML into nodes: plain tags only, no duplicate keys, bounded in size, depth and aliases.

Scalars follow YAML 1.2: `1e-3` is a number, `no` and `on` are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from dlbench.suite.tree import DEPTH, Mistakes, Node, Place, Way, scalar_problem

SIZE = 2**20
NODES = 20_000
_TAG = "tag:yaml.org,2002:"


class _TooMuch(yaml.MarkedYAMLError):
    """A file past one of the bounds."""


class _Composer(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes, stopping at the bounds before memory or the stack does."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self.depth = self.count = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.depth, self.count = self.depth + 1, self.count + 1
        _bound(self.depth, self.count, self.get_mark())
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _bound(depth: int, count: int, mark: Any) -> None:
    if depth > DEPTH:
        raise _TooMuch(problem=f"nested deeper than {DEPTH} levels", problem_mark=mark)
    if count > NODES:
        raise _TooMuch(problem=f"more than {NODES} values, aliases written out", problem_mark=mark)


_NUMBER = list("-+0123456789.")
for _name, _pattern, _first in (
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", _NUMBER),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", _NUMBER),
    ("float", r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", _NUMBER),
):
    _Composer.add_implicit_resolver(_TAG + _name, re.compile(_pattern), _first)


def _integer(text: str) -> int:
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text)


_SCALARS: Mapping[str, Callable[[str], Any]] = {
    _TAG + "str": str,
    _TAG + "int": _integer,
    _TAG + "float": lambda text: float(text.lower().replace(".inf", "inf").replace(".nan", "nan")),
    _TAG + "bool": lambda text: {"true": True, "false": False}[text.lower()],
    _TAG + "null": lambda text: None,
}


def read(path: Path, name: str, mistakes: Mistakes) -> Node | None:
    """Return the mapping in a file, or None with the reason among the mistakes."""
    start = Place(name, 0, path.parent)
    text = _text(path, start, mistakes)
    return None if text is None else parse(text, start, mistakes)


def _text(path: Path, start: Place, mistakes: Mistakes) -> str | None:
    try:
        if not path.is_file():
            mistakes.add(start, (), "no such file" if not path.exists() else "not a file")
            return None
        with path.open("rb") as stream:
            content = stream.read(SIZE + 1)
    except (OSError, ValueError) as error:
        mistakes.add(start, (), f"cannot be read: {error}")
        return None
    if len(content) > SIZE:
        mistakes.add(start, (), f"larger than {SIZE // 2**20} MiB")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        mistakes.add(Place(start.file, line, start.folder), (), "expected UTF-8 text; save the file as UTF-8")
        return None


def parse(text: str, start: Place, mistakes: Mistakes) -> Node | None:
    """Return the mapping that YAML text holds, or None with the reason among the mistakes."""
    try:
        root = _Composer(text).get_single_node()
        if not isinstance(root, yaml.MappingNode):
            came = "nothing" if root is None else "a list" if isinstance(root, yaml.SequenceNode) else "a single value"
            line = root.start_mark.line + 1 if root else 1
            mistakes.add(
                Place(start.file, line, start.folder), (), f"expected a mapping (name:, tasks:, …), got {came}"
            )
            return None
        return _Planter(start, mistakes).plant(root, (), None)
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        mistakes.add(Place(start.file, line, start.folder), (), f"a character that YAML forbids: {error.reason}")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        what = " ".join(part for part in (error.context, error.problem) if part)
        mistakes.add(
            Place(start.file, line, start.folder), (), what if isinstance(error, _TooMuch) else f"not YAML: {what}"
        )
    return None


class _Planter:
    """Turns YAML's nodes into ours, writing out aliases as it goes."""

    def __init__(self, start: Place, mistakes: Mistakes) -> None:
        self.start, self.mistakes, self.count = start, mistakes, 0

    def place(self, node: Any) -> Place:
        return Place(self.start.file, node.start_mark.line + 1, self.start.folder)

    def plant(self, node: Any, way: Way, key: Any, depth: int = 1) -> Node:
        """`key` is the node that names this one, and so its place."""
        self.count += 1
        _bound(depth, self.count, node.start_mark)
        place = self.place(key or node)
        if isinstance(node, yaml.ScalarNode):
            return self.scalar(node, place, way)
        plain = _TAG + ("map" if isinstance(node, yaml.MappingNode) else "seq")
        if node.tag != plain:
            return self.mistakes.lose(place, way, f"tag {node.tag!r} is not allowed; a suite is plain YAML")
        if isinstance(node, yaml.SequenceNode):
            items = [self.plant(item, (*way, i), None, depth + 1) for i, item in enumerate(node.value)]
            return Node(items, place)
        return Node(self.mapping(node, way, depth), place)

    def mapping(self, node: Any, way: Way, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != _TAG + "str" or scalar_problem(key.value):
                came = repr(key.value) if isinstance(key, yaml.ScalarNode) else "a collection"
                self.mistakes.add(self.place(key), way, f"expected text as a key, got {came}; put it in quotes")
            elif key.value == "<<" and key.style is None:
                for shared in self.shared(value, way, depth):
                    merged = shared | merged
            elif key.value in found:
                first = found[key.value].place.line
                self.mistakes.add(self.place(key), (*way, key.value), f"duplicate key, first on line {first}")
            else:
                found[key.value] = self.plant(value, (*way, key.value), key, depth + 1)
        return merged | found

    def shared(self, value: Any, way: Way, depth: int) -> Iterator[dict[str, Node]]:
        for source in value.value if isinstance(value, yaml.SequenceNode) else [value]:
            planted = self.plant(source, way, None, depth + 1)
            if isinstance(planted.value, dict):
                yield planted.value
            else:
                self.mistakes.add(planted.place, (*way, "<<"), "expected an alias of a mapping")

    def scalar(self, node: Any, place: Place, way: Way) -> Node:
        if node.tag not in _SCALARS:
            return self.mistakes.lose(place, way, f"tag {node.tag!r} is not allowed; a suite is plain YAML")
        try:
            value = _SCALARS[node.tag](node.value)
        except (ValueError, KeyError):
            kind = node.tag.removeprefix(_TAG)
            return self.mistakes.lose(place, way, f"not a value of type {kind}: {node.value[:40]!r}")
        problem = scalar_problem(value)
        return Node(value, place) if problem is None else self.mistakes.lose(place, way, problem)
