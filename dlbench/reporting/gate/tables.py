"""The tables and notes of a check as text, before a format draws them. Nothing here is escaped yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from dlbench.reporting import figures, tables

if TYPE_CHECKING:
    from dlbench.gate.check import Check
    from dlbench.gate.outcome import CostOutcome, Outcome

ANSWERS = {0: "passed", 1: "regressed", 3: "broke", 4: "not decided"}
MEASURES = {
    "fit_seconds": "fit time",
    "predict_seconds_per_1000": "prediction time",
    "peak_memory_bytes": "peak memory",
}
OF_COSTS = ("regressed", "inconclusive", "not_comparable", "pass")
"""What a cost may come to, the worst first."""
ENOUGH = 0.8


def title(checked: Check) -> str:
    """Return what was checked, and what came out, in one line."""
    counts = _counted(checked.counts) or "nothing to compare"
    found = [cost.outcome for cost in checked.costs]
    costs = _counted({name: found.count(name) for name in OF_COSTS if name in found})
    told = f"{counts}; costs: {costs}" if costs else counts
    return f"run {checked.run} against baseline {checked.baseline}: {told} (exit code {checked.exit_code})"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {named(name)}" for name, count in counts.items())


def named(outcome: str) -> str:
    """Return an outcome in words."""
    return outcome.replace("_", " ")


def shown(checked: Check) -> list[tuple[str, tables.Table]]:
    """Return outcome and table for each outcome that occurs, the worst first; costs come last."""
    found = []
    order: dict[tuple[str, str, str], int] = {}
    for outcome in checked.outcomes:
        order.setdefault(_contestant(outcome), len(order))
    for name, count in checked.counts.items():
        held = sorted(
            (outcome for outcome in checked.outcomes if outcome.outcome == name),
            key=lambda held: order[_contestant(held)],
        )
        heading = f"{named(name).capitalize()}: {figures.plural(count, 'cell')}"
        found.append((name, (_unjudged if name in ("broke", "not_comparable") else _judged)(heading, held)))
    return [*found, *_costs(checked.costs)]


def told(outcome: Outcome) -> str:
    """Return one cell in a sentence: which, its size, its bounds, p, and why."""
    where = f"{tables.title_of(outcome.task, outcome.point)}, {outcome.contestant}, {outcome.metric}"
    parts = [f"{where}: {named(outcome.outcome)}"]
    if outcome.loss is not None:
        parts.append(f"{figures.score(outcome.before)} → {figures.score(outcome.after)}, loss {_lost(outcome)}")
        parts.append(f"margin {_small(outcome.margin)}")
    if outcome.adjusted is not None and outcome.outcome != "pass":
        parts.append(f"{figures.probability(outcome.adjusted)}, corrected")
    return f"{'; '.join(parts)}; {outcome.reason}"


def told_cost(cost: CostOutcome) -> str:
    """Return one cost in a sentence."""
    where = f"{tables.title_of(cost.task, cost.point)}, {cost.contestant}, {MEASURES[cost.measure]}"
    ratio = "" if cost.ratio is None else f" {_ratio(cost)} times the baseline's, {cost.factor:g} accepted;"
    return f"{where}: {named(cost.outcome)};{ratio} {cost.reason}"


def notes(checked: Check) -> list[str]:
    """Return what must be known to read the tables."""
    return [*_reading(checked), *_power(checked), *_margins(checked), *_more(checked), *checked.origin]


def _contestant(outcome: Outcome) -> tuple[str, str, str]:
    return outcome.task, outcome.point, outcome.contestant


def _judged(heading: str, held: list[Outcome]) -> tables.Table:
    columns = ("task", "contestant", "metric", "baseline", "run", "loss [bounds]", "margin", "p", "sees from")
    reasons = dict.fromkeys(outcome.reason for outcome in held)
    said = tuple(f"{reason[:1].upper()}{reason[1:]}." for reason in reasons)
    return tables.Table(heading, columns, tuple(map(_line, held)), (), frozenset(range(3, 9)), said)


def _unjudged(heading: str, held: list[Outcome]) -> tables.Table:
    metrics: dict[tuple[str, str, str], list[str]] = {}
    for outcome in held:
        name = (tables.title_of(outcome.task, outcome.point), outcome.contestant, outcome.reason)
        metrics.setdefault(name, []).append(outcome.metric)
    lines = tuple((task, label, ", ".join(names), reason) for (task, label, reason), names in metrics.items())
    return tables.Table(heading, ("task", "contestant", "metrics", "because"), lines)


def _line(outcome: Outcome) -> tuple[str, ...]:
    return (
        tables.title_of(outcome.task, outcome.point),
        outcome.contestant,
        outcome.metric,
        figures.score(outcome.before),
        figures.score(outcome.after),
        _lost(outcome),
        _small(outcome.margin),
        _p(outcome.adjusted),
        _small(outcome.detectable),
    )


def _lost(outcome: Outcome) -> str:
    if outcome.loss is None:
        return figures.NONE
    if outcome.loss == outcome.low == outcome.high == 0:
        return "0"
    lost = figures.signed(outcome.loss)
    if outcome.low is None or outcome.high is None:
        return lost
    return f"{lost} [{figures.score(outcome.low)}, {figures.score(outcome.high)}]"


def _small(value: float | None) -> str:
    return figures.NONE if value is None else f"{value:.2g}"


def _p(value: float | None) -> str:
    return figures.NONE if value is None else "<.001" if value < 0.001 else f"{value:.2g}"


def _costs(costs: Sequence[CostOutcome]) -> Iterator[tuple[str, tables.Table]]:
    if costs:
        columns = ("task", "contestant", "cost", "outcome", "ratio [bounds]", "factor", "because")
        lines = tuple(
            (
                tables.title_of(cost.task, cost.point), cost.contestant, MEASURES[cost.measure],
                named(cost.outcome), _ratio(cost), f"{cost.factor:g}", cost.reason,
            )
            for cost in costs
        )  # fmt: skip
        worst = next(name for name in OF_COSTS if name in _outcomes(costs))
        yield worst, tables.Table("Time and memory", columns, lines, (), frozenset({4, 5}))


def _outcomes(costs: Sequence[CostOutcome]) -> set[str]:
    return {cost.outcome for cost in costs}


def _ratio(cost: CostOutcome) -> str:
    if cost.ratio is None:
        return figures.NONE
    return f"{cost.ratio:.2f} [{cost.low:.2f}, {cost.high:.2f}]"


def _reading(checked: Check) -> Iterator[str]:
    if checked.tests:
        yield (
            "A loss is positive where the run is worse; each of its bounds holds with 95 % confidence. It passes where "
            "the upper one is at most the margin. It has regressed where p, of “the loss is at most the margin”, "
            f"is at most .05, corrected over the {figures.plural(checked.tests, 'cell')} compared (Holm)."
        )


def _power(checked: Check) -> Iterator[str]:
    powers = [outcome.power for outcome in checked.outcomes if outcome.power is not None]
    if not powers:
        return
    middle = median(powers)
    span = f"{min(powers):.2f} to {max(powers):.2f}, " if len(powers) > 1 else ""
    yield (
        f"What this check could have seen: a loss of twice the margin is called a regression with probability {span}"
        f"{middle:.2f} in the middle; one as in “sees from” in 4 of 5 cases."
    )
    if middle < ENOUGH:
        yield "That is little power: fit seeds, test items, folds, fewer cells or a larger margin give more."


def _margins(checked: Check) -> Iterator[str]:
    absolute = sorted({outcome.metric for outcome in checked.outcomes if outcome.margin_from == "absolute"})
    relative = sorted({outcome.metric for outcome in checked.outcomes if "×" in outcome.margin_from})
    parts = [f"absolute for {', '.join(absolute)}"] if absolute else []
    parts += [f"relative to the baseline for {', '.join(relative)}"] if relative else []
    if parts:
        yield f"Margins: {'; '.join(parts)}."


def _more(checked: Check) -> Iterator[str]:
    if checked.inconclusive == "pass" and "inconclusive" in checked.counts:
        yield "Inconclusive cells count as passed, as was asked for."
    if checked.costs:
        yield (
            "Times are in units of a fixed workload that runs around each job. Time and memory have regressed where "
            f"the lower bound of the ratio exceeds {checked.costs[0].factor:g}."
        )
    if checked.new:
        yield f"Not in the baseline, so not judged: {figures.plural(len(checked.new), 'cell')}."
