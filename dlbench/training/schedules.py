"""Learning rates over the course of a fit, by the names that a suite writes."""

from __future__ import annotations

from typing import Any

SCHEDULES = ("constant", "cosine", "step", "exponential", "warmup")


def schedule(name: str, rate: float, batches: int) -> Any:
    """Return what a Keras optimiser takes as its learning rate, over a fit of `batches` batches.

    cosine: half a wave from `rate` to 0 (Loshchilov and Hutter, SGDR, 2017). step: a tenth after half the fit, a
    hundredth after three quarters (He et al., 2016). exponential: an even fall to a hundredth. warmup: a climb from 0
    over the first tenth, then cosine (Goyal et al., 2017). The way is that of the fit at hand: a refit of fewer epochs
    runs through the whole schedule in those.

    Raises:
        ValueError: a name that is none of SCHEDULES.
    """
    from keras.optimizers import schedules

    if name == "constant":
        return rate
    if name == "cosine":
        return schedules.CosineDecay(rate, batches)
    if name == "step":
        return schedules.PiecewiseConstantDecay([batches // 2, batches * 3 // 4], [rate, rate / 10, rate / 100])
    if name == "exponential":
        return schedules.ExponentialDecay(rate, batches, 0.01)
    if name == "warmup":
        climb = max(1, batches // 10)
        return schedules.CosineDecay(0.0, max(1, batches - climb), warmup_target=rate, warmup_steps=climb)
    raise ValueError(f"schedule {name!r}: expected one of {', '.join(SCHEDULES)}")
