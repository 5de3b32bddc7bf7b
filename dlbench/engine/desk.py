"""Where a job works, and what it finds there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Desk:
    """Where a job works.

    Attributes:
        folder: empty; what the job leaves goes here: predictions.npz, trials.json, attributions.npz, model files.
        outside: a folder for what is not the job's own: truth.npz, search/ and pretraining/ for the stages,
            start/ for a copy of the weights.
        send: takes events: `stage`, `trial`, `step`.
        search: the record of its search stage where that is finished.
        trials: folder of the finished trials of a search that was killed; there may be none.
        needs: key → folder of a finished stage: weights to start from; for an ensemble, the searches of its members.
        grace: seconds beyond the granted ones after which the process is killed.
    """

    folder: Path
    outside: Path
    send: Callable[[dict[str, Any]], None]
    search: Mapping[str, Any] | None = None
    trials: Path | None = None
    needs: Mapping[str, Path] = field(default_factory=dict)
    grace: float = 0.0
