"""What every catalog entry has: a name, a title, where it comes from, the libraries it uses."""

from __future__ import annotations

from importlib.util import find_spec
from typing import ClassVar


class Component:
    """Base of models, datasets, metrics and tasks. All metadata is literal and light.

    Attributes:
        name: what a suite writes.
        title: one line for people.
        paper: author, title, year; or the standard reference.
        uses: distributions (as on the package index) whose versions change the result.
        requires: import names of optional libraries without which it cannot work.
        extra: the extra of dlbench that brings them.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    paper: ClassVar[str] = ""
    uses: ClassVar[tuple[str, ...]] = ()
    requires: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str] = ""

    def absent(self) -> str | None:
        """Say which required library is not installed, and the cure; None where all are. Imports none of them."""
        for library in self.requires:
            if find_spec(library) is None:
                cure = f"'dlbench[{self.extra}]'" if self.extra else library
                return f"{library} is not installed: pip install {cure}"
        return None
