"""The search: keras-tuner's oracles by ask and tell. The only file that imports keras_tuner.

Only asking and telling is theirs. Trials are trained by the house, so nothing is written: `save` and `_save_trial`
are overridden, as is `_random_values`, whose first answer is the default setting. A test guards every private name
on the pinned version.

Several settings may be asked for before the first is told. They are those that asking and telling in turn would
propose: random and grid need no scores, Hyperband hands out what is left of one rung, Bayesian one at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlbench.core.space import Dimension, DimensionSpace

ORACLES = ("random", "hyperband", "bayesian", "grid", "none")
_DIGITS = 12
_PATIENCE = 20


def load() -> None:
    """Import keras-tuner: seconds, where nothing is preloaded, that no budget is charged with."""
    import keras_tuner  # noqa: F401


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
    """Puts dimensions into keras-tuner's HyperParameters.

    Attributes:
        size: how many settings there are; infinite where a float is searched.
    """

    def __init__(self, hyperparameters: Any) -> None:
        self.hyperparameters = hyperparameters
        self.choices: dict[str, dict[str, Any]] = {}
        self.size = 1.0

    def ask(self, dimension: Dimension) -> Any:
        self.size *= _settings(dimension)
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
        """Return what the oracle proposed, choices as themselves, floats rounded to what every libm agrees on."""
        return {
            name: self.choices[name][value] if name in self.choices else _rounded(value)
            for name, value in values.items()
            if not name.startswith("tuner/")
        }


def _settings(dimension: Dimension) -> float:
    """Return how many values a dimension has, its default among them."""
    if dimension.type == "int":
        low, high, step = int(dimension.low or 0), int(dimension.high or 0), dimension.step or 1
        return (high - low) // step + 1 + ((int(dimension.default or 0) - low) % step > 0)
    return {"float": math.inf, "boolean": 2, "choice": len(dimension.values)}.get(dimension.type, 1)


def _rounded(value: Any) -> Any:
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


class Oracle:
    """Asks a keras-tuner oracle for settings, and tells it what they scored.

    Args:
        kind: one of ORACLES; `none` proposes the default setting alone.
        state: puts every dimension of the space into the `DimensionSpace` it is given.
        better: `higher` or `lower`, of the objective.
        trials: how many configurations are started at most.
        rungs: the full resource in Hyperband's units (epochs).
        seed: the same seed and the same scores give the same proposals.
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
        self._alone = kind == "bayesian"
        self._oracle = _make(
            "random" if kind == "none" else kind,
            trials=1 if kind == "none" else trials,
            size=self._space.size,
            rungs=max(rungs, 1),
            hyperparameters=hyperparameters,
            objective=keras_tuner.Objective("score", "max" if better == "higher" else "min"),
            seed=seed + 2**31 if seed < 1 else seed,  # keras-tuner reads 0 as "choose one at random"
        )

    def ask(self) -> Proposal | None:
        """Return the next setting; None when the budget or the space is used up, or what is asked must be told first.

        It is used up for good where None comes while nothing is left to tell.
        """
        if self._alone and self._running:
            return None
        trial = self._oracle.create_trial(f"trial-{self._asked}")
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


def _make(kind: str, *, trials: int, size: float, rungs: int, **common: Any) -> Any:
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
    together = {"grid": _chained, "hyperband": _by_rungs, "bayesian": _exhaustible}
    oracle = together[kind](oracles[kind], size) if kind in together else oracles[kind]
    made = _housed(oracle, trials, size)(**budget, **common)
    made.verbose = 0
    made._max_collisions = int(min(_PATIENCE * max(size, 1), 10_000)) if math.isfinite(size) else _PATIENCE
    return made


def _housed(oracle: Any, trials: int, size: float) -> Any:
    """Return `oracle` without files, with the default setting first and at most `trials` configurations."""

    class Housed(oracle):  # type: ignore[misc]
        _started = 0

        def save(self) -> None:
            """Finished trials belong in our own store."""

        def _save_trial(self, trial: Any) -> None:
            """Finished trials belong in our own store."""

        def _random_values(self) -> Any:
            """Return a setting never drawn before; None where there is no other, or the budget is used up."""
            if self._started >= min(trials, size):
                return None
            self._started += 1
            if self._started > 1:
                return super()._random_values()
            return {entry.name: entry.default for entry in self.hyperparameters.space}

        def _get_num_brackets(self) -> int:
            """Start with the most halving bracket whose first rung is no larger than the budget and the space."""
            brackets: int = super()._get_num_brackets()
            while brackets > 1 and self._get_size(brackets - 1, 0) > min(trials, size):
                brackets -= 1
            return brackets

    return Housed


def _chained(oracle: Any, size: float) -> Any:
    """Return the grid oracle, with the setting after one to be had before that one is told."""

    class Chained(oracle):  # type: ignore[misc]
        def populate_space(self, trial_id: str) -> Any:
            response = super().populate_space(trial_id)
            if response["status"] == "RUNNING":
                self._populate_next.append(trial_id)
            return response

    return Chained


def _exhaustible(oracle: Any, size: float) -> Any:
    """Return the Bayesian oracle, which ends when every setting of the space has been tried."""

    class Exhaustible(oracle):  # type: ignore[misc]
        def populate_space(self, trial_id: str) -> Any:
            if len(self._tried_so_far) >= size:
                return {"status": "STOPPED", "values": None}
            return super().populate_space(trial_id)

    return Exhaustible


def _by_rungs(oracle: Any, size: float) -> Any:
    """Return the Hyperband oracle, which waits until a rung is told before it hands out the next one."""

    class ByRungs(_proportionate(oracle)):  # type: ignore[misc]
        def populate_space(self, trial_id: str) -> Any:
            self._remove_completed_brackets()
            running = [trial.hyperparameters.values for trial in self.ongoing_trials.values()]
            rungs = {(values["tuner/bracket"], values["tuner/round"]) for values in running}
            if rungs and rungs != {self._next_rung()}:
                return {"status": "IDLE"}
            return super().populate_space(trial_id)

        def _next_rung(self) -> tuple[int, int] | None:
            """Return bracket and rung of what comes next, as the oracle itself looks for it."""
            for bracket in self._brackets:
                number, rounds = bracket["bracket_num"], bracket["rounds"]
                sizes = [self._get_size(number, place) for place in range(len(rounds))]
                if len(rounds[0]) < sizes[0]:
                    return number, 0
                for place in range(1, len(rounds)):
                    taken = {entry["past_id"] for entry in rounds[place]}
                    told = [entry["id"] for entry in rounds[place - 1] if entry["id"] not in taken]
                    done = [one for one in told if self.trials[one].status == "COMPLETED"]
                    if len(done) > sizes[place - 1] - sizes[place]:
                        return number, place
            return None

    return ByRungs


def _proportionate(oracle: Any) -> Any:
    """Return the Hyperband oracle, which promotes from a rung that comes out short too.

    keras-tuner promotes from a rung by its planned size, hence too few or nobody where settings ran out or trials
    failed. Here a rung that has ended counts as large as what completed of it, and the next is cut in proportion.
    """

    class Proportionate(oracle):  # type: ignore[misc]
        _brackets: Any = ()  # none yet while keras-tuner looks for the first
        _used_up = False

        def _random_trial(self, trial_id: str, bracket: dict[str, Any]) -> Any:
            """Draw a setting; where none is left, for good, go on with the best of the rung that came out short."""
            if self._used_up:
                return {"status": "IDLE" if self.ongoing_trials else "STOPPED"}
            response = super()._random_trial(trial_id, bracket)
            self._used_up = response["status"] != "RUNNING"
            return self.populate_space(trial_id) if self._used_up else response

        def _get_size(self, bracket_num: int, round_num: int) -> int:
            """Return how many a rung takes; once it has ended and another follows, how many of it completed."""
            size: int = super()._get_size(bracket_num, round_num)
            rounds = next((one["rounds"] for one in self._brackets if one["bracket_num"] == bracket_num), ())
            if not rounds:
                return size
            if round_num:
                planned = super()._get_size(bracket_num, round_num - 1)
                size = -(-self._get_size(bracket_num, round_num - 1) * size // planned)
            states = [self.trials[entry["id"]].status for entry in rounds[round_num]]
            filled = len(states) == size or (round_num == 0 and self._used_up)
            ended = filled and "RUNNING" not in states and round_num + 1 < len(rounds)
            return states.count("COMPLETED") if ended else size

    return Proportionate
