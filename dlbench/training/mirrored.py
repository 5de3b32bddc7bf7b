"""One step of learning on several devices on TensorFlow: every one takes its share of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from dlbench.training import replicas


def step_of(net: Any, loss: Callable[[Any, Any], Any], optimiser: Any) -> Callable[[Any, Any], Any]:
    """Return the step, to be traced: inputs and target of a batch → the sum of the items' losses.

    Shares differ by one item at most. One that is empty, in a batch of fewer items than there are devices, adds
    nothing. The optimiser sees the gradient of the whole batch, so that clipping bounds what it bounds on one device.

    Args:
        net, optimiser: built in the strategy's scope.
        loss: truth and output → (items,) losses.
    """
    import tensorflow as tf

    strategy, variables = replicas.strategy(), net.trainable_variables
    first = strategy.extended.worker_devices[0]

    def share(seen: Any, truth: Any, whole: Any) -> tuple[list[Any], Any]:
        with tf.GradientTape() as tape:
            lost = loss(truth, tf.cast(net(seen, training=True), tf.float32))
            added = [tf.cast(one, tf.float32) for one in net.losses]
            part = tf.cast(tf.shape(seen)[0], tf.float32) / whole
            mean = tf.reduce_sum(lost) / whole + (part * tf.add_n(added) if added else 0.0)
        gradients = [None if one is None else tf.convert_to_tensor(one) for one in tape.gradient(mean, variables)]
        return gradients, tf.reduce_sum(lost)

    def of_mine(shares: Any, whole: Any) -> tuple[list[Any], Any]:
        me = tf.distribute.get_replica_context().replica_id_in_sync_group
        seen, truth = shares[int(tf.get_static_value(me))]
        return share(seen, truth, whole)

    def summed(value: Any) -> Any:
        return None if value is None else strategy.reduce("SUM", value, axis=None)

    def step(seen: Any, truth: Any) -> Any:
        shares, items = _shares(seen, truth, strategy.num_replicas_in_sync), tf.cast(tf.shape(seen)[0], tf.float32)
        with synchronised(net):
            gradients, lost = strategy.run(of_mine, args=(shares, items))
        with tf.device(first):
            whole, total = [summed(one) for one in gradients], summed(lost)
        optimiser.apply(whole, variables)
        return total

    return step


@contextmanager
def synchronised(net: Any) -> Iterator[None]:
    """Let batch normalisation that is traced in the block see the items of all devices; the net's own settings stay."""
    layers = [layer for layer in net._flatten_layers() if getattr(layer, "synchronized", None) is False]
    for layer in layers:
        layer.synchronized = True
    try:
        yield
    finally:
        for layer in layers:
            layer.synchronized = False


def _shares(seen: Any, truth: Any, count: int) -> list[tuple[Any, Any]]:
    """Cut a batch into `count` runs of items, in order."""
    import tensorflow as tf

    items = tf.shape(seen)[0]
    cuts = [items * number // count for number in range(count + 1)]

    def share(low: Any, high: Any) -> tuple[Any, Any]:
        return seen[low:high], tf.nest.map_structure(lambda one: one[low:high], truth)

    return [share(low, high) for low, high in pairwise(cuts)]
