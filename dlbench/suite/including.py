"""Gathers a suite from the files it includes: YAML merges freely, Python runs only by consent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.suite.reading import read
from dlbench.suite.tree import Mistakes, Node, Place

_FILES = 64
_JOINED = ("tasks", "models")


def merge(under: Node, over: Node, *, top: bool = True) -> Node:
    """Lay one node over another: mappings merge deep, the lists of tasks and models join, anything else is replaced."""
    if not isinstance(under.value, dict) or not isinstance(over.value, dict):
        return over
    merged = dict(under.value)
    for key, node in over.value.items():
        old = merged.get(key)
        if old is None:
            merged[key] = node
        elif top and key in _JOINED and isinstance(old.value, list) and isinstance(node.value, list):
            merged[key] = Node(old.value + node.value, node.place)
        else:
            merged[key] = merge(old, node, top=False)
    return Node(merged, over.place)


@dataclass
class Gathering:
    """One loading of a suite's files.

    Attributes:
        allow_code: whether Python files may be imported.
        mistakes: where to note what is wrong.
        code: the Python files, in the order in which they were imported.
    """

    allow_code: bool
    mistakes: Mistakes
    code: list[Path] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)

    def file(self, path: Path, name: str, open_files: tuple[Path, ...] = ()) -> Node | None:
        """Return a file laid over those it includes; None where it cannot be read."""
        self._seen.add(path.resolve())
        tree = read(path, name, self.mistakes)
        return None if tree is None else self.tree(tree, (*open_files, path.resolve()))

    def tree(self, tree: Node, open_files: tuple[Path, ...] = ()) -> Node:
        """Return a tree laid over the files its `include` names, without that key."""
        listed = tree.value.get("include")
        own = Node({key: node for key, node in tree.value.items() if key != "include"}, tree.place)
        if listed is None:
            return own
        if not isinstance(listed.value, list):
            self.mistakes.add(listed.place, ("include",), "expected a list of files")
            return own
        below: Node | None = None
        for i, item in enumerate(listed.value):
            found = self._one(item, i, open_files)
            below = found if below is None else below if found is None else merge(below, found)
        return own if below is None else merge(below, own)

    def _one(self, item: Node, i: int, open_files: tuple[Path, ...]) -> Node | None:
        path = self._path(item, i)
        if path is None:
            return None
        if path in open_files:
            self.mistakes.add(item.place, ("include", i), f"{item.value!r} includes itself, directly or by others")
        elif path.suffix == ".py":
            self._import(path, item, i)
        elif path not in self._seen:
            if len(self._seen) >= _FILES:
                self.mistakes.add(item.place, ("include", i), f"more than {_FILES} files")
                return None
            return self.file(path, str(Path(item.place.file).parent / item.value), open_files)
        return None

    def _path(self, item: Node, i: int) -> Path | None:
        """Return the file that an item names, from the folder of the file that names it."""
        problem = f"expected the path of a .yaml, .yml or .py file, got {item.value!r}"
        if isinstance(item.value, str) and item.value.isprintable():
            try:
                path = (item.place.folder / Path(item.value).expanduser()).resolve()
                if path.suffix in (".yaml", ".yml", ".py"):
                    if path.is_file():
                        return path
                    problem = f"no such file: {item.value!r} (relative paths start at {_folder(item.place)})"
            except (OSError, RuntimeError) as error:
                problem = f"{item.value!r}: {error}"
        self.mistakes.add(item.place, ("include", i), problem)
        return None

    def _import(self, path: Path, item: Node, i: int) -> None:
        if not self.allow_code:
            message = f"{item.value!r} is code, which runs only with --allow-code (allow_code=True)"
            self.mistakes.add(item.place, ("include", i), message)
            return
        try:
            catalog.include(path)
        except DlbenchError as error:
            self.mistakes.add(item.place, ("include", i), str(error))
        else:
            if path not in self.code:
                self.code.append(path)


def _folder(place: Place) -> str:
    return "the working directory" if place.line == 0 else "the folder of the file that names it"
