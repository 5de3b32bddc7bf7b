"""What a reviewer would raise against a run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from dlbench.reporting.claim import Claim

KINDS = (
    "gives_answer_away",
    "data",
    "duplicates",
    "metric_unfit",
    "not_above_floor",
    "not_above_cheap_classic",
    "seed_spread",
    "imputed",
    "not_converged",
    "edge_of_space",
    "timings_elsewhere",
)
"""The gravest first: what spoils the data, then what spoils the comparison, then what spoils the figures beside it."""


@dataclass(frozen=True)
class Warned:
    """One doubt.

    Attributes:
        kind: one of `KINDS`.
        task, point: where; point is a JSON string, empty without a sweep.
        contestant: whom it concerns; None for the task as such.
        text: the sentence; `keys`: of the records it rests on, none where the plan noticed it.
    """

    kind: str
    task: str
    point: str
    contestant: str | None
    text: str
    keys: tuple[str, ...] = ()

    @property
    def claim(self) -> Claim:
        """The sentence with its keys."""
        return Claim(self.text, self.keys)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name, as JSON writes them."""
        return {**asdict(self), "keys": list(self.keys)}
