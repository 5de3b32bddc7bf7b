"""Subgroups: who is served worse. The primary metric for each group of the test items, and the widest gap."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.core.metric import Metric
from dlbench.reporting.board import Round, sign
from dlbench.reporting.source import Fold, Record, Source, fold_of
from dlbench.reporting.subgroup_gap import Group, bounds, ends, groups_of

Values = dict[str, dict[Fold, list[float]]]


@dataclass(frozen=True)
class Subgroups:
    """One contestant on one task, by its primary metric.

    Attributes:
        column: the groups come from it.
        groups: the largest first.
        worst, best: names of the groups that the gap lies between; None without two groups that have a value.
        gap: how much better the best is than the worst, from 0 up.
        low, high: its interval, at 95 % for all pairs of groups together; None where nothing varies or there are
            more than ten pairs.
    """

    task: str
    point: str
    contestant: str
    kind: str
    metric: str
    column: str
    groups: tuple[Group, ...]
    worst: str | None
    best: str | None
    gap: float | None
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "groups": [{**asdict(group), "few": group.few} for group in self.groups]}


def subgroups(source: Source, rounds: Sequence[Round]) -> tuple[Subgroups, ...]:
    """Return an entry for each task, point and contestant whose truth knows groups; none where no truth does."""
    judged = ((place, name) for place in rounds for name in place.jobs if (name, place.primary) in place.cells)
    found = (_contestant(source, place, name) for place, name in judged)
    return tuple(held for held in found if held is not None)


def _contestant(source: Source, place: Round, contestant: str) -> Subgroups | None:
    judge = catalog.metrics().get(place.primary)
    if judge is None:
        return None
    values: Values = {}
    members: dict[str, set[str]] = {}
    for record in place.jobs[contestant]:
        if record["status"] == "ok":
            _add(source, record, judge, values, members)
    if not members:
        return None
    folds = {name: {fold: sum(held) / len(held) for fold, held in found.items()} for name, found in values.items()}
    groups = _groups(folds, members)
    between = ends(groups, sign(judge.name))
    span = bounds(source, place, contestant, between, folds) if between else None
    return Subgroups(
        task=place.task,
        point=place.point,
        contestant=contestant,
        kind=place.kind(contestant),
        metric=judge.name,
        column=str((source.run.get("suite", {}).get("protocol") or {}).get("groups") or "group"),
        groups=groups,
        worst=between.worst.name if between else None,
        best=between.best.name if between else None,
        gap=abs((between.best.value or 0.0) - (between.worst.value or 0.0)) if between else None,
        low=span[0] if span else None,
        high=span[1] if span else None,
    )


def _add(source: Source, record: Record, judge: Metric, values: Values, members: dict[str, set[str]]) -> None:
    """Score each group of one job's test items."""
    try:
        truth = source.truth(record)
        names = groups_of(truth)
        if names is None:
            return
        prediction = source.predictions(record).to(judge.scores)
    except (DlbenchError, OSError, ValueError, KeyError):  # the row of this contestant already says so
        return
    for name in np.unique(names):
        index = np.flatnonzero(names == name)
        members.setdefault(str(name), set()).update(map(str, truth.ids[index]))
        value = float(judge.score(truth.take(index), prediction.take(index)))
        if math.isfinite(value):
            values.setdefault(str(name), {}).setdefault(fold_of(record), []).append(value)


def _groups(folds: Mapping[str, Mapping[Fold, float]], members: Mapping[str, set[str]]) -> tuple[Group, ...]:
    found = []
    for name, ids in members.items():
        held = folds.get(name)
        found.append(Group(name, len(ids), sum(held.values()) / len(held) if held else None))
    return tuple(sorted(found, key=lambda group: (-group.n, group.name)))
