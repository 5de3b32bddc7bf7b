"""Records and runs of format 1 must load for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dlbench.gate import baseline
from dlbench.reporting import FORMATS, render
from dlbench.reporting.frame import frame
from dlbench.reporting.rows import rows
from dlbench.reporting.source import Source
from dlbench.store import read_record

HERE = Path(__file__).parent


def refuse(record: Any) -> Any:
    raise OSError("a golden record keeps no predictions")


@pytest.fixture
def golden() -> Source:
    run = json.loads((HERE / "run-v1.json").read_text(encoding="utf-8"))
    return Source(run, (read_record(HERE / "record-v1.json"),), refuse, refuse)


def test_a_record_of_format_1_still_counts(golden: Source) -> None:
    """One of its two folds has a record, the other has not finished."""
    row = next(row for row in rows(golden) if row.metric == "accuracy")
    assert (row.task, row.contestant, row.kind, row.status) == ("digits", "svm", "classic", "partial")
    assert (row.value, row.n, row.trials, row.used_seconds) == (0.9888888888888889, 1, 8, 3.7)
    assert row.fit_seconds == pytest.approx(0.5)
    assert frame(golden).iloc[0]["key"] == golden.records[0]["key"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_run_of_format_1_can_be_reported(golden: Source, format: str) -> None:  # noqa: A002
    text = render(golden, format, width=100, color=False)
    assert "svm" in text
    assert format == "csv" or "log_loss" in text.replace("\\_", "_")


def test_a_run_of_format_1_makes_a_baseline(golden: Source) -> None:
    cell = baseline(golden)["cells"][0]
    assert (cell["version"], cell["fingerprints"]["data"]) == ("ab12cd34ef56ab12", "5f2c9d1b7a3e4f60")
