"""The rows of a report as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import fields
from typing import Any

from dlbench.reporting.findings import Findings
from dlbench.reporting.plain import spreadsheet
from dlbench.reporting.rows import Row


def as_csv(findings: Findings) -> str:
    """Return one line a row; text that a spreadsheet would take for a formula gets a leading apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    names = [field.name for field in fields(Row)]
    writer.writerow(names)
    writer.writerows([cell(getattr(row, name)) for name in names] for row in findings.rows)
    return stream.getvalue()


def cell(value: Any) -> Any:
    """Return what stands in a cell: a number as it is, text harmless, nothing for what is not there."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    if isinstance(value, tuple):
        return spreadsheet(" ".join(map(str, value)))
    return spreadsheet(value if isinstance(value, str) else json.dumps(value))
