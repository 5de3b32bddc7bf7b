"""Dropout rates as variables: nets that differ in them alone share one compiled step.

Keras bakes a rate into the step that it traces. `loosened` gives a copy of a net whose rates can be set between fits;
`plain` turns it back into Keras's own layers, so that a saved net needs no dlbench.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from dlbench.training.norm_gates import gated_norm, gates_of, normalises

FAMILIES = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianDropout")
"""Layers of Keras whose rate becomes a variable. One inside another layer (attention, a wrapper) keeps its number."""


def loosened(net: Any, *, gated: bool = False) -> tuple[Any, dict[str, Any]]:
    """Return a copy of a net with its weights and seeds, in which dropout rates are variables, and those by layer name.

    The variables are scalars among the copy's non-trainable variables and hold the net's own rates. A rate of 0 stays
    out of the step, as Keras leaves it out: that layer is copied as it is.

    Args:
        net: keras.Model of Keras's own layers, functional or sequential, built.
        gated: whether its batch norms get gates, see `norm_gates`.
    """
    import keras

    made = _gated_copy if gated else _loose_copy
    copy = keras.models.clone_model(net, clone_function=made, recursive=True)
    rates = {layer.name: layer.loose_rate for layer in nested(copy) if hasattr(layer, "loose_rate")}
    assign(without(copy.variables, [*rates.values(), *gates_of(nested(copy)).values()]), net.variables)
    return copy, rates


def set_rates(net: Any, rates: Mapping[str, float]) -> None:
    """Set the rates of a loosened net by layer name.

    Raises:
        KeyError: a name that is none of its loosened layers.
    """
    loose = {layer.name: layer.loose_rate for layer in nested(net) if hasattr(layer, "loose_rate")}
    for name, rate in rates.items():
        loose[name].assign(rate)


def rates_of(net: Any) -> dict[str, float]:
    """Return layer name → rate of the layers of a plain net that `loosened` would loosen, in order."""
    return {layer.name: float(layer.rate) for layer in nested(net) if droppable(layer)}


def plain(net: Any) -> Any:
    """Return a copy of a loosened net in Keras's own layers: rates as floats, the same weights and seeds."""
    import keras

    loose = [layer.loose_rate for layer in nested(net) if hasattr(layer, "loose_rate")]
    copy = keras.models.clone_model(net, clone_function=_plain_copy, recursive=True)
    assign(copy.variables, without(net.variables, loose))
    return copy


def droppable(layer: Any) -> bool:
    """Whether `layer` is one of Keras's own that drops something."""
    home = type(layer).__module__.partition(".")[0]
    return type(layer).__name__ in FAMILIES and home == "keras" and layer.rate > 0


def without(variables: Any, left_out: Any) -> list[Any]:
    """Return `variables` but those `left_out`, known by identity."""
    gone = {id(variable) for variable in left_out}
    return [variable for variable in variables if id(variable) not in gone]


def assign(variables: Any, others: Any) -> None:
    """Give `variables` the values of `others`, in order."""
    for variable, other in zip(variables, others, strict=True):
        variable.assign(other.value)


def nested(net: Any) -> list[Any]:
    """Return the layers of a net and of the nets inside it, as `clone_model` meets them."""
    return [inner for layer in net.layers for inner in (layer, *(nested(layer) if hasattr(layer, "layers") else ()))]


def _loose_copy(layer: Any) -> Any:
    if not droppable(layer):
        return type(layer).from_config(layer.get_config())
    kind: Any = type(layer)
    return _loose(kind).from_config(layer.get_config())


def _gated_copy(layer: Any) -> Any:
    return gated_norm(layer) if normalises(layer) else _loose_copy(layer)


def _plain_copy(layer: Any) -> Any:
    if not hasattr(layer, "loose_rate"):
        return type(layer).from_config(layer.get_config())
    kind: Any = type(layer).__bases__[0]
    return kind.from_config({**layer.get_config(), "rate": float(layer.loose_rate.numpy())})


@cache
def _loose(kind: Any) -> Any:
    """Return `kind` with its rate as a variable. Keras's own way asks in Python whether the rate is 0, so not that."""
    from keras import ops, random

    class Loose(kind):  # type: ignore[misc]
        def __init__(self, rate: float, **kwargs: Any) -> None:
            super().__init__(rate, **kwargs)
            self._tracker.unlock()
            self.loose_rate = self.add_weight(
                shape=(), initializer=lambda *_, **__: rate, dtype="float32", trainable=False, name="loose_rate"
            )
            self._tracker.lock()

        def call(self, inputs: Any, training: bool = False) -> Any:
            if not training:
                return inputs
            rate = ops.convert_to_tensor(self.loose_rate)
            if kind.__name__ == "GaussianDropout":
                noise = random.normal(ops.shape(inputs), dtype="float32", seed=self.seed_generator)
                return inputs * ops.cast(1.0 + noise * ops.sqrt(rate / (1.0 - rate)), inputs.dtype)
            drawn = random.uniform(self._shape(inputs), dtype="float32", seed=self.seed_generator)
            return inputs * ops.cast(ops.where(drawn >= rate, 1.0 / (1.0 - rate), 0.0), inputs.dtype)

        def _shape(self, inputs: Any) -> Any:
            """Return the shape of what is drawn: 1 where a whole axis is dropped at once."""
            if hasattr(self, "_get_noise_shape"):
                return self._get_noise_shape(inputs)
            given = self.noise_shape or (None,) * len(inputs.shape)
            return tuple(own if one is None else one for own, one in zip(ops.shape(inputs), given, strict=True))

    Loose.__name__ = f"Loose{kind.__name__}"
    return Loose
