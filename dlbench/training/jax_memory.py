"""How many nets fit side by side into a device's memory, estimated from their shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

SHARE = 0.25
"""Of the memory that is free, taken by a pack: other jobs may start beside it."""

COPIES = 8
"""Of every weight: itself, its gradient, two slots of the optimiser, the best so far, and what a step leaves behind."""

PASSES = 4
"""Of what every layer gives to a batch: forward, backward, and what the compiler keeps between."""


def nets_at_once(net: Any, items: int, asked: int) -> int:
    """Return how many of `asked` nets are trained at once, at least 1; packs of about equal size.

    Args:
        net: one of them.
        items: that pass a net at once.
        asked: how many there are.
    """
    most = max(1, int(SHARE * free_bytes() / bytes_of(net, items)))
    packs = -(-asked // most)
    return -(-asked // packs)


def bytes_of(net: Any, items: int) -> int:
    """Return an estimate of what one net takes while it learns from `items` at once."""
    weights = sum(int(np.prod(weight.shape)) for weight in net.weights)
    given = sum(int(np.prod(shape[1:])) for layer in net.layers for shape in _shapes(layer))
    return 4 * (COPIES * weights + PASSES * items * given) + 1


def free_bytes() -> int:
    """Return the bytes free on JAX's first device; of the host where the device does not tell."""
    import jax
    import psutil

    told = jax.local_devices()[0].memory_stats() or {}
    if "bytes_limit" in told:
        return int(told["bytes_limit"] - told.get("bytes_in_use", 0))
    return int(psutil.virtual_memory().available)


def _shapes(layer: Any) -> list[tuple[int, ...]]:
    """Return the shapes that a layer gives, None for sizes that vary as 1."""
    import keras

    return [tuple(size or 1 for size in found.shape) for found in keras.tree.flatten(layer.output)]
