"""A run held against a baseline: every outcome, and the exit code they come to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dlbench.gate.outcome import OUTCOMES, CostOutcome, Outcome
from dlbench.reporting.held import Name


@dataclass(frozen=True)
class Check:
    """A run held against a baseline.

    Attributes:
        run, baseline: ids of the two runs.
        outcomes: one for each cell of the baseline.
        new: cells that only the run has; they do not count.
        costs: where they were asked for, at least one for each contestant of the baseline, not comparable where nothing
            was measured; empty where they were not.
        origin: where the baseline is from, its age, and in what it differs from the run, one sentence each.
        inconclusive: how such cells count: `fail` or `pass`.
        tests: cells over which p is corrected: those compared of which something tells how far chance moves them.
    """

    run: str
    baseline: str
    outcomes: tuple[Outcome, ...]
    new: tuple[Name, ...] = ()
    costs: tuple[CostOutcome, ...] = ()
    origin: tuple[str, ...] = ()
    inconclusive: str = "fail"
    tests: int = 0

    @property
    def exit_code(self) -> int:
        """1 regressed, 3 broke, 4 inconclusive, not comparable or nothing to compare, 0 all passed; in this order."""
        found = {outcome.outcome for outcome in self.outcomes} | {cost.outcome for cost in self.costs}
        if "regressed" in found:
            return 1
        if "broke" in found:
            return 3
        fine = {"pass", "inconclusive"} if self.inconclusive == "pass" else {"pass"}
        return 0 if self.outcomes and found <= fine else 4

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → cells, the worst first; only those that occur."""
        held = [outcome.outcome for outcome in self.outcomes]
        return {name: held.count(name) for name in OUTCOMES if name in held}

    def as_dict(self) -> dict[str, Any]:
        """Return the check as JSON of format 2."""
        sides = {"run": self.run, "baseline": self.baseline, "inconclusive": self.inconclusive, "tests": self.tests}
        head = {"format": 2, **sides, "exit_code": self.exit_code, "counts": self.counts, "origin": list(self.origin)}
        cells = {
            "outcomes": [asdict(outcome) for outcome in self.outcomes],
            "costs": [asdict(one) for one in self.costs],
        }
        return {**head, **cells, "new": [list(name) for name in self.new]}
