"""Modules of dlbench put together to one script: their own source, nothing imported from dlbench."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from importlib import import_module

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
