"""What a report shows besides rankings: the tables of a task, in their order, and doubts about the data."""

from __future__ import annotations

from collections.abc import Iterator

from dlbench.reporting.board import Round
from dlbench.reporting.curves import curves
from dlbench.reporting.findings import Findings
from dlbench.reporting.subgroup_table import gaps
from dlbench.reporting.tables import Table, costs, others


def beside(findings: Findings, place: Round) -> Iterator[Table]:
    """Yield the tables that stand below the ranking of a task."""
    found = (others(findings, place), *curves(findings, place), gaps(findings, place), costs(findings, place))
    yield from (table for table in found if table is not None)


def doubts(findings: Findings) -> Table | None:
    """Return what was noticed in the user's own tables when the run was planned; None where nothing was."""
    told = findings.run.get("inferred") or {}
    lines = tuple(
        (str(task), str(column.get("column", "")), str(column["warning"]))
        for task, columns in told.items()
        for column in columns
        if column.get("warning")
    )
    return Table("Doubts about the data", ("task", "column", "warning"), lines) if lines else None
