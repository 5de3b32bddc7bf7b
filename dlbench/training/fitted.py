"""What a fit leaves, whoever did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dlbench.core.form import Form
from dlbench.prepare.data import Inputs
from dlbench.prepare.part import Part
from dlbench.training.limits import Limits


@dataclass(frozen=True)
class Lesson:
    """What one link is trained on, and how long.

    Attributes:
        train: the training part; its target is None for a link that learns without one.
        valid: what chooses the number of rounds; None for a refit, which runs exactly `limits.rounds`.
        limits: of this link, see `Limits.of`.
        seed: of all that is random in the fit.
        start: path of a file of weights that a net starts from; empty for drawn ones.
    """

    train: Part
    valid: Part | None
    limits: Limits
    seed: int
    start: str = ""


@dataclass(frozen=True)
class Course:
    """How the fit of one link went.

    Attributes:
        rounds: best number of epochs or boosting rounds; None for learners without.
        history: one mapping an epoch: epoch, loss, val_loss, seconds.
        parameters: how many numbers were learned, None where that has no meaning.
        seconds: preparation, compile, fit.
        stopped: "" (ran to its end), "early" or "deadline".
        loaded: how much of its weights a net has read from a file, see `starting`; empty where it has read none.
    """

    rounds: int | None = None
    history: tuple[Mapping[str, Any], ...] = ()
    parameters: int | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    stopped: str = ""
    loaded: Mapping[str, Any] = field(default_factory=dict)


class FittedLink(Protocol):
    """A trained link of a chain."""

    @property
    def course(self) -> Course:
        """How its fit went."""
        ...

    def predict(self, inputs: Inputs) -> Form:
        """Return the form that the schema asked for, one item for each input."""
        ...

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Return (n, width) floats. Only models that give Embeddings have it."""
        ...

    def save(self, folder: Path, stem: str) -> list[str]:
        """Write the link into `folder`, names starting with `stem`, and return the names of the files."""
        ...


class Fitted(Protocol):
    """A trained chain: its encoders and its head as one."""

    @property
    def rounds(self) -> dict[str, int]:
        """Best number of epochs or boosting rounds by link name, iterative links only; what the refit uses."""
        ...

    @property
    def history(self) -> list[dict[str, Any]]:
        """One mapping an epoch: link, epoch, loss, val_loss, seconds; empty for estimators."""
        ...

    @property
    def parameters(self) -> int | None:
        """How many numbers were learned, None where a link cannot tell."""
        ...

    @property
    def seconds(self) -> dict[str, float]:
        """Summed over the links: preparation, compile, fit. Encoding between links counts as preparation."""
        ...

    @property
    def stopped(self) -> str:
        """ "deadline" where a link was stopped by it, else "early" where one stopped early, else ""."""
        ...

    @property
    def loaded(self) -> Mapping[str, Any]:
        """How much of its weights it has read from a file; empty where it has read none."""
        ...

    def predict(self, inputs: Inputs) -> Form:
        """Return the form that the schema asked for, one item for each input."""
        ...

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Return (n, width) floats. Only chains that end in a model that gives Embeddings have it."""
        ...

    def save(self, folder: Path) -> list[str]:
        """Write the chain into `folder` and return the names of the files."""
        ...
