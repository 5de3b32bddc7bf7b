"""Random numbers of one batch, inside compiled steps: the same for the same batch of the same items, always.

They are seeded by the number of the batch in the fit and by the items in it, whose order the fit's seed drew. So they
need no state of their own, and no layer of the net draws other numbers for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class Draws(Protocol):
    """Float32 numbers of a batch; another `number` gives others."""

    def uniform(self, number: int, shape: Sequence[Any]) -> Any:
        """Return numbers in [0, 1)."""
        ...

    def normal(self, number: int, shape: Sequence[Any]) -> Any:
        """Return numbers of mean 0 and spread 1."""
        ...


class TensorflowDraws:
    """Draws of TensorFlow's stateless functions.

    Args:
        batch: (), number of the batch.
        rows: (items,) int64, which items are in it.
    """

    def __init__(self, batch: Any, rows: Any) -> None:
        import tensorflow as tf

        places = tf.range(tf.shape(rows)[0])
        self._batch, self._items = tf.cast(batch, tf.int64), tf.reduce_sum(rows * tf.cast(2 * places + 1, tf.int64))

    def uniform(self, number: int, shape: Sequence[Any]) -> Any:
        """Return numbers in [0, 1)."""
        import tensorflow as tf

        return tf.random.stateless_uniform(shape, self._seed(number))

    def normal(self, number: int, shape: Sequence[Any]) -> Any:
        """Return numbers of mean 0 and spread 1."""
        import tensorflow as tf

        return tf.random.stateless_normal(shape, self._seed(number))

    def _seed(self, number: int) -> Any:
        import tensorflow as tf

        return tf.stack([self._batch * 16 + number, self._items])


class JaxDraws:
    """Draws of JAX's keys.

    Args:
        batch: (), number of the batch.
        rows: (items,) int32, which items are in it.
    """

    def __init__(self, batch: Any, rows: Any) -> None:
        import jax

        places = jax.numpy.arange(rows.shape[-1], dtype="uint32")
        items = (rows.astype("uint32") * (2 * places + 1)).sum(dtype="uint32")
        self._key = jax.random.fold_in(jax.random.fold_in(jax.random.key(0), batch.astype("uint32")), items)

    def uniform(self, number: int, shape: Sequence[Any]) -> Any:
        """Return numbers in [0, 1)."""
        import jax

        return jax.random.uniform(jax.random.fold_in(self._key, number), tuple(shape))

    def normal(self, number: int, shape: Sequence[Any]) -> Any:
        """Return numbers of mean 0 and spread 1."""
        import jax

        return jax.random.normal(jax.random.fold_in(self._key, number), tuple(shape))
