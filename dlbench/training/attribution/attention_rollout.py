"""Attention rollout: from which patches of the picture the answer of a vision Transformer flows."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.prepare.resizing import resized
from dlbench.training.attribution.grad_cam import last_map


def attention(net: Any, pixels: np.ndarray) -> np.ndarray | None:
    """Return the share of each patch in the mean of the last tokens, as large as the picture, (n, height, width).

    None for a net without self-attention over patches. Patches are laid out as the net's last map lays them; those at
    the lower and right edge may reach beyond the picture. It is the same whatever the class.

    Source: Abnar and Zuidema, Quantifying attention flow in transformers, 2020.

    Args:
        net: keras.Model from pictures to logits, which are read off the mean of the tokens.
        pixels: (n, height, width, channels) float32.
    """
    attending, last = _attending(net), last_map(net)
    if not attending or last is None:
        return None
    down, across = last.shape[1:3]
    flow = rollout(_scores(net, attending, pixels), skips=_skips(net))
    if flow.shape[1] != down * across:
        return None
    height, width = pixels.shape[1:3]
    side = max(-(-height // down), -(-width // across))
    patches = flow.mean(axis=1).reshape(len(pixels), down, across, 1)
    return resized(patches, down * side, across * side)[:, :height, :width, 0]


def rollout(scores: list[np.ndarray], *, skips: bool) -> np.ndarray:
    """Return the product of all layers' attention, the first one's last, (n, tokens, tokens); rows sum to 1.

    Args:
        scores: of each layer in order, (n, heads, tokens, tokens), rows summing to 1; heads are averaged.
        skips: whether tokens also pass each layer by: half of a layer is then the identity.
    """
    flow = np.broadcast_to(np.eye(scores[0].shape[-1]), (len(scores[0]), *scores[0].shape[-2:]))
    for layer in scores:
        mixed = layer.mean(axis=1, dtype=np.float64)
        flow = ((mixed + np.eye(mixed.shape[-1])) / 2 if skips else mixed) @ flow
    return flow


def _attending(net: Any) -> list[Any]:
    """Return the layers of self-attention, in the order of the net."""
    import keras

    kind = keras.layers.MultiHeadAttention
    return [layer for layer in net.layers if isinstance(layer, kind) and len({id(one) for one in layer.input}) == 1]


def _skips(net: Any) -> bool:
    import keras

    return any(isinstance(layer, keras.layers.Add) for layer in net.layers)


def _scores(net: Any, attending: list[Any], pixels: np.ndarray) -> list[np.ndarray]:
    """Return what each layer attends to, (n, heads, tokens, tokens)."""
    import keras
    from keras import ops

    tokens = keras.Model(net.inputs[0], [layer.input[0] for layer in attending])(pixels, training=False)
    found = []
    for layer, given in zip(attending, tokens, strict=True):
        _, scores = layer(given, given, return_attention_scores=True, training=False)
        found.append(np.asarray(ops.convert_to_numpy(ops.cast(scores, "float32"))))
    return found
