"""A report as an object: what a notebook asks of a run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.reporting.source import Source

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Report:
    """What a run found, in the form a person or a program wants."""

    source: Source

    def frame(self) -> pd.DataFrame:
        """Return one line a job and metric."""
        from dlbench.reporting.frame import frame

        return frame(self.source)

    @property
    def rows(self) -> list[Any]:
        """Return one entry a cell: task × point × contestant × metric."""
        from dlbench.reporting.rows import rows

        return list(rows(self.source))

    def render(
        self,
        format: str = "terminal",  # noqa: A002
        *,
        width: int | None = None,
        color: bool | None = None,
        short: bool = False,
        items: bool = True,
    ) -> str:
        """Return the report as text, see `dlbench.reporting.render`; a short one holds verdicts and rankings alone."""
        from dlbench.reporting import render

        return render(self.source, format, width=width, color=color, short=short, items=items)

    def figures(self, folder: str | Path, *, items: bool = True) -> list[Path]:
        """Write every figure as SVG and PNG into a folder; return the files.

        Args:
            folder: is made where it is missing.
            items: whether values of single items may be shown.
        """
        from dlbench.reporting.figure_files import write_figures
        from dlbench.store import write_synced

        return list(write_figures(self.source, Path(folder), write_synced, items=items))
