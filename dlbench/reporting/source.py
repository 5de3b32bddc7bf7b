"""What a report is made from: a run, its records, and the way to their predictions and truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.canonical import canonical
from dlbench.core.margin import margin_of
from dlbench.reporting.recent import recent

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth
    from dlbench.stats.critical_difference import Method

Record = Mapping[str, Any]
Fold = tuple[int, int]

_PLACE = ("task", "task_type", "point", "repeat", "fold", "seed")
FAILURES = ("failed", "diverged", "timeout", "memory")
UNFINISHED = ("pending", "interrupted")


@dataclass(frozen=True)
class Source:
    """One run, as the store hands it over.

    Attributes:
        run: content of run.json: id, suite (resolved), suite_name, digest, versions, jobs, skipped, ….
        records: content of record.json of each job that has ended.
        predictions: from a record to the form that was kept; may raise OSError, ValueError or a DlbenchError.
        truth: from a record to the truth of its test part.
        metric_version: from a metric's name to the version that stands beside its scores today; a stored score of
            another version is computed again. None believes what is stored.
        left: from a record and the name of a JSON file to what a job left in it, a list; empty where it left none.
            May raise OSError, ValueError or a DlbenchError. See `trials` and `history`.
        arrays: from a record and the name of a file of arrays to those; empty where it left none. May raise as `left`
            does. See `attributions`.
        ranks: how contestants are told apart over the tasks: wilcoxon, or nemenyi on request.
        remembers: whether it keeps what was read last, see `remembering`.
    """

    run: Mapping[str, Any]
    records: tuple[Record, ...]
    predictions: Callable[[Record], Form]
    truth: Callable[[Record], Truth]
    metric_version: Callable[[str], str] | None = field(default=None)
    left: Callable[[Record, str], list[dict[str, Any]]] | None = field(default=None)
    remembers: bool = False
    arrays: Callable[[Record, str], dict[str, np.ndarray]] | None = field(default=None)
    ranks: Method = "wilcoxon"

    def trials(self, record: Record) -> list[dict[str, Any]]:
        """Return the trials of a job's search: number, values, score (None where it failed), seconds, status."""
        return self.left(record, "trials.json") if self.left else []

    def history(self, record: Record) -> list[dict[str, Any]]:
        """Return the epochs of a job's refit: link or member, epoch, loss, val_loss, seconds; none of estimators."""
        return self.left(record, "history.json") if self.left else []

    def attributions(self, record: Record) -> dict[str, np.ndarray]:
        """Return what a contestant looked at: ids (k,), codes (k,) of the classes explained, method → (k, h, w)."""
        return self.arrays(record, "attributions.npz") if self.arrays else {}

    def remembering(self) -> Source:
        """Return the same source, which keeps the predictions and truths that were read last, up to their bytes."""
        if self.remembers:
            return self
        predictions = recent(self.predictions, lambda record: str(record["key"]), _size)
        truth = recent(self.truth, _truth_of, _size)
        return replace(self, predictions=predictions, truth=truth, remembers=True)

    @cached_property
    def jobs(self) -> tuple[Record, ...]:
        """All jobs of the run as records; one without a record gets a stand-in of status `pending`.

        Labels are the run's: a record may have been left by a suite that called task or contestant otherwise, and
        two entries may share one.
        """
        by_key = {record["key"]: record for record in self.records}
        listed = {entry["key"] for entry in self.run.get("jobs", ())}
        planned = [_named(by_key.get(entry["key"]), entry) for entry in self.run.get("jobs", ())]
        return (*planned, *(record for record in self.records if record["key"] not in listed))

    @cached_property
    def reused(self) -> frozenset[str]:
        """Keys of jobs whose records come from an earlier run."""
        return frozenset(entry["key"] for entry in self.run.get("jobs", ()) if entry.get("reused"))

    @cached_property
    def skipped(self) -> Mapping[tuple[str, str, str | None], str]:
        """(task, contestant, metric) → why the plan skipped it; the metric is None for all of them."""
        pairs = reversed(self.run.get("skipped", ()))
        return {(pair["task"], pair["contestant"], pair.get("metric")): str(pair["reason"]) for pair in pairs}

    @property
    def policy(self) -> str:
        """How a failed job counts: `floor` (by the floor's value) or `drop` (not at all)."""
        return str(self.run.get("suite", {}).get("policy", {}).get("on_failure", "floor"))

    @property
    def margins(self) -> dict[str, dict[str, float]]:
        """Metric → the margin that the suite states for it, absolute or relative; empty where it states none."""
        stated = (self.run.get("suite", {}).get("policy") or {}).get("margins") or {}
        return {str(metric): dict([margin_of(given)]) for metric, given in stated.items()}

    def places(self) -> Iterator[tuple[str, str, list[Record]]]:
        """Yield task, point and jobs, in the order in which tasks appear."""
        found: dict[tuple[str, str], list[Record]] = {}
        for job in self.jobs:
            found.setdefault(place_of(job), []).append(job)
        for (task, point), jobs in found.items():
            yield task, point, jobs

    def metrics(self, task: str, task_type: str) -> tuple[str, ...]:
        """Return the metrics a suite asks of a task, the primary one first."""
        declared = self._declared(task).get("metrics") or ()
        known = catalog.tasks().get(task_type)
        return tuple(declared) or (known.metrics if known else ())

    def reference(self, task: str, metric: str) -> Any:
        """Return the published figure of the suite for a task's metric, the first where it names none; or None."""
        declared = self._declared(task)
        given, first = declared.get("reference"), next(iter(declared.get("metrics") or ()), metric)
        return given if isinstance(given, Mapping) and (given.get("metric") or first) == metric else None

    def _declared(self, task: str) -> Mapping[str, Any]:
        for entry in self.run.get("suite", {}).get("tasks", ()):
            if isinstance(entry, Mapping) and task in [entry.get(name) for name in ("as", "label", "name", "dataset")]:
                return entry
        return {}


def _truth_of(record: Record) -> str:
    return str((record.get("fingerprints") or {}).get("truth") or record["key"])


def _size(held: Form | Truth) -> int:
    return sum(int(array.nbytes) for array in held.arrays().values())


def place_of(record: Record) -> tuple[str, str]:
    """Return task and point of a record; the point is canonical JSON, empty without a sweep."""
    point = record["job"].get("point") or {}
    return str(record["job"]["task"]), canonical(point) if point else ""


def label_of(record: Record) -> str:
    """Return the contestant's label."""
    return str(record["job"]["contestant"]["label"])


def fold_of(record: Record) -> Fold:
    """Return (repeat, fold)."""
    return int(record["job"].get("repeat", 0)), int(record["job"].get("fold", 0))


def seed_of(record: Record) -> int:
    """Return the fit seed."""
    return int(record["job"].get("seed", 0))


def share_of_test(records: Iterable[Record]) -> float:
    """Return the mean of test items over items fitted on (train and validation); 0 where sizes are missing."""
    shares = []
    for record in records:
        sizes = record.get("sizes") or {}
        fitted = (sizes.get("train") or 0) + (sizes.get("valid") or 0)
        if fitted and sizes.get("test"):
            shares.append(sizes["test"] / fitted)
    return sum(shares) / len(shares) if shares else 0.0


def _named(record: Record | None, entry: Mapping[str, Any]) -> Record:
    if record is None:
        return _pending(entry)
    job, given = record["job"], {name: entry[name] for name in _PLACE if name in entry}
    contestant = entry.get("contestant", {})
    named = contestant if isinstance(contestant, Mapping) else {"label": contestant}
    return {**record, "job": {**job, **given, "contestant": {**job["contestant"], **named}}}


def _pending(entry: Mapping[str, Any]) -> Record:
    contestant = entry.get("contestant", "")
    if not isinstance(contestant, Mapping):
        contestant = {"label": contestant, "kind": entry.get("kind", "")}
    job = {"task_type": "", "point": {}, "repeat": 0, "fold": 0, "seed": 0, **entry, "contestant": contestant}
    return {"key": entry["key"], "status": "pending", "reason": "not finished yet", "job": job}
