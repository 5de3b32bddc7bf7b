"""The source hash of a component with all it imports from dlbench: versions bumped by hand are forgotten."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path


def source_hash(modules: Iterable[str], within: tuple[str, ...] = ("dlbench",)) -> str:
    """Return a hash of the code of `modules` and of every dlbench module they import, directly or not.

    Comments, docstrings and layout do not count. A module outside dlbench (an included file, an entry point) counts
    with its own code and the dlbench modules that it imports. Imports outside the packages in `within` do not count.
    """
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(found for found in _read(name)[1] if found.startswith(within))
    sha = hashlib.sha256()
    for name in sorted(seen):
        sha.update(_read(name)[0].encode())
    return sha.hexdigest()[:16]


@cache
def _read(module: str) -> tuple[str, tuple[str, ...]]:
    """Return the hash of one module's code, and the dlbench modules it imports."""
    path = _file_of(module)
    if path is None:
        return module, ()
    tree = ast.parse(path.read_bytes())
    _strip_docstrings(tree)
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest(), tuple(sorted(set(_imports(tree))))


def _file_of(module: str) -> Path | None:
    loaded = sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None) or importlib.util.find_spec(module)
    return Path(spec.origin) if spec and spec.origin and spec.origin.endswith(".py") else None


def _strip_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:]


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("dlbench"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dlbench"):
            base = node.module or ""
            yield base
            for alias in node.names:
                if _is_module(f"{base}.{alias.name}"):
                    yield f"{base}.{alias.name}"


@cache
def _is_module(name: str) -> bool:
    package, _, last = name.rpartition(".")
    parent = _file_of(package)
    return parent is not None and parent.name == "__init__.py" and (parent.parent / f"{last}.py").exists()
