"""Three sizes of a run, each with its minutes: what `--preset` means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlbench.core.errors import UsageError, suggest

_LINEAR = ("majority", "mean", "logistic", "ridge")
_QUICK = (*_LINEAR, "random_forest", "extra_trees", "hist_gradient_boosting", "svm", "mlp")
_OF_ALL_PAIRS = ("svm",)
"""Contestants that look at all pairs of rows: twice the rows take four times as long."""


@dataclass(frozen=True)
class Preset:
    """A size of run.

    Attributes:
        name: quick, standard or best.
        minutes: wall target of the whole run, unless `--budget` names another.
        trials: settings a search tries at most; time ends most searches earlier.
        epochs: most epochs of one fit.
        folds, repeats: of an own table: one fold is a holdout of a fifth.
        contestants: of an own table; those that cannot answer its question are left out.
        pairs: rows of an own table up to which contestants take part that look at all pairs of rows.
    """

    name: str
    minutes: float
    trials: int
    epochs: int
    folds: int
    repeats: int
    contestants: tuple[str, ...]
    pairs: int

    def contestants_for(self, rows: int) -> tuple[str, ...]:
        """Return the contestants that can learn from a table of so many rows in its minutes."""
        return tuple(name for name in self.contestants if rows <= self.pairs or name not in _OF_ALL_PAIRS)

    def overrides(self) -> dict[str, Any]:
        """Return what it changes in any suite: dotted path → value."""
        return {"search.trials": self.trials, "search.epochs": self.epochs}


PRESETS = {
    one.name: one
    for one in (
        Preset("quick", 1, 40, 30, 1, 1, _QUICK, 10_000),
        Preset("standard", 10, 40, 60, 5, 1, (*_QUICK, "k_neighbors", "tabular_resnet"), 50_000),
        Preset(
            "best", 60, 100, 100, 5, 2,
            (*_QUICK, "k_neighbors", "tabular_resnet", "ft_transformer", "lightgbm", "xgboost", "catboost"), 100_000,
        ),
    )
}  # fmt: skip

_FOR_SECONDS = ((1800.0, "best"), (300.0, "standard"), (0.0, "quick"))


def preset(name: str | None, seconds: float | None = None) -> Preset | None:
    """Return the preset of a name; without one, that which a budget of seconds is enough for; None without either.

    Raises:
        UsageError: an unknown name.
    """
    if name is None:
        return None if seconds is None else PRESETS[next(held for least, held in _FOR_SECONDS if seconds >= least)]
    if name not in PRESETS:
        raise UsageError(f"unknown preset {name!r}{suggest(name, PRESETS)}")
    return PRESETS[name]


def inner_folds(rows: int) -> int:
    """Return how many inner folds score a trial on a table of so many rows: one validation part is enough for many."""
    return 5 if rows < 2_000 else 3 if rows < 6_000 else 1
