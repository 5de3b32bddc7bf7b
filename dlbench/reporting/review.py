"""Reviews a run: looks through its records for what a reviewer would raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlbench.reporting.board import Round
from dlbench.reporting.champions import grouped
from dlbench.reporting.claim import keys_of
from dlbench.reporting.comparisons import Compared
from dlbench.reporting.rivals import rivals
from dlbench.reporting.rows import Row
from dlbench.reporting.source import Record, Source
from dlbench.reporting.spread import wide_spreads
from dlbench.reporting.warned import KINDS, Warned
from dlbench.reporting.wording import warned as words

MOST_FREQUENT = 0.8
"""Share of one class from which on accuracy is little more than that class."""

RAREST = 0.01
"""Share of the rarest class below which the area under the ROC curve hides how many false alarms there are."""

DUPLICATES = 0.01
"""Share of test items with a twin in training that a reviewer would ask about."""


@dataclass(frozen=True)
class Reviewed:
    """What a review looks at: everything decided so far."""

    source: Source
    rounds: Sequence[Round]
    compared: Sequence[Compared]
    rows: Sequence[Row]
    above_floor: Mapping[tuple[str, str], Mapping[str, bool | None]]


def review(run: Reviewed) -> tuple[Warned, ...]:
    """Return what a reviewer would raise, the gravest first, each once."""
    found = [warned for look in _LOOKS for warned in look(run)]
    return tuple(dict.fromkeys(sorted(found, key=lambda warned: KINDS.index(warned.kind))))


def _columns(run: Reviewed) -> Iterator[Warned]:
    """What was noticed in the user's own tables when the run was planned, and in other tables by their first jobs."""
    planned = run.source.run.get("inferred") or {}
    for task, columns in planned.items():
        yield from _warnings(str(task), columns, ())
    for place in _last(run.rounds):
        told = [job for job in _ok(place) if _noticed(job, "columns")]
        for job in told[:1] if not planned.get(place.task) else ():
            yield from _warnings(place.task, job["noticed"]["columns"], keys_of([job]))


def _warnings(task: str, columns: Sequence[Mapping[str, Any]], keys: tuple[str, ...]) -> Iterator[Warned]:
    for column in columns:
        if warning := str(column.get("warning") or ""):
            kind = "gives_answer_away" if warning.startswith("gives the answer away") else "data"
            yield Warned(kind, task, "", None, words.column(str(column.get("column", "")), warning), keys)


def _unfit(run: Reviewed) -> Iterator[Warned]:
    for place in _last(run.rounds):
        jobs = [job for job in _ok(place) if _noticed(job, "class_shares")]
        if not jobs or place.primary not in ("accuracy", "roc_auc"):
            continue
        rarest, most = jobs[0]["noticed"]["class_shares"]
        keys = keys_of(jobs[:1])
        if place.primary == "accuracy" and most >= MOST_FREQUENT:
            text = words.metric_unfit("accuracy", most, "balanced_accuracy")
            yield Warned("metric_unfit", place.task, place.point, None, text, keys)
        elif place.primary == "roc_auc" and rarest < RAREST:
            text = words.metric_unfit("roc_auc", rarest, "average_precision")
            yield Warned("metric_unfit", place.task, place.point, None, text, keys)


def _duplicates(run: Reviewed) -> Iterator[Warned]:
    for place in _last(run.rounds):
        told = [job for job in _ok(place) if _noticed(job, "duplicates") is not None]
        firsts = [jobs[0] for jobs in grouped(told).values()]
        items = sum(job["sizes"]["test"] for job in firsts)
        found = sum(job["noticed"]["duplicates"] for job in firsts)
        if items and found >= DUPLICATES * items:
            text = words.duplicates(found, items)
            yield Warned("duplicates", place.task, place.point, None, text, keys_of(firsts))


def _floors(run: Reviewed) -> Iterator[Warned]:
    for held in run.compared:
        above = run.above_floor.get((held.place.task, held.place.point), {})
        for champion in held.champions.values():
            if champion and above.get(champion.contestant) is False:
                text = words.not_above(champion.contestant, "the floor")
                keys = keys_of(champion.jobs(held.place))
                yield Warned("not_above_floor", held.place.task, held.place.point, champion.contestant, text, keys)


def _rivals(run: Reviewed) -> Iterator[Warned]:
    yield from rivals(run.source, run.compared)


def _spreads(run: Reviewed) -> Iterator[Warned]:
    yield from wide_spreads(run.compared)


def _imputed(run: Reviewed) -> Iterator[Warned]:
    for row in run.rows:
        if row.primary and row.stood_in:
            text = words.imputed(row.contestant, row.stood_in, row.jobs, row.rank, row.rank_dropped)
            yield Warned("imputed", row.task, row.point, row.contestant, text, row.keys)


def _trained(run: Reviewed) -> Iterator[Warned]:
    for place, name, jobs in _contestants(run.rounds):
        late = [job for job in jobs if _late(job)]
        rising = [job for job in jobs if _noticed(job, "unfinished") and not _late(job)]
        if len(rising) * 2 > len(jobs):
            text = words.unfinished(name, len(rising), len(jobs))
            yield Warned("not_converged", place.task, place.point, name, text, keys_of(rising))
        if late:
            text = words.cut_short(name, len(late), len(jobs))
            yield Warned("not_converged", place.task, place.point, name, text, keys_of(late))
        if stuck := [job for job in jobs if _noticed(job, "unconverged")]:
            text = words.unconverged(name, len(stuck), len(jobs))
            yield Warned("not_converged", place.task, place.point, name, text, keys_of(stuck))


def _edges(run: Reviewed) -> Iterator[Warned]:
    for place, name, jobs in _contestants(run.rounds):
        told = [job for job in jobs if _noticed(job, "edges") is not None]
        for parameter in dict.fromkeys(edge for job in told for edge in job["noticed"]["edges"]):
            there = [job for job in told if parameter in job["noticed"]["edges"]]
            if len(there) * 2 > len(told):
                text = words.edge_of_space(name, parameter, len(there), len(told))
                yield Warned("edge_of_space", place.task, place.point, name, text, keys_of(there))


def _timings(run: Reviewed) -> Iterator[Warned]:
    for place in run.rounds:
        jobs = _ok(place)
        old = [job for job in jobs if job["key"] in run.source.reused]
        if old:
            labels = list(dict.fromkeys(str(job["job"]["contestant"]["label"]) for job in old))
            text = words.reused(labels, len(old), len(jobs))
            yield Warned("timings_elsewhere", place.task, place.point, None, text, keys_of(old))
        prints = {str(print_) for job in jobs if (print_ := (job.get("environment") or {}).get("machine"))}
        if len(prints) > 1:
            text = words.machines(len(prints))
            yield Warned("timings_elsewhere", place.task, place.point, None, text, keys_of(jobs))


_LOOKS: tuple[Callable[[Reviewed], Iterator[Warned]], ...] = (
    _columns, _unfit, _duplicates, _floors, _rivals, _spreads, _imputed, _trained, _edges, _timings,
)  # fmt: skip


def _contestants(rounds: Sequence[Round]) -> Iterator[tuple[Round, str, list[Record]]]:
    """Yield place, label and the jobs that ended well, of every contestant but floors."""
    for place in rounds:
        for name, jobs in place.jobs.items():
            ended = [job for job in jobs if job["status"] == "ok"]
            if ended and place.kind(name) != "floor":
                yield place, name, ended


def _late(job: Record) -> bool:
    return bool((job.get("ledger") or {}).get("stopped") == "deadline")


def _last(rounds: Sequence[Round]) -> tuple[Round, ...]:
    """Return the last point of every task: what is said of the data is said once."""
    return tuple({place.task: place for place in rounds}.values())


def _ok(place: Round) -> list[Record]:
    return [job for jobs in place.jobs.values() for job in jobs if job["status"] == "ok"]


def _noticed(job: Record, name: str) -> Any:
    """Return what a job noticed; None where an older record does not say."""
    return (job.get("noticed") or {}).get(name)
