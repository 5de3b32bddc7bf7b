"""All that can be told of what a fitted contestant looked at in some pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.core.form import Form
from dlbench.prepare.images import Images
from dlbench.training.attribution.attention_rollout import attention
from dlbench.training.attribution.grad_cam import grad_cam
from dlbench.training.attribution.integrated_gradients import integrated_gradients
from dlbench.training.attribution.occlusion import occlusion
from dlbench.training.attribution.saliency import saliency
from dlbench.training.chain import Chain
from dlbench.training.fitted import Fitted
from dlbench.training.networks import FittedNetwork


def attributions(fitted: Fitted, images: Images, codes: np.ndarray) -> dict[str, np.ndarray]:
    """Return method → (n, height, width) float32 of the methods that suit.

    Whoever gives scores or probabilities is asked by `occlusion`; a net alone, not behind encoders or in an ensemble,
    by its gradients too.

    Args:
        fitted: of a task whose answers are classes.
        images: n pictures.
        codes: (n,) of the class that is explained.
    """
    found: dict[str, np.ndarray | None] = {}
    if scores_of(fitted.predict(images)) is not None:
        found["occlusion"] = occlusion(lambda seen: _scores(fitted.predict(seen)), images, codes)
    if (link := _net_link(fitted)) is not None:
        found |= of_net(link.network.speaking, _seen_by(link, images), codes)
    return {name: maps.astype(np.float32) for name, maps in found.items() if maps is not None}


def of_net(net: Any, pixels: np.ndarray, codes: np.ndarray) -> dict[str, np.ndarray | None]:
    """Return method → (n, height, width), None for a method that does not suit the net.

    Args:
        net: keras.Model that gives logits, of pictures or of their pixels in a row.
        pixels: (n, height, width, channels) float32 as the net is to see them.
        codes: (n,) of the class that is explained.
    """
    whole = of_pictures(net, pixels.shape[1:])
    return {
        "saliency": saliency(whole, pixels, codes),
        "integrated_gradients": integrated_gradients(whole, pixels, codes),
        "grad_cam": grad_cam(net, pixels, codes) if whole is net else None,
        "attention": attention(net, pixels) if whole is net else None,
    }


def of_pictures(net: Any, shape: tuple[int, ...]) -> Any:
    """Return the net, behind a layer that puts pixels in a row where it reads them so."""
    import keras

    if len(net.inputs[0].shape) == 1 + len(shape):
        return net
    inputs = keras.Input(shape)
    return keras.Model(inputs, net(keras.layers.Flatten()(inputs)))


def scores_of(form: Form) -> np.ndarray | None:
    """Return (n, classes) scores or probabilities; None for an answer that has none."""
    values = form.arrays().get("values")
    return np.asarray(values) if values is not None and np.ndim(values) == 2 else None


def _scores(form: Form) -> np.ndarray:
    found = scores_of(form)
    assert found is not None, "it gave scores before"
    return found


def _net_link(fitted: Fitted) -> FittedNetwork | None:
    if not isinstance(fitted, Chain) or len(fitted.links) != 1:
        return None
    link = fitted.links[0]
    return link if isinstance(link, FittedNetwork) and link.goal.learns == "classes" else None


def _seen_by(link: FittedNetwork, images: Images) -> np.ndarray:
    """Return pictures as the net's preparation makes them, in rows or not."""
    return np.ascontiguousarray(link.prepared(images), dtype=np.float32).reshape(-1, *images.shape)
