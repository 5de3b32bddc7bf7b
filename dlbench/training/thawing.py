"""How far each layer of a net with loaded weights learns, epoch by epoch: its head first, then from the top down."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dlbench.training.rates import nested

PARTS = 4
"""Blocks into which the layers under the head are parted; one more of them learns at each step."""


@dataclass(frozen=True)
class Thaw:
    """Shares of the learning rate: 1 for what is new, `body` for a loaded layer that learns, 0 for a frozen one.

    After Howard and Ruder (Universal language model fine-tuning for text classification, 2018): a layer that was
    loaded learns at a smaller rate, and joins in the later, the further it lies from the head.

    Attributes:
        layers: names of those with weights, from the bottom to the head.
        owners: of each trainable variable the place of its layer in `layers`.
        way: `stages`, `all` or `head`.
        every: epochs after which the next block joins in.
        body: share of what was loaded.
        new: places in `layers` of those that were drawn: the head, and what the file did not hold.
    """

    layers: tuple[str, ...]
    owners: tuple[int, ...]
    way: str
    every: int
    body: float
    new: tuple[int, ...]

    @classmethod
    def of(cls, net: Any, values: Mapping[str, Any], heads: int = 1, left: Collection[str] = ()) -> Thaw:
        """Return that of a net, as `unfreeze`, `unfreeze_every` and `body_rate` among the values say.

        Args:
            net: keras.Model, built.
            values: of the contestant.
            heads: how many of its last layers are the head.
            left: names of layers, or `outer/inner`, that no file held.
        """
        weighted = weighted_layers(net)
        owner = {id(one): place for place, layer in enumerate(weighted) for one in layer.trainable_weights}
        owners = tuple(owner[id(one)] for one in net.trainable_variables)
        names = tuple(layer.name for layer in weighted)
        drawn = {name.partition("/")[0] for name in left} | set(names[-heads:])
        new = tuple(place for place, name in enumerate(names) if name in drawn)
        return cls(names, owners, values["unfreeze"], int(values["unfreeze_every"]), float(values["body_rate"]), new)

    def share(self, place: int, epoch: int) -> float:
        """Return the share of one layer in an epoch, counted from 0.

        >>> thaw = Thaw(tuple("abcdefgh") + ("head",), (), "stages", 2, 0.1, (8,))
        >>> [[thaw.share(place, epoch) for place in (0, 5, 6, 8)] for epoch in (0, 1, 2, 4, 8)]
        [[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.1, 1.0], [0.0, 0.1, 0.1, 1.0], [0.1, 0.1, 0.1, 1.0]]
        """
        if place in self.new:
            return 1.0
        opened = {"head": 0, "all": PARTS}.get(self.way, epoch // self.every)
        loaded = len(self.layers) - len(self.new)
        below = place - sum(other < place for other in self.new)
        return self.body if below * PARTS // loaded >= PARTS - opened else 0.0

    def shares(self, epoch: int) -> list[float]:
        """Return the share of each trainable variable in an epoch."""
        return [self.share(place, epoch) for place in self.owners]

    def told(self, epoch: int, shares: Any, gates: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        """Return variable and value of all that an epoch sets: the shares, and the gates of batch norms by name."""
        places = {name: place for place, name in enumerate(self.layers)}
        opened = [(gate, float(self.share(places[name], epoch) > 0)) for name, gate in gates.items()]
        return [(shares, self.shares(epoch)), *opened]


def weighted_layers(net: Any) -> list[Any]:
    """Return the layers of a net that hold weights, from the bottom to the top; the last one is its head."""
    return [layer for layer in nested(net) if layer.weights and not hasattr(layer, "layers")]
