"""Runs of many jobs that train nothing: a suite of a given size, and an executor that answers at once.

Records are as real ones: predictions of 50 items with their truth, scores, a ledger. Only the models are missing.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np

from dlbench import load_suite
from dlbench.core import catalog
from dlbench.core.job import JobSpec
from dlbench.engine import start
from dlbench.engine.conduct import Conductor
from dlbench.engine.events import silent
from dlbench.engine.executor import Order
from dlbench.engine.judge import judge
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.planning import Plan
from dlbench.runs import RunFolder, open_run
from dlbench.store import Store
from dlbench.suite import Suite

TASKS, MODELS, FOLDS = 10, 20, 5
ITEMS = 50


def content(jobs: int, *, tasks: int = TASKS, folds: int = FOLDS, **search: Any) -> dict[str, Any]:
    """Return a suite of `jobs` jobs: tasks × 20 models × folds × so many seeds; below 1,000 fewer models."""
    models = min(MODELS, max(1, jobs // (tasks * folds)))
    return {
        "name": f"simulated-{jobs}",
        "tasks": [{"dataset": {"name": "moons", "rows": 250 + i}, "as": f"task-{i}"} for i in range(tasks)],
        "models": [{"name": "logistic", "as": f"model-{i}", "C": 1.0 + i} for i in range(models)],
        "search": {"oracle": "none", **search},
        "protocol": {"folds": folds, "seeds": max(1, jobs // (tasks * folds * models))},
    }


def suite(jobs: int, **search: Any) -> Suite:
    """Return the suite of `content`."""
    return load_suite(content(jobs, **search))


def opened(plan: Plan, root: Path) -> RunFolder:
    """Return a new run of a plan under a results folder."""
    return open_run(root, start._header(plan.suite, plan, start.Options(root)))


def conduct(plan: Plan, root: Path, run: RunFolder) -> None:
    """Run a plan with `Answers`."""
    Conductor(plan, Store(root, run.path / "staging"), run, cast(Any, Answers()), silent).conduct()


@contextmanager
def unsynced() -> Iterator[None]:
    """Leave it to the system when files reach the disk: for folders that are made to be measured afterwards."""
    synced, os.fsync = os.fsync, lambda handle: None
    try:
        yield
    finally:
        os.fsync = synced


class Answers:
    """An executor that has each job's files at hand, in place of worker processes.

    Args:
        slots: jobs that are taken at once.
    """

    def __init__(self, slots: int = 2) -> None:
        self.slots = slots
        self._taken: list[JobSpec] = []
        self._truths: dict[tuple[str, int], tuple[str, Truth, bytes]] = {}

    @property
    def busy(self) -> int:
        """Jobs now taken."""
        return len(self._taken)

    @property
    def running(self) -> tuple[JobSpec, ...]:
        """The jobs now taken."""
        return tuple(self._taken)

    def room_for(self, spec: JobSpec) -> bool:
        """Whether a job could be taken now."""
        return self.busy < self.slots

    def start(self, order: Order) -> None:
        """Leave the files of a job that is done."""
        spec, staged = order.spec, order.staged
        self._taken.append(spec)
        (staged / "job").mkdir()
        (staged / "outside").mkdir()
        _, truth, content = self._truth(spec)
        (staged / "outside" / "truth.npz").write_bytes(content)
        np.savez_compressed(staged / "job" / "predictions.npz", ids=truth.ids, values=_guess(spec, truth).values)
        (staged / "job" / "trials.json").write_text("[]")
        (staged / "job" / "history.json").write_text("[]")
        (staged / "job" / "job.log").write_text("")

    def wait(self) -> Iterator[tuple[JobSpec, dict[str, Any]]]:
        """Yield the end of every job that is taken."""
        taken, self._taken = self._taken, []
        for spec in taken:
            yield spec, {"event": "ended", "status": "ok", "result": self._result(spec), "wall": 1.0, "import": 0.5}

    def stop(self) -> list[JobSpec]:
        """Drop what is taken."""
        stopped, self._taken = self._taken, []
        return stopped

    def _truth(self, spec: JobSpec) -> tuple[str, Truth, bytes]:
        place = spec.task.label, spec.split.fold
        if place not in self._truths:
            rng = np.random.default_rng(len(self._truths))
            ids = np.array([f"{place[0]}-{place[1]}-{i}" for i in range(ITEMS)])
            truth = Truth(ids, np.arange(ITEMS) % 2, ("0", "1"))
            stream = io.BytesIO()
            np.savez_compressed(stream, **truth.arrays())
            self._truths[place] = rng.bytes(16).hex(), truth, stream.getvalue()
        return self._truths[place]

    def _result(self, spec: JobSpec) -> dict[str, Any]:
        name, truth, _ = self._truth(spec)
        seconds = dict.fromkeys(("preparation", "compile", "fit", "load", "search", "refit", "predict"), 0.1)
        return {
            "chosen": dict(spec.contestant.parameters), "rounds": {}, "threshold": None, "validation": None,
            "scores": judge(truth, _guess(spec, truth), spec.task.metrics),
            "ledger": {
                "granted_seconds": None, "granted_trials": 0, "trials": 0, "fit_seconds": 0.1, "used_seconds": 0.2,
                "search_shared": False, "stopped": "", **seconds,
            },
            "predict_seconds_per_1000": 0.1, "parameters": 3, "model_bytes": None,
            "fingerprints": {"data": "d" * 32, "split": "s" * 32, "truth": name},
            "sizes": {"train": 160, "valid": 40, "test": ITEMS}, "form": "Probabilities",
        }  # fmt: skip


def _guess(spec: JobSpec, truth: Truth) -> Probabilities:
    """Return probabilities that are right more often than not, other ones for each job."""
    rng = np.random.default_rng(int(spec.key[:8], 16))
    first = np.clip(0.5 + (0.5 - truth.target) * 0.4 + rng.normal(0, 0.2, len(truth)), 0.01, 0.99)
    return Probabilities(np.stack([first, 1 - first], axis=1))


class Stopwatch:
    """Wall and processor seconds of a block."""

    def __enter__(self) -> Stopwatch:
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self._start[0]
        self.processor = time.process_time() - self._start[1]


def warm() -> None:
    """Load the catalog once, so that nobody's first call pays for it."""
    catalog.models(), catalog.datasets(), catalog.metrics(), catalog.tasks()
