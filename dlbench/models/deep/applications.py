"""Nets of keras.applications by name, and how their published weights want to see a pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlbench.core.errors import UsageError

CHANNELS = (1, 3)


@dataclass(frozen=True)
class Application:
    """A net of keras.applications.

    Attributes:
        maker: its function there.
        scale, offset: what makes a pixel in [0, 1] into what its published weights were learned on, a number a channel.
        given: further arguments of its function.
    """

    maker: str
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    given: tuple[tuple[str, Any], ...] = ()


_MEAN, _SPREAD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet's red, green and blue
_SIGNED = ((2.0,) * 3, (-1.0,) * 3)
_STANDARD = (tuple(1 / one for one in _SPREAD), tuple(-m / s for m, s in zip(_MEAN, _SPREAD, strict=True)))

APPLICATIONS: Mapping[str, Application] = {
    "mobilenet_v2": Application("MobileNetV2", *_SIGNED),
    "resnet50_v2": Application("ResNet50V2", *_SIGNED),
    "densenet121": Application("DenseNet121", *_STANDARD),
    "efficientnet_v2_b0": Application("EfficientNetV2B0", *_STANDARD, (("include_preprocessing", False),)),
}


def applied(inputs: Any, name: str, weights: str | None = None) -> Any:
    """Return the last map of a net that stands on `inputs`, (items, height, width, channels).

    Args:
        inputs: Keras tensor (items, height, width, 1 or 3) of pixels in [0, 1]; grey ones are read three times over.
        name: one of APPLICATIONS.
        weights: published ones, which Keras fetches; None draws them.

    Raises:
        UsageError: another count of channels.
        Exception: whatever Keras raises where a download fails.
    """
    from keras import applications, layers

    if inputs.shape[-1] not in CHANNELS:
        raise UsageError(f"{name} reads images of 1 or 3 channels, not {inputs.shape[-1]}")
    chosen = APPLICATIONS[name]
    colour = layers.Concatenate()([inputs] * 3) if inputs.shape[-1] == 1 else inputs
    seen = layers.Rescaling(list(chosen.scale), list(chosen.offset))(colour)
    maker = getattr(applications, chosen.maker)
    return maker(include_top=False, weights=weights, input_tensor=seen, **dict(chosen.given)).output
