"""Training on JAX: one compiled call an epoch, where Keras's fit compiles anew for every net and calls every batch.

The order of the examples comes from a seed on the host, so that the same seed gives the same weights however many
batches a call takes, and however many nets are trained side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.training import workshop
from dlbench.training.architecture import in_words
from dlbench.training.augmenting import Augmenter
from dlbench.training.jax_program import Program, State, values_of
from dlbench.training.jax_sharding import placed
from dlbench.training.optimisers import Recipe
from dlbench.training.tensorflow_steps import GLANCE, at_once
from dlbench.training.watch import Watch

if TYPE_CHECKING:
    from dlbench.training.teaching import Examples, Plan


def teach(
    net: Any,
    loss: Callable[[Any, Any], Any],
    recipe: Recipe,
    train: Examples,
    held: Examples | None,
    plan: Plan,
    watch: Watch,
) -> None:
    """Train `net` for the plan's epochs, or until `watch` stops it; it is left with the weights `watch` kept."""
    bench = workshop.bench(net, gated=recipe.thaw is not None)
    bench.take(net)
    steps = program_for(bench, loss, recipe, plan)
    state = State(values_of(bench.net), steps.begun(recipe.numbers))
    watch.net = bench.net
    bench.net.stop_training = False
    rng, epochs = np.random.default_rng(plan.seed), Epochs(steps, train, held, plan.batch_size, watch)
    for epoch in range(plan.epochs):
        watch.on_epoch_begin(epoch)
        if recipe.thaw is not None:
            state = steps.told(state, recipe.thaw.told(epoch, steps.shares, bench.gates))
        state, lost = epochs.epoch(state, rng.permutation(len(train.inputs)).astype(np.int32))
        found = {"loss": float(lost)}
        if held is not None:
            found["val_loss"] = float(epochs.judged(state.net))
        put(bench.net, state.net)
        watch.on_epoch_end(epoch, found)
        if bench.net.stop_training:
            break
    watch.restore()
    bench.give(net)
    watch.net = net


def program_for(
    bench: workshop.Bench, loss: Callable[[Any, Any], Any], recipe: Recipe, plan: Plan, *, packed: bool = False
) -> Program:
    """Return the program for these, compiled already where a net like this one was trained before."""
    known, augmenter = in_words(loss), Augmenter.named(plan.augment)

    def make() -> Program:
        return Program(bench.net, loss, recipe.build(), plan.batch_size, packed=packed, augmenter=augmenter)

    name = "jax", known, recipe.kind, plan.batch_size, plan.augment, packed
    found: Program = bench.tool(name, make) if known else make()
    return found


def put(net: Any, values: list[Any]) -> None:
    """Give the variables of a net the values that a program made of them."""
    for variable, value in zip(net.variables, values, strict=True):
        variable.assign(value)


class Epochs:
    """Takes a state, of one net or of a pack, through epochs; examples are put on the device once.

    Args:
        steps: compiled for the net.
        train, held: examples learned from, and those that tell when to stop.
        batch_size: items a step learns from.
        watch: hears of portions of batches; has `timed`, `deadline` of its limits, and a net that it may stop.
    """

    def __init__(self, steps: Program, train: Examples, held: Examples | None, batch_size: int, watch: Any) -> None:
        self._steps, self._size, self._watch = steps, batch_size, watch
        self._train = _placed(train.inputs), _placed(train.target)
        self._held: Any = None if held is None else (_placed(held.inputs), _placed(held.target))

    def epoch(self, state: State, order: np.ndarray) -> tuple[State, np.ndarray]:
        """Learn all examples in `order` (…, n); return the state and the mean loss (…,) of those learned.

        One batch a call until the watch knows its time; after that, all, or as many as a glance at the clock allows.
        """
        items, size = order.shape[-1], self._size
        batches, done, portion, total = -(-items // size), 0, 1, np.zeros(order.shape[:-1])
        shuffled = placed(order)
        while done < batches and not self._watch.net.stop_training:
            stop = min(batches, done + (portion if self._watch.timed else 1))
            self._watch.on_train_batch_begin(done)
            began = time.monotonic()
            state, lost = self._learn(state, shuffled, done, stop)
            total = total + lost
            spent = time.monotonic() - began
            self._watch.on_train_batch_end(stop - 1)
            hurry = self._watch.limits.deadline is not None
            portion = max(1, int(GLANCE / max(spent, 1e-6) * (stop - done))) if hurry else batches
            done = stop
        return state, total / min(items, done * size)

    def judged(self, values: list[Any]) -> np.ndarray:
        """Return the mean loss of the held examples, (…,)."""
        inputs, target = self._held
        size = at_once(inputs.shape[1:])
        parts = range(0, len(inputs), size)
        lost = [self._steps.judge(values, inputs[i : i + size], target[i : i + size]) for i in parts]
        return np.asarray(sum(np.asarray(part, dtype=np.float64) for part in lost) / len(inputs))

    def _learn(self, state: State, order: Any, first: int, stop: int) -> tuple[State, np.ndarray]:
        full = order.shape[-1] // self._size
        total = np.zeros(order.shape[:-1])
        if min(stop, full) > first:
            state, lost = self._steps.learn(state, *self._train, order, first, min(stop, full))
            total = total + np.asarray(lost, dtype=np.float64)
        if stop > full:
            state, lost = self._steps.finish(state, *self._train, order[..., full * self._size :])
            total = total + np.asarray(lost, dtype=np.float64)
        return state, total


def outputs(net: Any, inputs: np.ndarray) -> np.ndarray:
    """Return what the net gives for `inputs`, (n, …), nothing dropped out; few sizes of batch are ever compiled."""
    bench = workshop.bench(net)
    bench.take(net)
    steps: Program = bench.tool("jax forward", lambda: Program(bench.net))
    values = values_of(bench.net)
    size = at_once(inputs.shape[1:])
    parts = (inputs[i : i + size] for i in range(0, len(inputs), size))
    found = [np.asarray(steps.forward(values, _filled(part)))[: len(part)] for part in parts]
    return np.concatenate(found) if found else np.empty((0, *net.output_shape[1:]), np.float32)


def _filled(part: np.ndarray) -> np.ndarray:
    """Repeat the last item until the count is a power of two."""
    missing = (1 << (len(part) - 1).bit_length()) - len(part)
    return np.concatenate([part, np.repeat(part[-1:], missing, axis=0)]) if missing else part


def _placed(array: np.ndarray) -> Any:
    """Return an array on the device, where it stays while the array lives."""
    return workshop.made_of(array, "jax", lambda: placed(array))
