"""What runs jobs, seen from the conductor: orders go in, events come out. Processes and machines stand behind it.

Events are mappings with `event`:

- `step`: `step` is what the job has come to: import, load, pretrain, search, refit, predict, look, save
- `trial`: number, of, score, best and `files`, those of the finished trial, which lie in `staged`/outside
- `stage`: `record` of the finished search, whose files lie in `staged`/outside/search, or of the finished pretraining,
  whose files lie in `staged`/outside/pretraining
- `ended`, each job's last: status, reason, error, result, import, wall, peak, slot, spent (see `slot_ledger`); the
  files of a job that is ok lie in `staged`/job, with `staged`/outside/truth.npz

When an event is yielded, the files it names lie in the staged folder of the order, on this machine. `ended` with
`lost` true says that the worker is gone and that the job had no part in it, as far as can be told: the machine or a
parent process was lost, or somebody killed it. Such a job may be ordered again, with a new staged folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from dlbench.core.job import JobSpec


@dataclass(frozen=True)
class Order:
    """A job to be run.

    Attributes:
        spec: the job.
        staged: an empty folder; what the job leaves goes to `job` and `outside` in it, which the executor makes.
        search: the record of its search stage where that is finished.
        trials: folder of the finished trials of a search that was killed; None, or a missing one, holds none.
        needs: key → folder of a finished stage: weights to start from; for an ensemble, the searches of its members.
    """

    spec: JobSpec
    staged: Path
    search: Mapping[str, Any] | None = None
    trials: Path | None = None
    needs: Mapping[str, Path] = field(default_factory=dict)


@dataclass(frozen=True)
class HardLimits:
    """What ends a job from outside, its whole process tree with it.

    Attributes:
        seconds: of wall, from the order on; None without a limit. The job is asked to stop then.
        memory: resident bytes of all its processes; None without a limit. Nobody is asked.
        output: bytes that it prints; None without a limit. Nobody is asked.
        grace: seconds from being asked to being killed; also what a job may take beyond its granted seconds.
    """

    seconds: float | None = None
    memory: int | None = None
    output: int | None = None
    grace: float = 10.0


class Executor(Protocol):
    """Runs jobs, several at a time. Used from one thread."""

    @property
    def slots(self) -> int:
        """Jobs that can run side by side."""
        ...

    @property
    def busy(self) -> int:
        """Jobs now running."""
        ...

    @property
    def running(self) -> tuple[JobSpec, ...]:
        """The jobs now running."""
        ...

    def room_for(self, spec: JobSpec) -> bool:
        """Whether this job could start now."""
        ...

    def start(self, order: Order) -> None:
        """Start a job for which there is room."""
        ...

    def wait(self) -> Iterator[tuple[JobSpec, dict[str, Any]]]:
        """Yield what has happened, waiting a fraction of a second where nothing has; `ended` is each job's last."""
        ...

    def stop(self) -> list[JobSpec]:
        """Kill every running job, whole trees, and return them; none of them yields another event."""
        ...
