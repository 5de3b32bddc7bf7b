"""Modules of dlbench put together to one script: their own source, nothing imported from dlbench."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec

LICENCE = "SPDX-License-Identifier: Apache-2.0"
"""Of dlbench, whose source the scripts carry."""


def joined(title: str, modules: Iterable[str], *, before: str = "", after: str) -> str:
    """Return a script.

    Args:
        title: its docstring.
        modules: names of the modules whose source it holds, in this order.
        before: code that stands before them, such as constants.
        after: code that stands behind them.
    """
    parts = [
        f"# {LICENCE}  (parts are from dlbench)",
        f'"""{title}"""',
        "from __future__ import annotations",
        before,
        *(f"# --- {name}\n\n{source_of(name)}" for name in dict.fromkeys(modules)),
        after,
    ]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def source_of(module: str) -> str:
    """Return a module's source without its docstring and without imports of dlbench, types or the future."""
    text = inspect.getsource(import_module(module))
    lines = text.splitlines()
    for node in reversed(ast.parse(text).body):
        if _left_out(node) and node.end_lineno is not None:
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines).strip("\n")


def _left_out(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__" or (node.module or "").split(".")[0] == "dlbench"
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.Expr) and node.lineno == 1 and isinstance(node.value, ast.Constant)


CARRY = '''
def carry(name, source):
    """Make a module of dlbench from its source, so that a saved model finds by its name what it needs."""
    import types

    parts = name.split(".")
    for end in range(1, len(parts)):
        package = sys.modules.setdefault(".".join(parts[:end]), types.ModuleType(".".join(parts[:end])))
    module = sys.modules[name] = types.ModuleType(name)
    setattr(package, parts[-1], module)
    exec(compile(source, name, "exec"), module.__dict__)
'''


def carried(modules: Iterable[str]) -> str:
    """Return code that makes modules of dlbench, each after those that it imports, in a script with `carry`.

    Each has a place of its own: what two of them call by one name does not meet.
    """
    return "\n\n".join(
        f"carry({name!r}, {_quoted(inspect.getsource(import_module(name)))})" for name in needed(modules)
    )


def needed(modules: Iterable[str]) -> list[str]:
    """Return modules of dlbench with all those that they import as they are loaded, each after those it imports.

    >>> needed(["dlbench.prepare.pixel_forest"])
    ['dlbench.prepare.pixel_features', 'dlbench.prepare.pixel_forest']
    """
    found: dict[str, None] = {}
    for name in modules:
        for other in needed(_imported(name)):
            found.setdefault(other)
        found.setdefault(name)
    return list(found)


def _imported(module: str) -> Iterator[str]:
    for node in ast.parse(inspect.getsource(import_module(module))).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dlbench."):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [
                name for name in inner if hasattr(import_module(str(node.module)), "__path__") and find_spec(name)
            ]
            yield from modules or [str(node.module)]


def _quoted(source: str) -> str:
    """Return Python's source as a literal that can be read."""
    return repr(source) if "'''" in source else f"r'''{source}'''"
