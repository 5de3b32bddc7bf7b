"""Tensors of arrays, large ones without a second copy in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.prepare.aligned import is_aligned

LARGE = 1 << 26
"""Bytes from which a copy counts."""


def tensor_of(array: np.ndarray) -> Any:
    """Return a TensorFlow tensor of an array that nobody changes any more.

    `convert_to_tensor` needs twice the array's memory beside it. A large array that is aligned is shared instead,
    where tensors live in the same memory: on a machine without a GPU.
    """
    import tensorflow as tf

    sharable = array.nbytes >= LARGE and is_aligned(array) and array.flags.writeable
    if not sharable or tf.config.list_logical_devices("GPU"):
        return tf.convert_to_tensor(array)
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
