"""Where a baseline is from: its age, and in what the run that is held against it differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from dlbench.reporting.source import Source


def origin(source: Source, baseline: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what there is to know of a baseline, one sentence each: nothing of it decides."""
    return (_age(source.run, baseline), *_mismatches(source.run, baseline))


def _age(run: Mapping[str, Any], baseline: Mapping[str, Any]) -> str:
    made, now = _time(baseline.get("created")), _time(run.get("finished") or run.get("started"))
    if made is None:
        return "The baseline does not say when it was made."
    if now is None:
        return f"Baseline of {made:%Y-%m-%d}."
    days = (now - made).days
    if days < 0:
        return f"Baseline of {made:%Y-%m-%d}, later than the run itself."
    return f"Baseline of {made:%Y-%m-%d}, {days} {'day' if days == 1 else 'days'} before the run."


def _mismatches(run: Mapping[str, Any], baseline: Mapping[str, Any]) -> Iterator[str]:
    if not baseline.get("versions"):
        yield "The baseline does not say on what it was made; save it again to have that compared."
        return
    here, there = _mapping(run, "versions"), _mapping(baseline, "versions")
    changed = [f"{name} {there.get(name, 'none')} → {here.get(name, 'none')}" for name in sorted({*here, *there})
               if here.get(name) != there.get(name)]  # fmt: skip
    if changed:
        yield f"Other versions: {', '.join(changed)}."
    if run.get("machine") != baseline.get("machine"):
        yield "Another machine: scores may differ in their last digits, times do not compare."
    backends = [_mapping(side, "hardware").get("backend") for side in (baseline, run)]
    if backends[0] != backends[1]:
        yield f"Another backend: {backends[0] or 'none'} → {backends[1] or 'none'}."
    if run.get("digest") != baseline.get("digest"):
        yield "Another suite, or other settings of it (seeds count): cells are matched by their labels."
    if _mapping(baseline, "git").get("dirty"):
        yield "The baseline was made with changes that were not committed."


def _mapping(side: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    held = side.get(name)
    return held if isinstance(held, Mapping) else {}


def _time(text: object) -> datetime | None:
    try:
        told = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return told.replace(tzinfo=told.tzinfo or UTC) if told else None
