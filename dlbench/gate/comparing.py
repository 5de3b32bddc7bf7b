"""Which cells of a run and a baseline can be compared, and why the others cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dlbench.core.errors import UsageError
from dlbench.gate.check import Check
from dlbench.gate.cost import judged_costs, judged_repeats
from dlbench.gate.judging import Case, judged, tested
from dlbench.gate.origin import origin
from dlbench.gate.outcome import CostOutcome, Outcome
from dlbench.reporting.baseline import read
from dlbench.reporting.held import Held, cells_of
from dlbench.reporting.loss import loss
from dlbench.reporting.margins import DEFAULT, Margin, margin
from dlbench.reporting.source import Source


@dataclass(frozen=True)
class Rule:
    """What a check asks for.

    Attributes:
        margins: metric → accepted loss: a number is absolute, a mapping gives `absolute`, `relative` or both, of
            which the larger counts.
        default: for all other metrics: absolute, relative for those without an upper bound.
        inconclusive: how such cells count: `fail` or `pass`.
        cost: whether time and memory are checked.
    """

    margins: Mapping[str, Margin]
    default: float = DEFAULT
    inconclusive: str = "fail"
    cost: bool = False

    def margin(self, metric: str, value: float) -> tuple[float, str]:
        """Return the margin of a metric in its unit, and how it came about."""
        return margin(metric, value, self.margins.get(metric), self.default)


def check(
    source: Source,
    baseline: Mapping[str, Any],
    *,
    margins: Mapping[str, Margin] | None = None,
    default_margin: float = DEFAULT,
    inconclusive: str = "fail",
    cost: bool = False,
    repeats: Sequence[tuple[Source, Source]] = (),
) -> Check:
    """Hold a run against a baseline; cells are matched by task, point, contestant and metric.

    Args:
        source: the run.
        baseline: content of a baseline file.
        margins, default_margin, inconclusive, cost: see `Rule`.
        repeats: runs of the baseline and the candidate in turn, by which costs are judged; without any, by the
            baseline's and the run's own.

    Raises:
        UsageError: the baseline is none, or a margin names no metric of it.
    """
    if inconclusive not in ("fail", "pass"):
        raise UsageError(f"inconclusive: expected pass or fail, got {inconclusive!r}")
    rule = Rule(dict(margins or {}), default_margin, inconclusive, cost)
    before, after = read(baseline), cells_of(source)
    unknown = rule.margins.keys() - {name[3] for name in (*before, *after)}
    if unknown:
        raise UsageError(f"margin for {', '.join(sorted(unknown))}: neither run nor baseline has such a metric")
    itself = _itself(source, baseline)
    found = [_case(held, None if itself else after.get(name), itself, rule) for name, held in before.items()]
    cases = [case for case in found if isinstance(case, Case)]
    told = iter(judged(cases))
    outcomes = tuple(next(told) if isinstance(case, Case) else case for case in found)
    new = tuple(name for name, held in after.items() if name not in before and held.values)
    costs: tuple[CostOutcome, ...] = ()
    if cost and not itself:
        contestants = [name[:3] for name in before]
        costs = judged_repeats(repeats, contestants) if repeats else judged_costs(source, baseline, contestants)
    run = str(source.run.get("id", ""))
    return Check(
        run,
        str(baseline.get("run", "")),
        outcomes,
        new,
        costs,
        origin(source, baseline),
        inconclusive,
        tested(cases),
    )


def _itself(source: Source, baseline: Mapping[str, Any]) -> bool:
    run = source.run.get("id")
    return bool(run) and run == baseline.get("run") and source.run.get("suite_name", "") == baseline.get("suite", "")


def _case(before: Held, after: Held | None, itself: bool, rule: Rule) -> Outcome | Case:
    cell = Outcome(*before.name, "not_comparable", "", before.mean)
    if itself:
        return replace(cell, reason="the run itself: a comparison with itself shows nothing")
    if after is None:
        return replace(cell, reason="the run has no such cell")
    cell = replace(cell, after=after.mean if after.values else None)
    if broken := _broken(before, after):
        return replace(cell, outcome="broke", reason=f"had a value, now {broken}")
    if reason := _difference(before, after):
        return replace(cell, reason=reason)
    accepted, told = rule.margin(before.name[3], before.mean)
    return Case(replace(cell, margin=accepted, margin_from=told), loss(before, after), accepted)


def _broken(before: Held, after: Held) -> str:
    """Return what gives no value now in a fold that had one; empty where nothing broke.

    A fit seed that the baseline has not run counts too: the seeds that are left would be judged alone, as if none had
    failed. A job that gave no value in the baseline either does not.
    """
    for (fold, seed), reason in after.broken.items():
        if fold in before.values and (fold, seed) not in before.broken:
            return reason if seed in before.values[fold] else f"seed {seed} {reason}"
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
    if before.items and after.items and before.items != after.items:
        return "other test items: their ids differ"
    return _of_metric(before, after)


def _of_metric(before: Held, after: Held) -> str:
    if before.version != after.version:
        return "another version of the metric; score the baseline's run again and save it"
    return "the metric's better end has changed" if before.better != after.better else ""
