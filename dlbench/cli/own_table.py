"""The user's own file in place of a suite: `dlbench run DATA.csv --target COLUMN`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from dlbench.cli.printing import columns
from dlbench.cli.selection import Selection

if TYPE_CHECKING:
    from dlbench.suite import Suite

SHOWN = 40
"""Columns told of before the rest is counted."""


@dataclass(frozen=True)
class OwnSelection(Selection):
    """A selection of a suite that was made for a file of data.

    Attributes:
        content: the suite as a mapping.
    """

    content: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, selection: Selection, target: str | None, test: str | None) -> OwnSelection:
        """Return the selection with a suite for the file that it names."""
        from dlbench import own

        held = {one.name: getattr(selection, one.name) for one in fields(Selection)}
        content = own.suite(selection.source, target, test=test)
        wanted = tuple(name for name in selection.models if name not in own.CONTESTANTS or name in content["models"])
        return cls(**{**held, "models": wanted if wanted else selection.models}, content=content)

    def suite(self) -> Suite:
        """Return the suite, selected and overridden."""
        from dlbench import api

        assert self.content is not None, "made by `of` alone"
        suite = api.load_suite(self.content, overrides=self.overrides, allow_code=self.allow_code)
        return suite.selected(self.tasks, self.models)

    def told(self) -> str:
        """Say what the columns are taken for."""
        assert self.content is not None, "made by `of` alone"
        return told(self.content["tasks"][0]["dataset"])


def told(given: Mapping[str, Any]) -> str:
    """Say what an own file's columns are taken for, warnings below.

    Args:
        given: the dataset as a suite writes it, the path first.
    """
    from dlbench import own

    found = own.inferred(next(iter(given)), given)
    rows = [(one["column"], one["kind"], f"{one['missing']:.1%}", one["why"]) for one in found[:SHOWN]]
    rows += [(f"and {len(found) - SHOWN} more", "", "", "")] if len(found) > SHOWN else []
    lines = [columns(("column", "taken for", "missing", "because"), rows, numbers=(2,))]
    warnings = [
        columns(("", ""), [("warning", f"{one['column']}: {one['warning']}")]) for one in found if one["warning"]
    ]
    return "\n".join([*lines, *(line.strip("\n") for line in warnings)])
