"""What a process keeps between the fits of one job: compiled steps, and data as the nets see it.

A fit never sees what another one left: `Bench.take` sets weights, seeds and rates, `Recipe.retune` the optimiser. So
a trial gives the same digits whether the step was compiled for it or for another one before it.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from dlbench.training import rates, replicas
from dlbench.training.architecture import architecture
from dlbench.training.norm_gates import gates_of

MOST_BYTES = 2**29
"""Of data that is kept, and of weights of nets that are."""

MOST_NETS = 8
"""Architectures whose steps are kept; a compiled step takes some 10 MB."""

MOST_TOOLS = 8
"""Steps kept for one architecture, one for each loss, kind of optimiser and shape of a target."""


class Bench:
    """A net that stands in for all nets of its architecture, and what was compiled for it.

    Attributes:
        net: what is trained: a loosened copy of the first of those nets, or that net itself where it cannot be shared.
        gates: layer name → variable that says whether a batch norm learns; of gated benches alone.
    """

    def __init__(self, net: Any, *, shared: bool, gated: bool = False) -> None:
        with replicas.scope():
            self.net, loose = rates.loosened(net, gated=gated) if shared else (net, {})
        self.shared, self._loose = shared, list(loose.values())
        self.gates = gates_of(rates.nested(self.net))
        self._state = rates.without(self.net.variables, [*self._loose, *self.gates.values()])
        self._tools: OrderedDict[Hashable, Any] = OrderedDict()

    def take(self, net: Any) -> None:
        """Become `net`: its weights, its seeds, its dropout rates."""
        if self.shared:
            rates.assign(self._state, net.variables)
            for variable, rate in zip(self._loose, rates.rates_of(net).values(), strict=True):
                variable.assign(rate)

    def give(self, net: Any) -> None:
        """Give `net` the weights and seeds."""
        if self.shared:
            rates.assign(net.variables, self._state)

    def tool(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """Return what was made under `name`, made now where it was not."""
        found = self._tools.pop(name) if name in self._tools else make()
        self._tools[name] = found
        while len(self._tools) > MOST_TOOLS:
            self._tools.popitem(last=False)
        return found

    @property
    def nbytes(self) -> int:
        """Bytes of the weights, with gradients and an optimiser's two for each."""
        return sum(4 * _size(variable) for variable in self._state)


class _Kept:
    """Things by name, the ones used last, within bytes and count."""

    def __init__(self, most: int) -> None:
        self.most, self.things = most, OrderedDict[Hashable, Any]()

    def get(self, name: Hashable, make: Callable[[], Any]) -> Any:
        """Return the thing of that name, made now where it is not there."""
        found = self.things.pop(name) if name in self.things else make()
        self.things[name] = found
        while len(self.things) > 1 and (len(self.things) > self.most or self._bytes() > MOST_BYTES):
            self.things.popitem(last=False)
        return found

    def _bytes(self) -> int:
        return sum(_size(thing) for thing in self.things.values())


_BENCHES = _Kept(MOST_NETS)
_DATA = _Kept(10_000)
_DONE: set[str] = set()


def bench(net: Any, *, gated: bool = False) -> Bench:
    """Return the bench for nets of this architecture, which may hold another one's weights: `take` first.

    A `gated` one has batch norms that can be held still; see `norm_gates`.
    """
    if shareable(net):
        name = (net.house_architecture, replicas.count(), gated)
        found: Bench = _BENCHES.get(name, lambda: Bench(net, shared=True, gated=gated))
        return found
    if not hasattr(net, "house_bench"):
        net.house_bench = Bench(net, shared=False)
    own: Bench = net.house_bench
    return own


def shareable(net: Any) -> bool:
    """Whether a step compiled for `net` serves others of its architecture: Keras's own layers alone, and none that
    holds numbers outside its weights."""
    if not hasattr(net, "house_architecture"):
        hidden = any(hasattr(layer, "adapt") for layer in net.layers)
        told = "" if hidden else architecture(net)
        policies = {layer.dtype_policy.name for layer in rates.nested(net)} if told else ()
        net.house_architecture = " ".join([told, *sorted(policies)]).strip()
    return bool(net.house_architecture)


def made_of(source: Any, name: Hashable, make: Callable[[], Any]) -> Any:
    """Return what `make` gives, kept under `name` while `source` lives (data of a job lives as long as the job).

    What `make` gives must depend on `source` and `name` alone.
    """
    place = (id(source), name)
    if place not in _DATA.things:
        weakref.finalize(source, _DATA.things.pop, place, None)
    return _DATA.get(place, make)


def made_once(what: str) -> bool:
    """Whether this was asked of this process before, under that name."""
    known = what in _DONE
    _DONE.add(what)
    return known


def use_jit(on: bool) -> None:
    """Say whether steps made from now on are compiled by XLA."""
    _DONE.discard("left uncompiled")
    (_DONE.add if on else _DONE.discard)("jit")


def jit() -> bool:
    """Whether steps are compiled by XLA."""
    return "jit" in _DONE


def leave_uncompiled() -> None:
    """Note that a step was asked for which XLA does not take."""
    _DONE.add("left uncompiled")


def all_compiled() -> bool:
    """Whether XLA compiled every step since `use_jit`."""
    return jit() and "left uncompiled" not in _DONE


def clear() -> None:
    """Forget everything: the next fit compiles anew."""
    _BENCHES.things.clear()
    _DATA.things.clear()
    _DONE.discard("seeded")


def _size(thing: Any) -> int:
    if isinstance(thing, tuple):
        return sum(_size(one) for one in thing)
    if hasattr(thing, "nbytes"):
        return int(thing.nbytes)
    shape = getattr(thing, "shape", None)
    return 0 if shape is None else 4 * int(_product(shape))


def _product(shape: Any) -> int:
    total = 1
    for side in shape:
        total *= int(side)
    return total
