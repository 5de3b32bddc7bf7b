"""The seed of a fit, set on everything that a net may draw from."""

from __future__ import annotations

import random

import numpy as np

from dlbench.training import workshop


def seed_fit(seed: int, *, thorough: bool = False) -> None:
    """Seed what Keras draws from; the process belongs to one job, so no other stream is disturbed.

    TensorFlow's own seed is set by the first fit of a process and by a `thorough` call alone: setting it makes
    TensorFlow prepare every compiled step anew. Keras's layers, initialisers and `keras.random` never draw from it.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        keras.utils.set_random_seed(seed)
    elif thorough or not workshop.made_once("seeded"):
        import tensorflow as tf

        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
    else:
        from keras.src.backend.common.global_state import set_global_attribute

        set_global_attribute("global_seed_generator", None)  # as set_random_seed does; a test guards the name
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002  what contestants may draw from


def name_afresh() -> None:
    """Let Keras number layers and operations from the start.

    TensorFlow lays out a step by their names, and sums in another order differ in the last digit: a net is to have the
    names it has in a process of its own, whatever was built before.
    """
    from keras.src.utils.naming import reset_uids  # a test guards the name

    reset_uids()
