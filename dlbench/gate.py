"""The gate's rule: is a run as good as a baseline, cell by cell?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dlbench.core.errors import UsageError
from dlbench.reporting.baseline import Held, Name, baseline, cells_of, from_json
from dlbench.reporting.loss import STAND_IN, Loss, loss
from dlbench.reporting.margins import DEFAULT, Margin, margin
from dlbench.reporting.source import Source
from dlbench.stats.gate import decide

__all__ = ["OUTCOMES", "Check", "Outcome", "baseline", "check", "render"]

OUTCOMES = ("regressed", "broke", "inconclusive", "not_comparable", "pass")


@dataclass(frozen=True)
class Outcome:
    """What the gate says of one cell.

    Attributes:
        task, point, contestant, metric: which cell.
        outcome: pass, regressed, inconclusive, not_comparable, or broke (had a value, now fails).
        reason: a sentence.
        before, after: values; None where there is none.
        loss, low, high: how much worse, with its 95 % interval; None where it is not known.
        margin: loss that is accepted, in the metric's unit; `margin_from`: absolute, or what it is relative to.
        detectable: half the interval: a loss must exceed the margin by as much to be seen; None where not known.
    """

    task: str
    point: str
    contestant: str
    metric: str
    outcome: str
    reason: str
    before: float | None = None
    after: float | None = None
    loss: float | None = None
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    margin_from: str = ""
    detectable: float | None = None


@dataclass(frozen=True)
class Check:
    """A run held against a baseline.

    Attributes:
        run, baseline: ids of the two runs.
        outcomes: one for each cell of the baseline.
        new: cells that only the run has; they do not count.
    """

    run: str
    baseline: str
    outcomes: tuple[Outcome, ...]
    new: tuple[Name, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 regressed, 3 broke, 4 inconclusive, not comparable or nothing to compare, 0 all passed; in this order."""
        found = {outcome.outcome for outcome in self.outcomes}
        if "regressed" in found:
            return 1
        if "broke" in found:
            return 3
        return 0 if found == {"pass"} else 4

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → cells, the worst first; only those that occur."""
        held = [outcome.outcome for outcome in self.outcomes]
        return {name: held.count(name) for name in OUTCOMES if name in held}

    def as_dict(self) -> dict[str, Any]:
        """Return the check as JSON of format 1."""
        sides = {"run": self.run, "baseline": self.baseline}
        outcomes = [asdict(outcome) for outcome in self.outcomes]
        head = {"format": 1, **sides, "exit_code": self.exit_code, "counts": self.counts}
        return {**head, "outcomes": outcomes, "new": [list(name) for name in self.new]}


def check(
    source: Source,
    baseline: Mapping[str, Any],
    *,
    margins: Mapping[str, Margin] | None = None,
    default_margin: float = DEFAULT,
) -> Check:
    """Hold a run against a baseline; cells are matched by task, point, contestant and metric.

    Args:
        source: the run.
        baseline: content of a baseline file.
        margins: metric → accepted loss: a number is absolute, a mapping gives `absolute`, `relative` or both, of
            which the larger counts.
        default_margin: for all other metrics: absolute, relative for those without an upper bound.

    Raises:
        UsageError: the baseline is none, or a margin names no metric of it.
    """
    before = _cells(baseline)
    after = cells_of(source)
    stated = dict(margins or {})
    unknown = stated.keys() - {name[3] for name in (*before, *after)}
    if unknown:
        raise UsageError(f"margin for {', '.join(sorted(unknown))}: neither run nor baseline has such a metric")
    run = str(source.run.get("id", ""))
    itself = bool(run) and run == baseline.get("run") and source.run.get("suite_name", "") == baseline.get("suite", "")
    outcomes = tuple(
        _outcome(held, None if itself else after.get(name), itself, _Rule(stated, default_margin))
        for name, held in before.items()
    )
    new = tuple(name for name, held in after.items() if name not in before and held.values)
    return Check(run, str(baseline.get("run", "")), outcomes, new)


def render(checked: Check, format: str = "terminal", *, width: int | None = None, color: bool | None = None) -> str:  # noqa: A002
    """Return a check as text: terminal, markdown or json."""
    from dlbench.reporting.gate import render as rendered

    return rendered(checked, format, width=width, color=color)


@dataclass(frozen=True)
class _Rule:
    margins: Mapping[str, Margin]
    default: float

    def margin(self, metric: str, value: float) -> tuple[float, str]:
        return margin(metric, value, self.margins.get(metric), self.default)


def _cells(content: Mapping[str, Any]) -> dict[Name, Held]:
    if content.get("format") != 1:
        raise UsageError(f"baseline: expected format 1, got {content.get('format')!r}; save it again")
    try:
        cells = [from_json(cell) for cell in content["cells"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"baseline: a cell is not as `baseline save` writes it ({error!r}); save it again") from error
    return {cell.name: cell for cell in cells}


def _outcome(before: Held, after: Held | None, itself: bool, rule: _Rule) -> Outcome:
    value = _mean(before)
    if itself:
        return Outcome(*before.name, "not_comparable", "the run itself: a comparison with itself shows nothing", value)
    if after is None:
        return Outcome(*before.name, "not_comparable", "the run has no such cell", value)
    now = _mean(after) if after.values else None
    broken = _broken(before, after)
    if broken:
        return Outcome(*before.name, "broke", f"had a value, now {broken}", value, now)
    reason = _difference(before, after)
    if reason:
        return Outcome(*before.name, "not_comparable", reason, value, now)
    return _judged(before, after, rule)


def _broken(before: Held, after: Held) -> str:
    """Return why a job that had a value, or all of a fold that had one, gives none now; empty where none broke."""
    for (fold, seed), reason in after.broken.items():
        if seed in before.values.get(fold, {}) or (fold in before.values and fold not in after.values):
            return reason
    return ""


def _difference(before: Held, after: Held) -> str:
    """Say why two cells cannot be compared; empty where they can."""
    lacking = before.values.keys() - after.values.keys()
    if after.missing & before.values.keys():
        return "the run has not finished it"
    if lacking:
        return f"other folds: the run lacks {len(lacking)} of the baseline's {len(before.values)}"
    if not before.data or before.data != after.data:
        return "other data: the fingerprints differ"
    if any(not split or split != after.splits[fold] for fold, split in before.splits.items()):
        return "another split: the fingerprints differ"
    if before.version != after.version:
        return "another version of the metric; score the baseline's run again and save it"
    return "the metric's better end has changed" if before.better != after.better else ""


def _judged(before: Held, after: Held, rule: _Rule) -> Outcome:
    value, found = _mean(before), loss(before, after)
    accepted, source = rule.margin(before.name[3], value)
    decision, reason = _decision(found, accepted)
    known = found.detectable is not None
    return Outcome(
        *before.name,
        decision,
        reason,
        value,
        _mean(after),
        found.value,
        found.low if known else None,
        found.high if known else None,
        accepted,
        source,
        found.detectable,
    )


def _decision(found: Loss, accepted: float) -> tuple[str, str]:
    """Judge a loss.

    Where the spread is not known, twice the margin stands in for it: only a loss beyond three margins is called a
    regression, and nothing but equality passes.
    """
    if found.exact:
        return "pass", "identical values"
    if found.detectable is None:
        if found.value > (1 + STAND_IN) * accepted:
            return "regressed", f"the loss exceeds {1 + STAND_IN:g} margins; {found.how}"
        return "inconclusive", f"{found.how}; run at least 2 seeds, or folds"
    decision = decide(found.low, found.high, accepted)
    if decision == "inconclusive":
        return decision, f"the interval holds the margin; {found.how}"
    return decision, found.how


def _mean(held: Held) -> float:
    folds = [sum(seeds.values()) / len(seeds) for seeds in held.values.values()]
    return sum(folds) / len(folds)
