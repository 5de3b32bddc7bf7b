"""What every catalog entry has: a name, a title, where it comes from, the libraries it uses."""

from __future__ import annotations

from typing import ClassVar


class Component:
    """Base of models, datasets, metrics and tasks. All metadata is literal and light.

    Attributes:
        name: what a suite writes.
        title: one line for people.
        paper: author, title, year; or the standard reference.
        uses: distributions (as on the package index) whose versions change the result.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    paper: ClassVar[str] = ""
    uses: ClassVar[tuple[str, ...]] = ()
