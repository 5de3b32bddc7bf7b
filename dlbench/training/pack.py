"""Nets of one architecture trained side by side on JAX, each watched as if it were alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbench.core.errors import Diverged
from dlbench.training import workshop
from dlbench.training.fitted import Course
from dlbench.training.jax_memory import nets_at_once
from dlbench.training.jax_program import Program, State, values_of
from dlbench.training.jax_steps import Epochs, program_for, put
from dlbench.training.limits import Limits
from dlbench.training.optimisers import Recipe
from dlbench.training.teaching import Examples, Plan
from dlbench.training.watch import Watch


@dataclass(frozen=True)
class Trial:
    """A net before its training; see `Teacher`, `Plan` and `Limits` for the parts.

    Attributes:
        recipe: of the optimiser.
        built: seconds that building took.
    """

    net: Any
    loss: Callable[[Any, Any], Any]
    recipe: Recipe
    plan: Plan
    limits: Limits
    built: float


class Place:
    """Stands for a net before its watch: the weights themselves stay in the pack."""

    def __init__(self) -> None:
        self.stop_training = False

    def get_weights(self) -> list[Any]:
        """Return nothing: the pack keeps the best weights."""
        return []


def train_together(trials: Sequence[Trial], train: Examples, held: Examples | None) -> list[Course | Exception]:
    """Train the nets of `trials`, which then hold the weights of their best epochs; return how it went for each.

    All have one architecture, kind of optimiser, loss and batch size. Those that stop early or diverge are carried
    along unheeded until the last has ended.
    """
    if not trials:
        return []
    first = trials[0]
    bench = workshop.bench(first.net)
    steps = program_for(bench, first.loss, first.recipe, first.plan, packed=True)
    together = nets_at_once(first.net, first.plan.batch_size, len(trials))
    ends: list[Course | Exception] = []
    for start in range(0, len(trials), together):
        ends += Pack(bench, steps, trials[start : start + together], together).train(train, held)
    return ends


class Pack:
    """Trials in the same program at once.

    Args:
        bench: of their architecture.
        steps: the program, packed.
        trials: at most `size` of them.
        size: of the pack; the last trial stands in for what is missing, so that packs are compiled once.
    """

    def __init__(self, bench: workshop.Bench, steps: Program, trials: Sequence[Trial], size: int) -> None:
        self._bench, self._steps, self._trials = bench, steps, trials
        self._filled = [*trials, *[trials[-1]] * (size - len(trials))]
        self._places = [Place() for _ in trials]
        pairs = zip(self._places, trials, strict=True)
        self._watches = [Watch(place, trial.limits) for place, trial in pairs]
        self._errors: dict[int, Exception] = {}

    def train(self, train: Examples, held: Examples | None) -> list[Course | Exception]:
        """Train all to their ends."""
        began = time.perf_counter()
        epochs = Epochs(self._steps, train, held, self._trials[0].plan.batch_size, _Together(self._watches))
        state = self._begun()
        orders = [np.random.default_rng(trial.plan.seed) for trial in self._filled]
        best, epoch = state.net, 0
        while active := self._active():
            for number in active:
                self._watches[number].on_epoch_begin(epoch)
            order = np.stack([rng.permutation(len(train.inputs)) for rng in orders]).astype(np.int32)
            state, lost = epochs.epoch(state, order)
            judged = None if held is None else epochs.judged(state.net)
            self._tell(active, epoch, lost, judged)
            best = self._better(best, state.net, epoch + 1)
            epoch += 1
        self._give_back(best)
        return self._ends(time.perf_counter() - began)

    def _begun(self) -> State:
        """Return the values of all nets and optimisers before the first batch, stacked."""
        nets = []
        for trial in self._filled:
            self._bench.take(trial.net)
            nets.append(values_of(self._bench.net))
        return State(_stacked(nets), _stacked([self._steps.begun(trial.recipe.numbers) for trial in self._filled]))

    def _active(self) -> list[int]:
        return [number for number, place in enumerate(self._places) if not place.stop_training]

    def _tell(self, active: Sequence[int], epoch: int, lost: np.ndarray, judged: np.ndarray | None) -> None:
        """Tell every watch of an active trial what its epoch gave; stop those that end here."""
        for number in active:
            found = {"loss": lost[number], "val_loss": None if judged is None else judged[number]}
            try:
                self._watches[number].on_epoch_end(epoch, found)
            except Diverged as error:
                self._errors[number] = error
                self._places[number].stop_training = True
            if epoch + 1 >= self._trials[number].plan.epochs:
                self._places[number].stop_training = True

    def _better(self, best: list[Any], values: list[Any], epoch: int) -> list[Any]:
        """Return the best values so far: those of this epoch for every trial whose best it is."""
        import jax

        won = np.array([watch.best == epoch for watch in self._watches])
        won = np.resize(won, len(self._filled)) if len(won) < len(self._filled) else won
        if won.all():
            return values
        found: list[Any] = jax.tree.map(lambda old, new: _chosen(won, old, new), best, values)
        return found

    def _give_back(self, best: list[Any]) -> None:
        host = [np.asarray(values) for values in best]
        for number, trial in enumerate(self._trials):
            if number not in self._errors:
                put(self._bench.net, [values[number] for values in host])
                self._bench.give(trial.net)

    def _ends(self, spent: float) -> list[Course | Exception]:
        """Return the course of every trial; what the pack took is shared out evenly."""
        sharers, compiling = len(self._trials), self._watches[0].compile_seconds
        ends: list[Course | Exception] = []
        for number, (trial, watch) in enumerate(zip(self._trials, self._watches, strict=True)):
            seconds = {"compile": trial.built + compiling / sharers, "fit": (spent - compiling) / sharers}
            history = tuple({**entry, "seconds": entry["seconds"] / sharers} for entry in watch.history)
            parameters = sum(int(np.prod(weight.shape)) for weight in trial.net.trainable_weights)
            course = Course(watch.best, history, parameters, seconds, watch.stopped)
            ends.append(self._errors.get(number, course))
        return ends


class _Together:
    """The watches of a pack as one: it stops when all have stopped, and hurries for the first deadline."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches, self.net = watches, self

    @property
    def stop_training(self) -> bool:
        return all(watch.net.stop_training for watch in self._watches)

    @property
    def timed(self) -> bool:
        return self._watches[0].timed

    @property
    def limits(self) -> Limits:
        deadlines = [watch.limits.deadline for watch in self._running() if watch.limits.deadline is not None]
        return Limits(deadline=min(deadlines, default=None))

    def on_train_batch_begin(self, batch: int) -> None:
        for watch in self._running():
            watch.on_train_batch_begin(batch)

    def on_train_batch_end(self, batch: int) -> None:
        for watch in self._running():
            watch.on_train_batch_end(batch)

    def _running(self) -> list[Watch]:
        return [watch for watch in self._watches if not watch.net.stop_training]


def _stacked(found: Sequence[list[Any]]) -> list[Any]:
    return [np.stack([np.asarray(value) for value in values]) for values in zip(*found, strict=True)]


def _chosen(won: np.ndarray, old: Any, new: Any) -> Any:
    import jax.numpy as jnp

    return jnp.where(won.reshape((-1,) + (1,) * (old.ndim - 1)), new, old)
