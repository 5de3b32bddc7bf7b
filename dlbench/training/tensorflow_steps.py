"""The compiled steps on TensorFlow: many batches in one call, where Keras's fit costs more than a small net's own work.

A step is traced once for all nets of one architecture: weights, seeds, rates and the optimiser's numbers are variables
and the data arguments; see `workshop`. The order of the examples comes from a seed, so that the same seed gives the
same weights however many batches a call takes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.training import mirrored, replicas, workshop
from dlbench.training.architecture import in_words
from dlbench.training.augmenting import Augmenter
from dlbench.training.batch_draws import TensorflowDraws
from dlbench.training.optimisers import Recipe
from dlbench.training.rates import nested
from dlbench.training.tensors import tensor_of
from dlbench.training.watch import Watch

if TYPE_CHECKING:
    from dlbench.training.teaching import Examples, Plan

FORWARD_BATCH = 1024
"""Items that pass a net at once where nothing is learned, at most."""

FORWARD_NUMBERS = 2**22
"""Numbers of those items, at most: a net on pictures may hold a hundred times as many between its layers."""

GLANCE = 0.2
"""Seconds between two looks at the clock, where there is a deadline."""


@dataclass(frozen=True)
class Steps:
    """What was compiled for one architecture, one loss, one kind of optimiser.

    Attributes:
        optimiser: of keras, built on the bench's net.
        learn: inputs, target, order, first, stop, batch size → the sum of the items' losses in those batches.
        judge: inputs, target → the sum of the items' losses, nothing dropped out or learned.
    """

    optimiser: Any
    learn: Any
    judge: Any


def at_once(shape: Sequence[int]) -> int:
    """Return how many items of a shape pass a net at once where nothing is learned: a power of two.

    >>> at_once((28, 28, 1)), at_once((256, 256, 3))
    (1024, 16)
    """
    most = FORWARD_NUMBERS // max(1, math.prod(shape))
    return min(FORWARD_BATCH, 1 << max(0, most.bit_length() - 1))


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
    steps = _steps(bench, loss, recipe, train, plan.augment)
    recipe.retune(steps.optimiser)
    watch.net = bench.net
    bench.net.stop_training = False
    rng = np.random.default_rng(plan.seed)
    data, against = _tensors(train), None if held is None else _tensors(held)
    for epoch in range(plan.epochs):
        watch.on_epoch_begin(epoch)
        if recipe.thaw is not None:
            for variable, value in recipe.thaw.told(epoch, steps.optimiser.numbers["shares"], bench.gates):
                variable.assign(value)
        found = {"loss": _epoch(steps, data, rng.permutation(len(train.inputs)), plan.batch_size, watch)}
        if held is not None and against is not None:
            found["val_loss"] = float(steps.judge(*against)) / len(held.inputs)
        watch.on_epoch_end(epoch, found)
        if bench.net.stop_training:
            break
    watch.restore()
    bench.give(net)
    watch.net = net


def _epoch(steps: Steps, data: Any, order: np.ndarray, batch_size: int, watch: Watch) -> float:
    """Learn all examples in `order` and return their mean loss; one batch a call until `watch` knows its time."""
    import tensorflow as tf

    shuffled, size = tf.constant(order), tf.constant(batch_size)
    done, total, portion, batches = 0, 0.0, 1, -(-len(order) // batch_size)
    while done < batches and not watch.net.stop_training:
        stop = min(batches, done + (portion if watch.timed else 1))
        watch.on_train_batch_begin(done)
        began = time.monotonic()
        total += float(steps.learn(*data, shuffled, done, stop, size))
        spent = time.monotonic() - began
        watch.on_train_batch_end(stop - 1)
        portion = batches if watch.limits.deadline is None else max(1, int(GLANCE / max(spent, 1e-6) * (stop - done)))
        done = stop
    return total / min(len(order), done * batch_size)


def _steps(
    bench: workshop.Bench, loss: Callable[[Any, Any], Any], recipe: Recipe, train: Examples, augment: str
) -> Steps:
    """Return the steps for these, compiled already where a net like this one was trained before."""
    specs = _specs(train)
    known = in_words(loss)
    if not _compilable(bench.net):
        workshop.leave_uncompiled()

    def make() -> Steps:
        with replicas.scope():
            optimiser = recipe.build()
            optimiser.build(bench.net.trainable_variables)
        learner = _learner(bench.net, loss, optimiser, specs, Augmenter.named(augment))
        return Steps(optimiser, learner, _judge(bench.net, loss, specs))

    if not known:
        return make()
    steps: Steps = bench.tool((known, recipe.kind, workshop.jit(), augment, *specs), make)
    return steps


def _learner(net: Any, loss: Callable[[Any, Any], Any], optimiser: Any, specs: Any, augmenter: Augmenter | None) -> Any:
    import tensorflow as tf

    taught = loss if augmenter is None else augmenter.loss(loss)
    step = (_step_of if replicas.count() == 1 else mirrored.step_of)(net, taught, optimiser)

    def batch_of(inputs: Any, target: Any, rows: Any) -> tuple[Any, Any]:
        seen, truth = tf.gather(inputs, rows), tf.gather(target, rows)
        if augmenter is None:
            return seen, truth
        return augmenter(seen, truth, TensorflowDraws(optimiser.iterations.value, rows))

    def learn(inputs: Any, target: Any, order: Any, first: Any, stop: Any, size: Any) -> Any:
        def body(batch: Any, total: Any) -> Any:
            rows = order[batch * size : (batch + 1) * size]
            return batch + 1, total + step(*batch_of(inputs, target, rows))

        return tf.while_loop(lambda batch, _: batch < stop, body, (first, 0.0), parallel_iterations=1)[1]

    whole = tf.TensorSpec([], tf.int32)
    return tf.function(learn, [*specs, tf.TensorSpec([None], tf.int64), whole, whole, whole], autograph=False)


def _step_of(net: Any, loss: Callable[[Any, Any], Any], optimiser: Any) -> Callable[[Any, Any], Any]:
    """Return the step: inputs and target of a batch → the sum of the items' losses."""
    import tensorflow as tf

    variables = net.trainable_variables

    def step(seen: Any, truth: Any) -> Any:
        with tf.GradientTape() as tape:
            lost = loss(truth, tf.cast(net(seen, training=True), tf.float32))
            mean = tf.add_n([tf.reduce_mean(lost), *(tf.cast(one, tf.float32) for one in net.losses)])
        optimiser.apply(tape.gradient(mean, variables), variables)
        return tf.reduce_sum(lost)

    # for each size of a batch: the usual one, and what is left at the end of an epoch
    return tf.function(step, jit_compile=True, autograph=False) if workshop.jit() and _compilable(net) else step


def _compilable(net: Any) -> bool:
    """Whether XLA takes the step of a net: of max pooling it has no gradient that is the same every time."""
    return not any(type(layer).__name__.startswith("MaxPooling") for layer in nested(net))


def _judge(net: Any, loss: Callable[[Any, Any], Any], specs: Any) -> Any:
    import tensorflow as tf

    size = at_once(specs[0].shape[1:])

    def judge(inputs: Any, target: Any) -> Any:
        def body(first: Any, total: Any) -> Any:
            found = net(inputs[first : first + size], training=False)
            lost = loss(target[first : first + size], tf.cast(found, tf.float32))
            return first + size, total + tf.reduce_sum(tf.cast(lost, tf.float64))

        start = (0, tf.constant(0.0, tf.float64))
        return tf.while_loop(lambda first, _: first < tf.shape(inputs)[0], body, start, parallel_iterations=1)[1]

    return tf.function(judge, specs, autograph=False)


def _specs(examples: Examples) -> list[Any]:
    """Return what the steps are traced for: any number of such inputs and targets."""
    import tensorflow as tf

    arrays = (examples.inputs, examples.target)
    return [tf.TensorSpec([None, *array.shape[1:]], array.dtype) for array in arrays]


def _tensors(examples: Examples) -> tuple[Any, Any]:
    """Return inputs and target on the device, where they stay while the arrays live."""
    return _tensor(examples.inputs), _tensor(examples.target)


def _tensor(array: np.ndarray) -> Any:
    return workshop.made_of(array, "tensor", lambda: tensor_of(array))


def outputs(net: Any, inputs: np.ndarray) -> np.ndarray:
    """Return what the net gives for `inputs`, (n, …), some items at a time; traced once an architecture."""
    import tensorflow as tf

    bench = workshop.bench(net)
    bench.take(net)
    shape = tf.TensorSpec([None, *inputs.shape[1:]], tf.float32)
    ahead = bench.tool(
        ("forward", *inputs.shape[1:]),
        lambda: tf.function(
            lambda seen: tf.cast(bench.net(seen, training=False), tf.float32), [shape], autograph=False
        ),
    )
    size = at_once(inputs.shape[1:])
    parts = [ahead(inputs[i : i + size]).numpy() for i in range(0, len(inputs), size)]
    return np.concatenate(parts) if parts else np.empty((0, *net.output_shape[1:]), np.float32)
