"""The public API: what the command line calls, and what a notebook may."""

from dlbench.api.judging import baseline, check, check_against, compare, report
from dlbench.api.models import export, predict, rerun
from dlbench.api.running import estimate, load_suite, merge, plan, run, share_out, slices, slot_ledger, status, unspent

__all__ = [
    "baseline",
    "check",
    "check_against",
    "compare",
    "estimate",
    "export",
    "load_suite",
    "merge",
    "plan",
    "predict",
    "report",
    "rerun",
    "run",
    "share_out",
    "slices",
    "slot_ledger",
    "status",
    "unspent",
]
