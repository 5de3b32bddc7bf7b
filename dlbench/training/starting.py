"""Gives a net the weights of a file, layer by layer, by name and shape; its head stays as it was drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.errors import UsageError
from dlbench.training import workshop
from dlbench.training.norm_gates import normalises
from dlbench.training.rates import nested
from dlbench.training.thawing import weighted_layers
from dlbench.training.weight_files import Weights, read_weights

_SHOWN = 4


def load(net: Any, path: Path, heads: int = 1) -> dict[str, Any]:
    """Load what fits into the layers under the head, and return how much that was.

    Args:
        net: keras.Model, built; its last layers with weights are the head, which learns anew.
        path: see `read_weights`.
        heads: how many layers the head has.

    Returns:
        `numbers`: how many were loaded; `of`: how many all layers but the head hold; `layers`: how many were loaded;
        `left`: names of those that were not.

    Raises:
        UsageError: nothing fits, or a net whose batch norms cannot be held still.
    """
    if not workshop.shareable(net) and any(normalises(layer) for layer in nested(net)):
        raise UsageError(
            "pretrain: a net with batch norm and layers that are not Keras's own cannot be frozen in parts"
        )
    held, body = read_weights(path), _owned(weighted_layers(net)[:-heads])
    fits = [name for name, variables in body.items() if _fits(held, name, variables)]
    if not fits:
        raise UsageError(f"{path.name}: no weights of it fit the net; {_unlike(held, body)}")
    for name in fits:
        for variable, array in zip(body[name], held[name], strict=True):
            variable.assign(array)
    numbers = {name: sum(int(np.prod(one.shape)) for one in variables) for name, variables in body.items()}
    return {
        "numbers": sum(numbers[name] for name in fits),
        "of": sum(numbers.values()),
        "layers": len(fits),
        "left": [name for name in body if name not in fits],
    }


def _owned(layers: list[Any]) -> dict[str, list[Any]]:
    """Return layer → its weights; a layer inside another one as `outer/inner`, which the paths of weights tell."""
    found: dict[str, list[Any]] = {}
    for layer in layers:
        for variable in layer.weights:
            owner = variable.path.rpartition("/")[0]
            found.setdefault(owner[owner.find(layer.name) :] if layer.name in owner else layer.name, []).append(
                variable
            )
    return found


def _fits(held: Weights, name: str, variables: list[Any]) -> bool:
    return [array.shape for array in held.get(name, ())] == [tuple(variable.shape) for variable in variables]


def _unlike(held: Weights, body: dict[str, list[Any]]) -> str:
    """Say what does not match: shapes of layers of one name, else the names."""
    both = [name for name in body if name in held]
    if both:
        name = both[0]
        shapes = [[tuple(one.shape) for one in weights] for weights in (held[name], body[name])]
        return f"its layer {name!r} holds {shapes[0]}, that of the net {shapes[1]}"
    return f"its layers are called {_some(held)}, those of the net {_some(body)}"


def _some(names: Any) -> str:
    listed = list(names)
    return ", ".join(listed[:_SHOWN]) + (", …" if len(listed) > _SHOWN else "")
