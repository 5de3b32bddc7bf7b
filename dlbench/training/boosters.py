"""Boosting round by round: how each library is told its rounds, its validation part, its threads and its end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from dlbench.training.limits import Limits


@dataclass(frozen=True)
class Matter:
    """What a booster learns, and how long.

    Attributes:
        matrix, target: of the training part.
        held: the same of the validation part; None for a refit, which grows every round.
        rounds: at most.
        weights: of the rows of the training part; None where all count alike.
        limits: patience and deadline.
    """

    matrix: Any
    target: np.ndarray
    held: tuple[Any, np.ndarray] | None
    rounds: int
    limits: Limits
    weights: np.ndarray | None = None


def weighing(weights: np.ndarray | None) -> dict[str, np.ndarray]:
    """Return what `fit` is told of weights: nothing where there are none."""
    return {} if weights is None else {"sample_weight": weights}


@dataclass(frozen=True)
class Grown:
    """What answers, the best number of rounds, and why it stopped: "", "early" or "deadline"."""

    estimator: Any
    best: int
    stopped: str


class Booster(Protocol):
    """The adapter of a library: names of the parameters that count rounds and threads ("" where OpenMP's hold)."""

    rounds: str
    threads: str

    def grow(self, estimator: Any, matter: Matter) -> Grown:
        """Fit until the last round, or until patience or the deadline end."""
        ...


class Vigil:
    """Follows rounds for the libraries that call back after each: the best so far, and whether to stop.

    Attributes:
        done: rounds so far.
        best: the round of least validation loss, from 1; the last one where no loss is told.
        stopped: "", "early" or "deadline".
    """

    def __init__(self, matter: Matter, clock: Callable[[], float] = time.monotonic) -> None:
        self.rounds, self.limits, self.clock = matter.rounds, matter.limits, clock
        self.done, self.best, self.stopped = 0, 1, ""
        self._least = math.inf

    def after(self, loss: float | None) -> bool:
        """Note the end of a round and its loss, None without a validation part; return whether to stop."""
        self.done += 1
        if loss is None or loss < self._least:
            self.best, self._least = self.done, math.inf if loss is None else loss
        elif self.limits.patience is not None and self.done - self.best >= self.limits.patience:
            self.stopped = "early"
        late = self.limits.deadline is not None and self.clock() >= self.limits.deadline
        if late and self.done < self.rounds:
            self.stopped = self.stopped or "deadline"
        return bool(self.stopped)

    def grown(self, estimator: Any) -> Grown:
        """Return what was grown."""
        return Grown(estimator, self.best, self.stopped)


class HistBooster:
    """scikit-learn's histogram boosting, and whatever has its parameters and attributes. Answers by all its rounds.

    A fit that a deadline may end grows in portions (`warm_start`), which come to the same trees as one fit.
    """

    rounds, threads = "max_iter", ""

    def grow(self, estimator: Any, matter: Matter) -> Grown:
        """Fit, and read the best round off the validation scores."""
        given: dict[str, Any] = {**weighing(matter.weights)}
        estimator.set_params(early_stopping=matter.held is not None)
        if matter.held is not None:
            # Patience of the whole length never stops, but keeps the validation scores that tell the best round.
            estimator.set_params(n_iter_no_change=matter.limits.patience or matter.rounds)
            given |= {"X_val": matter.held[0], "y_val": matter.held[1]}

        def fit(rounds: int) -> int:
            estimator.set_params(max_iter=rounds).fit(matter.matrix, matter.target, **given)
            return int(estimator.n_iter_)

        if matter.limits.deadline is None:
            stopped = "early" if fit(matter.rounds) < matter.rounds else ""
        else:
            estimator.set_params(warm_start=True)
            stopped = _in_portions(fit, matter.rounds, matter.limits.deadline)
            estimator.set_params(warm_start=False)
        if matter.held is None:
            return Grown(estimator, int(estimator.n_iter_), stopped)
        return Grown(estimator, max(1, int(np.argmax(estimator.validation_score_))), stopped)


def _in_portions(fit: Callable[[int], int], rounds: int, deadline: float) -> str:
    """Grow to `rounds` in portions that double while they fit before the deadline; return why it stopped."""
    done, end = 0, 1
    while True:
        began = time.monotonic()
        if fit(end) < end:
            return "early"
        now = time.monotonic()
        if end >= rounds:
            return ""
        if now >= deadline:
            return "deadline"
        fitting = int((deadline - now) / max(1e-9, now - began) * (end - done))
        done, end = end, min(rounds, 2 * end, end + max(1, fitting))


class XGBoostBooster:
    """XGBoost. Answers by its best round."""

    rounds, threads = "n_estimators", "n_jobs"

    def grow(self, estimator: Any, matter: Matter) -> Grown:
        """Fit on class codes without gaps, which the library insists on."""
        from sklearn.base import is_classifier
        from xgboost.callback import TrainingCallback

        vigil, coded = Vigil(matter), matter
        if is_classifier(estimator):
            coded = _without_gaps(matter)

        class Watch(TrainingCallback):  # type: ignore[misc]
            def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Any]) -> bool:
                told: Mapping[str, Any] = next(iter(evals_log.values()), {})
                return vigil.after(next((float(losses[-1]) for losses in told.values()), None))

        estimator.set_params(callbacks=[Watch()])
        held = {"eval_set": [coded.held] if coded.held else None, "verbose": False}
        estimator.fit(coded.matrix, coded.target, **held, **weighing(coded.weights))
        estimator.set_params(callbacks=None)
        if matter.held is not None:
            estimator.get_booster().best_iteration = vigil.best - 1
        return vigil.grown(estimator if coded is matter else _of_codes(estimator, matter))


def _without_gaps(matter: Matter) -> Matter:
    """Return class codes as places among those that occur; the same matter where these are all of them."""
    present, places = np.unique(matter.target, return_inverse=True)
    if present[-1] == len(present) - 1:
        return matter
    held = None if matter.held is None else (matter.held[0], np.searchsorted(present, matter.held[1]))
    return replace(matter, target=places, held=held)


def _of_codes(estimator: Any, matter: Matter) -> Any:
    """Return a classifier of places as one of codes: a vote of one renumbers them."""
    from sklearn.ensemble import VotingClassifier
    from sklearn.frozen import FrozenEstimator

    vote = VotingClassifier([("booster", FrozenEstimator(estimator))], voting="soft")
    return vote.fit(matter.matrix, matter.target)


class LightGBMBooster:
    """LightGBM. Answers by its best round."""

    rounds, threads = "n_estimators", "n_jobs"

    def grow(self, estimator: Any, matter: Matter) -> Grown:
        """Fit; the library takes the best round from the exception that ends it."""
        from lightgbm.callback import EarlyStopException

        vigil = Vigil(matter)

        def watch(state: Any) -> None:
            told = state.evaluation_result_list or []
            stop = vigil.after(float(told[0][2]) if told else None)
            if stop or vigil.done == matter.rounds:
                raise EarlyStopException(vigil.best - 1, told)

        held = {} if matter.held is None else {"eval_X": matter.held[0], "eval_y": matter.held[1]}
        estimator.fit(matter.matrix, matter.target, **held, **weighing(matter.weights), callbacks=[watch])
        return vigil.grown(estimator)


class CatBoostBooster:
    """CatBoost. Answers by its best round: later trees are cut off."""

    rounds, threads = "n_estimators", "thread_count"

    def grow(self, estimator: Any, matter: Matter) -> Grown:
        """Fit; the callback's answer is whether to go on."""
        vigil = Vigil(matter)

        class Watch:
            def after_iteration(self, state: Any) -> bool:
                told = (state.metrics or {}).get("validation", {})
                return not vigil.after(next((float(losses[-1]) for losses in told.values()), None))

        held = {} if matter.held is None else {"eval_set": matter.held, "use_best_model": False}
        estimator.fit(matter.matrix, matter.target, **held, **weighing(matter.weights), callbacks=[Watch()])
        if vigil.best < estimator.tree_count_:
            estimator.shrink(vigil.best)
        return vigil.grown(estimator)


BOOSTERS: Mapping[str, Booster] = {
    "xgboost": XGBoostBooster(),
    "lightgbm": LightGBMBooster(),
    "catboost": CatBoostBooster(),
}
"""Library → adapter; any other estimator is taken for one like scikit-learn's histogram boosting."""


def booster_of(estimator: Any) -> Booster:
    """Return the adapter of an estimator's library."""
    return BOOSTERS.get(type(estimator).__module__.partition(".")[0], HistBooster())
