"""Optimisers by the names that a suite writes, their numbers as variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from dlbench.training.schedules import schedule
from dlbench.training.thawing import Thaw

MOMENTUM = 0.9

NOT_DECAYED = ("bias", "gamma", "beta", "embeddings")
"""Weights that are never pulled to zero: parts of these names (Gorishniy et al., 2021, appendix)."""


@dataclass(frozen=True)
class Recipe:
    """An optimiser not yet made: what is baked into a compiled step is its `kind`, all else are `numbers`.

    Attributes:
        values: optimizer, learning_rate, schedule, weight_decay, clip_norm; what is missing takes the plain value.
        batches: of the fit, for the schedule.
        thaw: how far each variable learns, of a net with loaded weights; None where all learn alike.
    """

    values: Mapping[str, Any]
    batches: int
    thaw: Thaw | None = None

    @property
    def kind(self) -> tuple[str, str, bool, bool, bool]:
        """Return name, schedule, whether weights decay, whether gradients are clipped, whether variables learn at
        rates of their own: steps of one kind are alike."""
        name = self.values.get("optimizer", "adam")
        decays = name == "adamw" or (name != "adam" and bool(self.values.get("weight_decay")))
        clips = bool(self.values.get("clip_norm"))
        return name, self.values.get("schedule", "constant"), decays, clips, self.thaw is not None

    @property
    def numbers(self) -> dict[str, Any]:
        """Return learning_rate, batches and, where the kind has them, weight_decay, clip_norm, and the shares of the
        learning rate that the variables learn by in the first epoch."""
        _, _, decays, clips, _ = self.kind
        asked = {"learning_rate": self.values.get("learning_rate", 1e-3), "batches": self.batches}
        asked |= {"weight_decay": self.values.get("weight_decay") or 0.0} if decays else {}
        asked |= {"clip_norm": self.values["clip_norm"]} if clips else {}
        return asked | ({} if self.thaw is None else {"shares": self.thaw.shares(0)})

    def build(self) -> Any:
        """Return the Keras optimiser; its `numbers` is a mapping of the names above to keras Variables, scalars
        but for `shares`, which are also among its `variables`.

        Raises:
            KeyError: a name that is none of sgd, momentum, nesterov, adam, adamw.
            ValueError: an unknown schedule.
        """
        from keras import Variable

        name, way, *_ = self.kind
        numbers = self.numbers
        rate = schedule(way, numbers.pop("learning_rate"), int(numbers.pop("batches")))
        made = _housed(name)(rate)
        made.base_rate, made.batches = rate.rate, rate.batches  # tracked: they are state of the optimiser now
        found = {"learning_rate": rate.rate, "batches": rate.batches}
        for number, value in numbers.items():
            found[number] = Variable(value, dtype="float32", trainable=False, name=number)
            setattr(made, number, found[number])
        made.numbers = found
        made.exclude_from_weight_decay(var_names=list(NOT_DECAYED))
        return made

    def retune(self, made: Any) -> None:
        """Set the numbers of an optimiser of this kind to those of the recipe, and all else of it to its beginning."""
        kept = {id(variable) for variable in made.numbers.values()}
        for variable in made.variables:
            if id(variable) not in kept:
                variable.assign(_zeros(variable))
        for number, value in self.numbers.items():
            made.numbers[number].assign(value)


def optimiser(values: Mapping[str, Any], batches: int) -> Any:
    """Return the Keras optimiser of `values`, for a fit of `batches` batches; see `Recipe`.

    Weight decay is decoupled (Loshchilov and Hutter, 2019) and left out of `adam`; `clip_norm` bounds the norm of all
    gradients together, 0 leaves them.
    """
    return Recipe(values, batches).build()


@cache
def _housed(name: str) -> Any:
    """Return a maker of the optimiser `name`; it clips by a variable, which Keras's own clipping cannot."""
    from keras import ops, optimizers

    kinds: dict[str, tuple[Any, dict[str, Any]]] = {
        "adam": (optimizers.Adam, {}),
        "adamw": (optimizers.AdamW, {}),
        "sgd": (optimizers.SGD, {"momentum": 0.0}),
        "momentum": (optimizers.SGD, {"momentum": MOMENTUM}),
        "nesterov": (optimizers.SGD, {"momentum": MOMENTUM, "nesterov": True}),
    }
    kind, fixed = kinds[name]

    class Housed(kind):  # type: ignore[misc, valid-type]
        clip_norm: Any = None
        shares: Any = None

        def apply(self, grads: Sequence[Any], trainable_variables: Any = None) -> None:
            bounded = grads if self.clip_norm is None else clipped(grads, self.clip_norm, self._learning(len(grads)))
            super().apply(bounded, trainable_variables)

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            if self.shares is None:
                super().update_step(gradient, variable, learning_rate)
                return
            rate = learning_rate * ops.convert_to_tensor(self.shares)[self._get_variable_index(variable)]
            if self.weight_decay is not None and self._use_weight_decay(variable):
                pulled = rate * ops.cast(self.weight_decay, "float32")
                self.assign_sub(variable, variable * ops.cast(pulled, variable.dtype))
            super().update_step(gradient, variable, rate)

        def _apply_weight_decay(self, variables: Any) -> None:
            """Decay all variables by one rate; where each has its own, `update_step` does it."""
            if self.shares is None:
                super()._apply_weight_decay(variables)

        def _learning(self, count: int) -> list[Any]:
            """Return for each gradient 1 where its variable learns, else 0."""
            if self.shares is None:
                return [1.0] * count
            shares = ops.convert_to_tensor(self.shares)
            return [ops.cast(shares[place] > 0, "float32") for place in range(count)]

    return lambda rate: Housed(learning_rate=rate, name=name, **fixed)


def clipped(gradients: Sequence[Any], most: Any, counted: Sequence[Any]) -> list[Any]:
    """Return gradients whose norm, all together, is at most `most`; those that are not finite become NaN.

    Args:
        gradients: None for a variable that has none.
        most: of the norm.
        counted: how much the square of each counts: 0 where it moves nothing.
    """
    from keras import ops

    parts = zip(gradients, counted, strict=True)
    norm = ops.sqrt(
        sum(share * ops.sum(ops.square(ops.cast(one, "float32"))) for one, share in parts if one is not None)
    )
    scale = most / ops.maximum(norm, most) + (norm - norm)
    return [None if one is None else one * ops.cast(scale, one.dtype) for one in gradients]


def _zeros(variable: Any) -> Any:
    from keras import ops

    return ops.zeros(variable.shape, dtype=variable.dtype)
