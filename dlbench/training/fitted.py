"""What a fit leaves, whoever did it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dlbench.core.form import Form
from dlbench.prepare.data import Inputs


class Fitted(Protocol):
    """A trained link of a chain, or the whole chain.

    Attributes:
        rounds: best number of epochs or boosting rounds; None for learners without.
        history: one mapping an epoch: epoch, loss, val_loss, seconds.
        parameters: how many numbers were learned, None where that has no meaning.
        seconds: preparation, compile, fit.
        stopped: "" (ran to its end), "early" or "deadline".
    """

    rounds: int | None
    history: list[dict[str, Any]]
    parameters: int | None
    seconds: dict[str, float]
    stopped: str

    def predict(self, inputs: Inputs) -> Form:
        """Return the form that the schema asked for, one item for each input."""
        ...

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Return (n, width) floats. Only models that give Embeddings have it."""
        ...

    def save(self, folder: Path) -> list[str]:
        """Write the model into `folder` and return the names of the files."""
        ...
