"""How long a fit may go on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Limits:
    """Limits of one fit.

    Attributes:
        rounds: epochs or boosting rounds at most, one number for every link of a chain or link name → number; None
            leaves the model's own default.
        deadline: on `time.monotonic`'s clock, when training stops softly; None for no limit.
        patience: rounds without a better validation loss before training stops; None never stops early.
        share: of the training rows to use, for a search that rations rows.
    """

    rounds: int | Mapping[str, int] | None = None
    deadline: float | None = None
    patience: int | None = None
    share: float = 1.0

    def of(self, link: str) -> Limits:
        """Return the limits of one link of a chain.

        >>> Limits(rounds={"autoencoder": 4}).of("autoencoder").rounds
        4
        >>> Limits(rounds={"autoencoder": 4}).of("mlp").rounds is None
        True
        """
        return replace(self, rounds=self.rounds.get(link) if isinstance(self.rounds, Mapping) else self.rounds)

    def rounds_or(self, default: int) -> int:
        """Return the rounds of one link, `default` where none are set.

        Raises:
            TypeError: where they are still those of a whole chain; take `of(link)` first.
        """
        if isinstance(self.rounds, Mapping):
            raise TypeError(f"expected the rounds of one link, got {dict(self.rounds)}; take limits.of(link)")
        return default if self.rounds is None else self.rounds
