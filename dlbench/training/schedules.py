"""Learning rates over the course of a fit, by the names that a suite writes."""

from __future__ import annotations

from functools import cache
from typing import Any

SCHEDULES = ("constant", "cosine", "step", "exponential", "warmup")


def schedule(name: str, rate: float, batches: int) -> Any:
    """Return what a Keras optimiser takes as its learning rate, over a fit of `batches` batches.

    cosine: half a wave from `rate` to 0 (Loshchilov and Hutter, SGDR, 2017). step: a tenth after half the fit, a
    hundredth after three quarters (He et al., 2016). exponential: an even fall to a hundredth. warmup: a climb from 0
    over the first tenth, then cosine (Goyal et al., 2017). The way is that of the fit at hand: a refit of fewer epochs
    runs through the whole schedule in those.

    The numbers are keras Variables `rate` and `batches` of what is returned, so that a compiled step serves any.

    Raises:
        ValueError: a name that is none of SCHEDULES.
    """
    if name not in SCHEDULES:
        raise ValueError(f"schedule {name!r}: expected one of {', '.join(SCHEDULES)}")
    return _way()(name, rate, batches)


@cache
def _way() -> Any:
    from keras import Variable, ops
    from keras.optimizers.schedules import LearningRateSchedule

    class Way(LearningRateSchedule):  # type: ignore[misc]
        def __init__(self, name: str, rate: float, batches: int) -> None:
            self.name = name
            self.rate = Variable(rate, dtype="float32", trainable=False, name="base_rate")
            self.batches = Variable(batches, dtype="float32", trainable=False, name="batches")

        def __call__(self, step: Any) -> Any:
            step = ops.cast(step, "float32")
            return ops.multiply(self.rate, _shape(self.name, step, ops.convert_to_tensor(self.batches)))

        def get_config(self) -> dict[str, Any]:
            return {"name": self.name, "rate": float(self.rate.numpy()), "batches": int(self.batches.numpy())}

    return Way


def _shape(name: str, step: Any, batches: Any) -> Any:
    """Return the share of the rate at batch `step` of `batches`, from 0; after the last one that of the end."""
    from keras import ops

    if name == "constant":
        return ops.ones_like(step)
    if name == "cosine":
        return _half_wave(step / batches)
    if name == "step":
        late = ops.where(step > ops.floor(batches * 3 / 4), 0.01, 0.1)
        return ops.where(step > ops.floor(batches / 2), late, 1.0)
    if name == "exponential":
        return ops.power(0.01, step / batches)
    climb = ops.maximum(1.0, ops.floor(batches / 10))
    down = _half_wave((step - climb) / ops.maximum(1.0, batches - climb))
    return ops.where(step < climb, step / climb, down)


def _half_wave(done: Any) -> Any:
    from keras import ops

    return 0.5 * (1.0 + ops.cos(ops.minimum(done, 1.0) * 3.141592653589793))
