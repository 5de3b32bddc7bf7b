"""The compiled steps on TensorFlow: many batches in one call, where Keras's fit costs more than a small net's own work.

Traced once for training and once for the way forward, whatever the batch; the order of the examples comes from a
seed, so that the same seed gives the same weights however many batches a call takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.training.watch import Watch

if TYPE_CHECKING:
    from dlbench.training.teaching import Examples, Plan

FORWARD_BATCH = 1024
"""Items that pass a net at once where nothing is learned."""

GLANCE = 0.2
"""Seconds between two looks at the clock, where there is a deadline."""


def teach(
    net: Any,
    loss: Callable[[Any, Any], Any],
    optimiser: Any,
    train: Examples,
    held: Examples | None,
    plan: Plan,
    watch: Watch,
) -> None:
    """Train `net` for the plan's epochs, or until `watch` stops it."""
    learn = _learner(net, loss, optimiser, train, plan.batch_size)
    rng = np.random.default_rng(plan.seed)
    net.stop_training = False
    for epoch in range(plan.epochs):
        watch.on_epoch_begin(epoch)
        found = {"loss": _epoch(learn, rng.permutation(len(train.inputs)), plan.batch_size, watch)}
        if held is not None:
            lost = np.asarray(loss(held.target, outputs(net, held.inputs)))
            found["val_loss"] = float(lost.mean(dtype=np.float64))
        watch.on_epoch_end(epoch, found)
        if net.stop_training:
            return


def _epoch(learn: Any, order: np.ndarray, batch_size: int, watch: Watch) -> float:
    """Learn all examples in `order` and return their mean loss; one batch a call until `watch` knows its time."""
    import tensorflow as tf

    shuffled = tf.constant(order)
    done, total, portion, batches = 0, 0.0, 1, -(-len(order) // batch_size)
    while done < batches and not watch.net.stop_training:
        stop = min(batches, done + (portion if watch.timed else 1))
        watch.on_train_batch_begin(done)
        began = time.monotonic()
        total += float(learn(shuffled, done, stop))
        spent = time.monotonic() - began
        watch.on_train_batch_end(stop - 1)
        portion = batches if watch.limits.deadline is None else max(1, int(GLANCE / max(spent, 1e-6) * (stop - done)))
        done = stop
    return total / min(len(order), done * batch_size)


def _learner(net: Any, loss: Callable[[Any, Any], Any], optimiser: Any, train: Examples, batch_size: int) -> Any:
    """Return a function that learns the batches from `first` up to `stop` and gives the sum of their items' losses."""
    import tensorflow as tf

    inputs, target = tf.convert_to_tensor(train.inputs), tf.convert_to_tensor(train.target)
    variables = net.trainable_variables
    optimiser.build(variables)

    def step(rows: Any) -> Any:
        with tf.GradientTape() as tape:
            lost = loss(tf.gather(target, rows), net(tf.gather(inputs, rows), training=True))
            mean = tf.add_n([tf.reduce_mean(lost), *net.losses])
        optimiser.apply(tape.gradient(mean, variables), variables)
        return tf.reduce_sum(lost)

    def learn(order: Any, first: Any, stop: Any) -> Any:
        def body(batch: Any, total: Any) -> Any:
            return batch + 1, total + step(order[batch * batch_size : (batch + 1) * batch_size])

        return tf.while_loop(lambda batch, _: batch < stop, body, (first, 0.0), parallel_iterations=1)[1]

    whole = tf.TensorSpec([], tf.int32)
    return tf.function(learn, input_signature=[tf.TensorSpec([None], tf.int64), whole, whole], autograph=False)


def outputs(net: Any, inputs: np.ndarray) -> np.ndarray:
    """Return what the net gives for `inputs`; the traced way forward stays with the net."""
    import tensorflow as tf

    if not hasattr(net, "house_forward"):
        shape = tf.TensorSpec([None, *inputs.shape[1:]], tf.float32)
        net.house_forward = tf.function(lambda seen: net(seen, training=False), [shape], autograph=False)
    parts = [net.house_forward(inputs[i : i + FORWARD_BATCH]).numpy() for i in range(0, len(inputs), FORWARD_BATCH)]
    return np.concatenate(parts) if parts else np.empty((0, *net.output_shape[1:]), np.float32)
