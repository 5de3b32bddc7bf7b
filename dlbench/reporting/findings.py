"""All that a report says, decided once, before any format writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dlbench.reporting.across import Across
from dlbench.reporting.audit import audit
from dlbench.reporting.board import Round, board
from dlbench.reporting.claim import Claim
from dlbench.reporting.comparisons import Compared, compare
from dlbench.reporting.components import Spread, spreads
from dlbench.reporting.crossings import crossovers
from dlbench.reporting.crossover import Crossover
from dlbench.reporting.fairness import fairness, halving, ledgers, pretraining
from dlbench.reporting.horizons import Horizon, horizons
from dlbench.reporting.leader import Leader, leaders
from dlbench.reporting.over_tasks import across
from dlbench.reporting.published import Published, references
from dlbench.reporting.recommendation import Recommendation, recommendations
from dlbench.reporting.review import Reviewed, review
from dlbench.reporting.rows import Row, rows
from dlbench.reporting.scores import misfit
from dlbench.reporting.source import Source, label_of, place_of
from dlbench.reporting.subgroups import Subgroups, subgroups
from dlbench.reporting.summary import Screen, summary
from dlbench.reporting.verdict import Verdict, verdicts
from dlbench.reporting.warned import Warned


@dataclass(frozen=True)
class Findings:
    """A run, decided.

    Attributes:
        run: run.json without its list of jobs.
        skipped: task, contestant, metric (None for all of them), reason.
        failed: jobs that did not end well: task, point, contestant, repeat, fold, seed, status, reason, key.
        counts: jobs by status, `pending` among them.
        fairness: a sentence, and one for each breach of the contract; `ledgers`: kind → granted and used.
        policy: how failed jobs count.
        subgroups: one entry a task, point and contestant where the suite names `protocol.groups`; else empty.
        horizons: one entry a task, point and contestant that forecast several steps.
        recommendations: one entry a task and point: the contestant that was best on validation.
        summary: the first screen, at most five sentences for the whole suite.
        leaders: one a task and point; `crossovers`: one a task and swept axis.
        warnings: what a reviewer would raise.
        across: over the tasks; None for a single one.
        references: published figures of the suite beside ours.
        spreads: one entry a task, point and contestant that was fitted more than once a split.
    """

    run: Mapping[str, Any]
    rounds: tuple[Round, ...]
    rows: tuple[Row, ...]
    verdicts: tuple[Verdict, ...]
    skipped: tuple[Mapping[str, Any], ...]
    failed: tuple[Mapping[str, Any], ...]
    counts: Mapping[str, int]
    fairness: str
    ledgers: Mapping[str, Mapping[str, float | None]]
    policy: str
    subgroups: tuple[Subgroups, ...] = ()
    horizons: tuple[Horizon, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    summary: tuple[Claim, ...] = ()
    leaders: tuple[Leader, ...] = ()
    crossovers: tuple[Crossover, ...] = ()
    warnings: tuple[Warned, ...] = ()
    across: Across | None = None
    references: tuple[Published, ...] = ()
    spreads: tuple[Spread, ...] = ()

    @cached_property
    def ranking(self) -> Mapping[tuple[str, str, str], tuple[Row, ...]]:
        """(task, point, metric) → its rows, best first."""
        held: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.rows:
            held.setdefault((row.task, row.point, row.metric), []).append(row)
        return {name: tuple(found) for name, found in held.items()}


def find(source: Source) -> Findings:
    """Decide everything about a run: rows, verdicts, what was skipped, what failed.

    On one thread: the sums are thousands and small, and threads that wait for each other would make them slow.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return _found(source.remembering())


def _found(source: Source) -> Findings:
    rounds = board(source)
    fair, breaches = fairness(rounds), audit(source.records)
    compared = compare(source, rounds)
    judged = verdicts(source, compared)
    decided = Findings(
        run={name: value for name, value in source.run.items() if name not in ("jobs", "skipped")},
        rounds=rounds,
        rows=rows(source, rounds),
        verdicts=judged,
        skipped=_skipped(source, rounds),
        failed=tuple(_failure(job) for job in source.jobs if job["status"] not in ("ok", "pending")),
        counts=Counter(job["status"] for job in source.jobs),
        fairness=" ".join([fair, *pretraining(rounds), *halving(source.run), *breaches]),
        ledgers=ledgers(rounds),
        policy=source.policy,
        subgroups=subgroups(source, rounds),
        horizons=horizons(source, rounds),
        recommendations=recommendations(rounds),
        leaders=leaders(source, compared, judged),
        crossovers=crossovers(source, compared),
        across=across(rounds, compared, source.ranks),
        spreads=spreads(rounds),
    )
    return _told(source, compared, decided, fair, len(breaches))


def _told(source: Source, compared: Sequence[Compared], decided: Findings, fair: str, broken: int) -> Findings:
    """Return the findings with what is read off the other ones: doubts, published figures, the first screen."""
    above = {(one.task, one.point): one.above_floor for one in decided.verdicts}
    warned = review(Reviewed(source, decided.rounds, compared, decided.rows, above))
    screen = Screen(
        source, decided.rounds, decided.verdicts, decided.leaders, decided.crossovers, warned, fair, broken
    )  # fmt: skip
    published = references(decided.rows, decided.leaders)
    return replace(decided, warnings=warned, references=published, summary=summary(screen))


def _skipped(source: Source, rounds: tuple[Round, ...]) -> tuple[Mapping[str, Any], ...]:
    """Return what the plan skipped, and metrics that a form turned out not to answer."""
    planned = source.run.get("skipped", ())
    found = {(pair["task"], pair["contestant"], pair.get("metric")): dict(pair) for pair in planned}
    for place in rounds:
        for contestant, jobs in place.jobs.items():
            for metric in place.metrics:
                if reason := misfit(source, jobs[0], metric):
                    pair = {"task": place.task, "contestant": contestant, "metric": metric, "reason": reason}
                    found.setdefault((place.task, contestant, metric), pair)
    return tuple(found.values())


def _failure(job: Mapping[str, Any]) -> dict[str, Any]:
    task, point = place_of(job)
    places = {name: int(job["job"].get(name, 0)) for name in ("repeat", "fold", "seed")}
    ended = {"status": job["status"], "reason": str(job.get("reason", "")), "key": job["key"]}
    return {"task": task, "point": point, "contestant": label_of(job), **places, **ended}
