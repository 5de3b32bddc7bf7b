"""Batch norms that can be held still between two epochs, without a new compiled step.

Keras decides while it traces whether a batch norm learns. One with a gate decides by a variable: at 0 it normalises
by its moving statistics and leaves them alone to the digit, as a frozen layer of Keras does; at 1 it normalises by
the batch and follows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any


def normalises(layer: Any) -> bool:
    """Whether `layer` is one of Keras's own that follows the statistics of batches."""
    own = type(layer).__module__.partition(".")[0] == "keras"
    return own and type(layer).__name__ == "BatchNormalization" and not getattr(layer, "renorm", False)


def gates_of(layers: Iterable[Any]) -> dict[str, Any]:
    """Return layer name → gate of those that have one."""
    return {layer.name: layer.gate for layer in layers if hasattr(layer, "gate")}


def gated_norm(layer: Any) -> Any:
    """Return a copy of a batch norm, not built yet, with a gate that is open."""
    kind: Any = type(layer)
    return _gated(kind).from_config(layer.get_config())


@cache
def _gated(kind: Any) -> Any:
    from keras import ops

    class Gated(kind):  # type: ignore[misc]
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.gate = self.add_weight(shape=(), initializer="ones", dtype="float32", trainable=False, name="gate")

        def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
            if not training:
                return super().call(inputs, training=False, mask=mask)
            seen = ops.cast(inputs, "float32")
            mean, variance = ops.moments(seen, axes=self._reduction_axes, synchronized=self.synchronized)
            mean, variance = self._followed(self.moving_mean, mean), self._followed(self.moving_variance, variance)
            told = {"offset": self.beta, "scale": self.gamma, "epsilon": self.epsilon}
            found = ops.batch_normalization(seen, mean, variance, self.axis, **told)
            return ops.cast(found, self.compute_dtype)

        def _followed(self, moving: Any, of_batch: Any) -> Any:
            """Move a statistic towards the batch's where the gate is open; return the one to normalise by."""
            open_, held = ops.convert_to_tensor(self.gate) > 0, ops.convert_to_tensor(moving)
            moving.assign(ops.where(open_, held * self.momentum + of_batch * (1.0 - self.momentum), held))
            return ops.where(open_, of_batch, held)

    Gated.__name__ = f"Gated{kind.__name__}"
    return Gated
