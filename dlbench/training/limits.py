"""How long a fit may go on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits of one fit.

    Attributes:
        rounds: epochs or boosting rounds at most; None leaves the model's own default.
        deadline: on `time.monotonic`'s clock, when training stops softly; None for no limit.
        patience: epochs without a better validation loss before training stops; None never stops early.
        share: of the training rows to use, for a search that rations rows.
    """

    rounds: int | None = None
    deadline: float | None = None
    patience: int | None = None
    share: float = 1.0
