"""The user's own file in place of a suite: `dlbench run DATA.csv --target COLUMN`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import click

from dlbench.cli.options import F, twinned
from dlbench.cli.printing import columns
from dlbench.cli.reading import reading
from dlbench.cli.selection import Selection
from dlbench.core.errors import UsageError

if TYPE_CHECKING:
    from dlbench.suite import Suite

SHOWN = 40
"""Columns told of before the rest is counted."""


def own_table(command: F) -> F:
    """Give a command the options --target and --test."""
    target = "With your own table: the column to predict, by name or place."
    command = twinned("--test", metavar="FILE", help="With your own table: a file with the test rows.")(command)
    return twinned("--target", metavar="COLUMN", help=target)(command)


def of_data(selection: Selection, target: str | None, test: str | None, *, quiet: bool = False) -> Selection:
    """Return the selection of a suite, or the one made for a file of data, told first unless `quiet`."""
    from dlbench import own

    if not own.is_data(selection.source):
        if target is not None or test is not None:
            raise UsageError(f"--target and --test go with a file of data, {selection.source!r} is none")
        return selection
    with reading(selection.source, quiet=quiet):
        made = OwnSelection.of(selection, target, test)
    if not quiet:
        click.echo(f"{made.told()}\n")
    return made


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
        from dlbench.presets import preset

        size = preset(selection.preset, selection.how.get("budget"))
        held = {one.name: getattr(selection, one.name) for one in fields(Selection)}
        content = own.suite(selection.source, target, test=test, size=size, reading=_reading(selection.overrides))
        offered = {*own.CONTESTANTS, *(size.contestants if size else ())}
        wanted = tuple(name for name in selection.models if name not in offered or name in content["models"])
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


def _reading(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the command line sets of the dataset: the contestants are chosen for the target that this makes."""
    found = ((re.fullmatch(r"tasks[.\[][^.\]]+\]?\.dataset\.(\w+)", path), value) for path, value in overrides.items())
    return {match[1]: value for match, value in found if match is not None}


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
