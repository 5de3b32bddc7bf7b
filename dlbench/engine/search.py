"""The search: keras-tuner's oracles by ask and tell. The only file that imports keras_tuner.

Only asking and telling is theirs. Trials are trained by the house, so nothing is written: `save` and `_save_trial`
are overridden, as is `_random_values`, whose first answer is the default setting (a test guards these three
private names on the pinned version).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlbench.core.space import Dimension, DimensionSpace

ORACLES = ("random", "hyperband", "bayesian", "grid", "none")


@dataclass(frozen=True)
class Proposal:
    """A setting to try.

    Attributes:
        number: of the trial, from 0.
        values: name → value of every searched parameter.
        share: of the full resource (epochs, rounds or rows) this trial may use; below 1 for Hyperband's early rungs.
    """

    number: int
    values: dict[str, Any]
    share: float = 1.0


class TunerSpace(DimensionSpace):
    """Puts dimensions into keras-tuner's HyperParameters."""

    def __init__(self, hyperparameters: Any) -> None:
        self.hyperparameters = hyperparameters
        self.choices: dict[str, dict[str, Any]] = {}

    def ask(self, dimension: Dimension) -> Any:
        hp, name, sampling = self.hyperparameters, dimension.name, "log" if dimension.log else "linear"
        if dimension.type == "int":
            step = None if dimension.log else dimension.step
            return hp.Int(name, dimension.low, dimension.high, step, sampling, default=dimension.default)
        if dimension.type == "float":
            return hp.Float(name, dimension.low, dimension.high, None, sampling, default=dimension.default)
        if dimension.type == "boolean":
            return hp.Boolean(name, default=dimension.default)
        if dimension.type == "choice":
            self.choices[name] = {repr(value): value for value in dimension.values}
            return self.choices[name][hp.Choice(name, list(self.choices[name]), default=repr(dimension.default))]
        return dimension.default

    def decode(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return what the oracle proposed, choices as themselves."""
        return {
            name: self.choices[name][value] if name in self.choices else value
            for name, value in values.items()
            if not name.startswith("tuner/")
        }


class Oracle:
    """Asks a keras-tuner oracle for settings, and tells it what they scored.

    Args:
        kind: one of ORACLES; `none` proposes the default setting alone.
        state: puts every dimension of the space into the `DimensionSpace` it is given.
        better: `higher` or `lower`, of the objective.
        trials: how many configurations are started at most.
        rungs: the full resource in Hyperband's units (epochs).
        seed: at least 1; the same seed and the same scores give the same proposals.
    """

    def __init__(
        self, kind: str, state: Callable[[DimensionSpace], Any], better: str, trials: int, rungs: int, seed: int
    ) -> None:
        import keras_tuner

        hyperparameters = keras_tuner.HyperParameters()
        self._space = TunerSpace(hyperparameters)
        state(self._space)
        self._rungs = rungs if kind == "hyperband" else 1
        self._running: dict[int, Any] = {}
        self._asked = 0
        self._oracle = _make(
            "random" if kind == "none" else kind,
            trials=1 if kind == "none" else trials,
            rungs=max(rungs, 1),
            hyperparameters=hyperparameters,
            objective=keras_tuner.Objective("score", "max" if better == "higher" else "min"),
            seed=seed,
        )

    def ask(self) -> Proposal | None:
        """Return the next setting; None when the budget or the space is used up."""
        trial = self._oracle.create_trial("dlbench")
        if trial.status != "RUNNING":
            return None
        number = self._asked
        self._asked += 1
        self._running[number] = trial
        epochs = trial.hyperparameters.values.get("tuner/epochs", self._rungs)
        return Proposal(number, self._space.decode(trial.hyperparameters.values), min(1.0, epochs / self._rungs))

    def tell(self, proposal: Proposal, score: float | None) -> None:
        """Say what a proposal scored; None or NaN for a trial that failed, which ends nothing."""
        trial = self._running.pop(proposal.number)
        if score is None or not math.isfinite(score):
            trial.status = "FAILED"
        else:
            self._oracle.update_trial(trial.trial_id, {"score": float(score)})
            trial.status = "COMPLETED"
        self._oracle.end_trial(trial)


def _make(kind: str, *, trials: int, rungs: int, **common: Any) -> Any:
    import keras_tuner

    oracles: dict[str, Any] = {
        "random": keras_tuner.oracles.RandomSearchOracle,
        "bayesian": keras_tuner.oracles.BayesianOptimizationOracle,
        "grid": keras_tuner.oracles.GridSearchOracle,
        "hyperband": keras_tuner.oracles.HyperbandOracle,
    }
    common |= {"max_consecutive_failed_trials": 10**9, "max_retries_per_trial": 0}
    budget = {"max_epochs": max(rungs, 2)} if kind == "hyperband" else {"max_trials": trials}
    if kind == "bayesian":  # its own default, three times the dimensions, is often more than the whole budget
        budget["num_initial_points"] = max(2, trials // 3)
    made = _housed(oracles[kind], trials)(**budget, **common)
    made.verbose = 0
    return made


def _housed(oracle: Any, trials: int) -> Any:
    """Return `oracle` without files, with the default setting first and at most `trials` configurations."""

    class Housed(oracle):  # type: ignore[misc]
        _started = 0

        def save(self) -> None:
            """Finished trials belong in our own store."""

        def _save_trial(self, trial: Any) -> None:
            """Finished trials belong in our own store."""

        def _random_values(self) -> Any:
            if self._started >= trials:
                return None
            self._started += 1
            if self._started > 1:
                return super()._random_values()
            return {entry.name: entry.default for entry in self.hyperparameters.space}

        def _get_num_brackets(self) -> int:
            """Start with the most halving bracket whose first rung is no larger than the budget."""
            brackets: int = super()._get_num_brackets()
            while brackets > 1 and self._get_size(brackets - 1, 0) > trials:
                brackets -= 1
            return brackets

    return Housed
