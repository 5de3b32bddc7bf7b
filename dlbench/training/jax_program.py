"""The compiled steps on JAX: a whole epoch of batches in one call, with every variable handed in and out.

A program is traced on one net and serves every net of the same architecture: weights, seeds, the optimiser's slots
and the numbers that are variables are arguments. With a pack, the same step is mapped over the first axis of all of
them, so that many nets are trained side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dlbench.training.augmenting import Augmenter
from dlbench.training.batch_draws import JaxDraws
from dlbench.training.jax_sharding import compiled, everywhere, in_shares

Loss = Callable[[Any, Any], Any]


class State(NamedTuple):
    """Values of all variables of a net, and of its optimiser; in a pack with a first axis, one entry a net."""

    net: list[Any]
    optimiser: list[Any]


class Program:
    """Compiled functions of one architecture; every one is pure.

    `inputs` and `target` lie on the device and are shared by all nets of a pack.

    Args:
        net: keras.Model that the steps are traced on; its own values do not matter.
        loss: truth and output → (items,) losses; None for the way forward alone.
        optimiser: of keras, not built yet, with `numbers`; None for the way forward alone.
        batch_size: items a step learns from.
        packed: whether many nets are trained side by side.
        augmenter: what changes the images of a batch that is learned; None for nothing.
    """

    def __init__(
        self,
        net: Any,
        loss: Loss | None = None,
        optimiser: Any = None,
        batch_size: int = 0,
        *,
        packed: bool = False,
        augmenter: Augmenter | None = None,
    ) -> None:
        self._net, self._loss, self._optimiser, self._size, self._packed = net, loss, optimiser, batch_size, packed
        self._augmenter = augmenter
        self._made: dict[Any, Any] = {}
        if optimiser is not None:
            optimiser.build(net.trainable_variables)
            self._begin = values_of(optimiser)

    @property
    def shares(self) -> Any:
        """The optimiser's variable of the shares of the learning rate, where its variables have some."""
        return self._optimiser.numbers["shares"]

    def told(self, state: State, values: Sequence[tuple[Any, Any]]) -> State:
        """Return a state in which some variables of the net or the optimiser hold what they are told."""
        held = {id(variable): value for variable, value in values}
        owners = ((self._net.variables, state.net), (self._optimiser.variables, state.optimiser))
        net, optimiser = (
            [
                np.float32(held[id(one)]) if id(one) in held else value
                for one, value in zip(variables, kept, strict=True)
            ]
            for variables, kept in owners
        )
        return State(net, optimiser)

    def begun(self, numbers: Mapping[str, Any]) -> list[Any]:
        """Return what the optimiser's variables hold before the first batch, `numbers` by their names in it."""
        named = {id(variable): name for name, variable in self._optimiser.numbers.items()}
        pairs = zip(self._optimiser.variables, self._begin, strict=True)
        return [np.float32(numbers[named[id(v)]]) if id(v) in named else value for v, value in pairs]

    def learn(self, state: State, inputs: Any, target: Any, order: Any, first: int, stop: int) -> tuple[State, Any]:
        """Learn the full batches from `first` up to `stop` of `order`; return the state and the sum of losses."""
        given = state, inputs, target, order, np.int32(first), np.int32(stop)
        found: tuple[State, Any] = self._run("learn", self._batches, *given)
        return found

    def finish(self, state: State, inputs: Any, target: Any, rows: Any) -> tuple[State, Any]:
        """Learn one last batch of another size; return the state and the sum of its losses."""
        found: tuple[State, Any] = self._run("finish", self._step, state, inputs, target, rows)
        return found

    def judge(self, values: list[Any], inputs: Any, target: Any) -> Any:
        """Return the sum of the losses of some items, nothing dropped out."""
        return self._run("judge", self._lost, values, inputs, target)

    def forward(self, values: list[Any], inputs: Any) -> Any:
        """Return the outputs of some items, nothing dropped out."""
        return self._run("forward", self._outputs, values, inputs)

    def _run(self, name: str, function: Callable[..., Any], *given: Any) -> Any:
        """Call a function, compiled once for each set of shapes."""
        import jax

        given = everywhere(given)
        key = name, tuple((leaf.shape, str(leaf.dtype)) for leaf in jax.tree.leaves(given))
        if key not in self._made:
            self._made[key] = compiled(function, given)
        return self._made[key](*given)

    def _batches(self, state: State, inputs: Any, target: Any, order: Any, first: Any, stop: Any) -> Any:
        import jax

        size = self._size

        def body(batch: Any, carried: Any) -> Any:
            state, total = carried
            rows = jax.lax.dynamic_slice_in_dim(order, batch * size, size, axis=-1)
            state, lost = self._step(state, inputs, target, rows)
            return state, total + lost

        return jax.lax.fori_loop(first, stop, body, (state, jax.numpy.zeros(order.shape[:-1], "float32")))

    def _step(self, state: State, inputs: Any, target: Any, rows: Any) -> Any:
        import jax

        def learned(state: State, rows: Any) -> tuple[State, Any]:
            seen, truth = inputs[rows], target[rows]
            if self._augmenter is not None:
                seen, truth = self._augmenter(seen, truth, JaxDraws(self._batches_done(state), rows))
            return self._learned(state, in_shares(seen), jax.tree.map(in_shares, truth))

        return self._for_all(learned)(state, rows)

    def _lost(self, values: list[Any], inputs: Any, target: Any) -> Any:
        loss: Any = self._loss
        return self._for_all(lambda values: loss(target, self._output(values, inputs)).sum())(values)

    def _outputs(self, values: list[Any], inputs: Any) -> Any:
        return self._for_all(lambda values: self._output(values, inputs))(values)

    def _for_all(self, one: Callable[..., Any]) -> Callable[..., Any]:
        import jax

        return jax.vmap(one) if self._packed else one

    def _learned(self, state: State, seen: Any, truth: Any) -> tuple[State, Any]:
        """Learn one batch: the gradient of the mean loss and of what layers add to it, then the optimiser."""
        import jax
        from keras import StatelessScope

        net = self._net
        loss: Any = self._loss if self._augmenter is None else self._augmenter.loss(self._loss)  # type: ignore[arg-type]
        place = {id(variable): at for at, variable in enumerate(net.variables)}
        at = [place[id(variable)] for variable in net.trainable_variables]

        def lowered(weights: list[Any]) -> Any:
            values = list(state.net)
            for number, value in zip(at, weights, strict=True):
                values[number] = value
            with StatelessScope(_pairs(net.variables, values), collect_losses=True) as scope:
                lost = loss(truth, net(seen, training=True))
                mean = sum(net.losses, lost.mean())
            return mean, ([scope.get_current_value(variable) for variable in net.variables], lost.sum())

        gradients, (values, lost) = jax.grad(lowered, has_aux=True)([state.net[number] for number in at])
        held = [*net.variables, *self._optimiser.variables]
        with StatelessScope(_pairs(held, [*values, *state.optimiser])) as scope:
            self._optimiser.apply(gradients, net.trainable_variables)
        found = [scope.get_current_value(variable) for variable in held]
        return State(found[: len(values)], found[len(values) :]), lost

    def _batches_done(self, state: State) -> Any:
        at = next(i for i, one in enumerate(self._optimiser.variables) if one is self._optimiser.iterations)
        return state.optimiser[at]

    def _output(self, values: list[Any], inputs: Any) -> Any:
        from keras import StatelessScope

        with StatelessScope(_pairs(self._net.variables, values)):
            return self._net(in_shares(inputs), training=False)


def values_of(owner: Any) -> list[Any]:
    """Return what the variables of a net or an optimiser hold."""
    return [variable.value for variable in owner.variables]


def _pairs(variables: list[Any], values: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(variables, values, strict=True))
