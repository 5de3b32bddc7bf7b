"""Slopes of a net's answer by its input: the one file that knows how each backend finds a gradient."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dlbench.training.tensorflow_steps import at_once

Asked = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]

_LEARNING = 4
"""How many times the memory of an answer its gradient takes: so many times fewer items at once."""


def slopes(net: Any, inputs: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits of some classes and their gradients by the inputs, nothing dropped out or learned.

    Args:
        net: keras.Model that gives (items, classes).
        inputs: (n, …) float32.
        codes: (n,) of the class whose logit is asked for.

    Returns:
        (n,) logits, and gradients of the inputs' shape, float32.
    """
    import keras

    ask = _BACKENDS[keras.backend.backend()](net)
    size = max(1, at_once(inputs.shape[1:]) // _LEARNING)
    starts = range(0, len(inputs), size)
    found = [ask(inputs[start : start + size], codes[start : start + size]) for start in starts]
    logits, gradients = (np.concatenate(parts).astype(np.float32) for parts in zip(*found, strict=True))
    return logits, gradients


def outputs(net: Any, inputs: np.ndarray) -> np.ndarray:
    """Return what a net gives for a few items, nothing dropped out, float32."""
    from keras import ops

    return np.asarray(ops.convert_to_numpy(ops.cast(net(inputs, training=False), "float32")))


def _on_tensorflow(net: Any) -> Asked:
    import tensorflow as tf

    def ask(inputs: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        given = tf.convert_to_tensor(inputs)
        with tf.GradientTape() as tape:
            tape.watch(given)
            logits = tf.cast(net(given, training=False), tf.float32)
            picked = tf.gather(logits, codes, axis=1, batch_dims=1)
        return picked.numpy(), tape.gradient(picked, given, unconnected_gradients="zero").numpy()

    return ask


def _on_jax(net: Any) -> Asked:
    import jax
    import jax.numpy as jnp

    groups = net.trainable_variables, net.non_trainable_variables
    learned, fixed = ([variable.value for variable in group] for group in groups)

    def summed(inputs: Any, codes: Any) -> Any:
        logits, _ = net.stateless_call(learned, fixed, inputs, training=False)
        picked = jnp.take_along_axis(logits.astype(jnp.float32), codes[:, None], axis=1)[:, 0]
        return picked.sum(), picked

    compiled = jax.jit(jax.value_and_grad(summed, has_aux=True))

    def ask(inputs: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        (_, picked), slope = compiled(inputs, codes)
        return np.asarray(picked), np.asarray(slope)

    return ask


def _on_torch(net: Any) -> Asked:
    import torch
    from keras import ops

    def ask(inputs: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        given = ops.convert_to_tensor(inputs).detach().requires_grad_(True)
        logits = net(given, training=False).float()
        picked = logits.gather(1, torch.as_tensor(codes, device=logits.device)[:, None])[:, 0]
        (slope,) = torch.autograd.grad(picked.sum(), given)
        return picked.detach().cpu().numpy(), slope.cpu().numpy()

    return ask


_BACKENDS: Mapping[str, Callable[[Any], Asked]] = {
    "tensorflow": _on_tensorflow,
    "jax": _on_jax,
    "torch": _on_torch,
}
