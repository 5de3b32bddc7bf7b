"""Holds the records of a run against the fairness contract, and names what breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dlbench.core.canonical import canonical
from dlbench.reporting.source import Record, fold_of, label_of, place_of


def audit(records: Iterable[Record]) -> tuple[str, ...]:
    """Return one sentence for each breach of the contract that records can show; none where it holds.

    Clauses 1 (splits), 2 (objective), 4 (what is charged), 6 (budget) and 7 (threads) are held against every record
    of status ok. What happens inside a fit, clauses 3 and 5, the records cannot show: tests hold the engine to it.
    """
    done = [record for record in records if record["status"] == "ok"]
    found = [
        *_differing(done, 1, "items", _fold, _told_by("fingerprints")),
        *_differing(done, 1, "sizes of train, validation and test", _fold, _told_by("sizes")),
        *_differing(_searched(done), 2, "objective", place_of, _told_by("validation", "metric")),
        *_differing(_searched(done), 6, "search budget", place_of, _told_by("job", "search")),
        *_differing(done, 7, "threads", place_of, _told_by("environment", "threads")),
        *(_overcharged(record) for record in done if _charge(record) is not None),
        *(_not_default(record) for record in _searched(done) if _told_by("ledger", "trials")(record) == 0),
        *(_overrun(record) for record in done if _over(record)),
        *(_cut_short(record) for record in done if _told_by("ledger", "stopped")(record) == "deadline"),
    ]
    return tuple(dict.fromkeys(found))


def _differing(
    records: Sequence[Record],
    clause: int,
    what: str,
    place: Callable[[Record], Any],
    value: Callable[[Record], Any],
) -> list[str]:
    """Return a sentence for each place where records differ that must agree."""
    groups: dict[Any, dict[Any, list[str]]] = {}
    for record in records:
        told = value(record)
        if told is not None:  # an older record may not say it
            groups.setdefault(place(record), {}).setdefault(_alike(told), []).append(label_of(record))
    return [_told(clause, what, where, held) for where, held in groups.items() if len(held) > 1]


def _alike(told: Any) -> Any:
    """Return what is equal for equal values, whatever the order of their names; canonical JSON takes long."""
    flat = tuple(sorted(told.items())) if isinstance(told, Mapping) else told
    try:
        hash(flat)
    except TypeError:
        return canonical(told)
    return flat


def _told(clause: int, what: str, where: Any, held: Mapping[Any, list[str]]) -> str:
    sides = " against ".join(", ".join(dict.fromkeys(labels)) for labels in held.values())
    return f"Clause {clause} is broken on {where[0]}: other {what} for {sides}."


def _told_by(*path: str) -> Callable[[Record], Any]:
    """Return a reader of what a record says under `path`; None where it says nothing."""

    def read(record: Record) -> Any:
        found: Any = record
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    return read


def _fold(record: Record) -> tuple[Any, ...]:
    return (*place_of(record), *fold_of(record))


def _searched(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if record.get("stages") and record.get("validation")]


def _charge(record: Record) -> float | None:
    """Return by how much the charged seconds differ from pretraining + search + choice + refit; None where not."""
    used, search, refit = (_told_by("ledger", name)(record) for name in ("used_seconds", "search", "refit"))
    if used is None or search is None or refit is None:
        return None
    beside = sum(float(_told_by("ledger", name)(record) or 0.0) for name in ("pretraining", "choice"))
    off = float(used) - beside - float(search) - float(refit)
    return off if abs(off) > 1e-6 else None


def _overcharged(record: Record) -> str:
    return (
        f"Clause 4 is broken on {record['job']['task']}: {label_of(record)} is charged {_charge(record):+.3g} s beside "
        "search and refit."
    )


def _over(record: Record) -> bool:
    """Whether a job used more than a tenth, and a second, beyond its granted seconds."""
    granted, used = (_told_by("ledger", name)(record) for name in ("granted_seconds", "used_seconds"))
    return granted is not None and used is not None and float(used) > 1.1 * float(granted) + 1


def _overrun(record: Record) -> str:
    return f"Clause 4 is broken on {record['job']['task']}: {label_of(record)} used more seconds than it was granted."


def _cut_short(record: Record) -> str:
    return f"Clause 5 is broken on {record['job']['task']}: the refit of {label_of(record)} was cut by its deadline."


def _not_default(record: Record) -> str:
    return f"Clause 6 is broken on {record['job']['task']}: {label_of(record)} has no trial, not even the default."
