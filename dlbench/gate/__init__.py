"""The gate: is a run as good as a baseline, cell by cell?"""

from __future__ import annotations

from dlbench.gate.check import Check
from dlbench.gate.comparing import check
from dlbench.gate.outcome import OUTCOMES, Outcome
from dlbench.reporting.baseline import baseline, read_baseline
from dlbench.reporting.gate import render

__all__ = ["OUTCOMES", "Check", "Outcome", "baseline", "check", "read_baseline", "render"]
