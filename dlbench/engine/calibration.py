"""What `precision: auto` and `jit: auto` come to on this machine: measured once for a backend, where there is a GPU.

Without a GPU they come to float32 and no jit, and nothing is measured: on a CPU the compiler's seconds outweigh what a
small net gains, and mixed precision gains nothing. The key of a job holds what was asked for, its record what that
came to.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core.canonical import digest
from dlbench.datasets.folders import cache_folder
from dlbench.machine import cards, installed, visible_gpus

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec

MIXED = "mixed_bfloat16"
"""Keras's policy for `mixed`: products in bfloat16, weights and losses in float32, no scaling of losses needed."""

TYPICAL_STEPS = 2000
"""Batches of a usual fit, over which the seconds of compiling are spread."""

MARGIN = 0.9
"""Something else than float32 without jit must take at most this share of its time."""


MOST_SECONDS = 6.0
"""Of measuring after which nothing more is tried."""


@dataclass(frozen=True)
class Chosen:
    """How nets are computed: `precision` is float32 or mixed; `jit` is whether XLA compiles the step."""

    precision: str = "float32"
    jit: bool = False


def settle(spec: JobSpec) -> Chosen:
    """Make this process compute as the job asks, and return what that came to.

    A cache folder that cannot be read or written means measuring again.
    """
    import keras

    backend = keras.backend.backend()
    measured = _measured(backend) if "auto" in (spec.precision, spec.jit) and _on_gpu(backend) else Chosen()
    precision = measured.precision if spec.precision == "auto" else spec.precision
    jit = (measured.jit if spec.jit == "auto" else spec.jit == "on") and spec.devices == 1
    chosen = Chosen(precision, jit)
    _apply(chosen)
    return chosen


def computed(spec: JobSpec) -> dict[str, Any]:
    """Return for a job's record how its nets were computed here: `jit` is whether XLA compiled every step of them."""
    import keras

    from dlbench.training import workshop

    backend = keras.backend.backend()
    always = backend == "jax"  # whatever is asked
    compiled = always or (backend == "tensorflow" and workshop.all_compiled())
    precision = "mixed" if keras.config.dtype_policy().name == MIXED else "float32"
    return {"precision": precision, "jit": compiled, **({"devices": spec.devices} if spec.devices > 1 else {})}


def _apply(chosen: Chosen) -> None:
    import keras

    from dlbench.training import workshop

    keras.config.set_dtype_policy(MIXED if chosen.precision == "mixed" else "float32")
    workshop.use_jit(chosen.jit)


def _measured(backend: str) -> Chosen:
    """Return what is fastest here, from the cache folder or from a measurement that goes there.

    Jobs that start together wait for the first one's: they would disturb each other, and each come to its own answer.
    """
    path = cache_folder() / "calibration" / f"{_machine(backend)}.json"
    if (kept := _kept(path)) is not None:
        return kept
    with _alone(path.parent):
        return _kept(path) or _measure(backend, path)


def _kept(path: Path) -> Chosen | None:
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads(path.read_text())
        return Chosen(str(found["chosen"]["precision"]), bool(found["chosen"]["jit"]))
    return None


def _measure(backend: str, path: Path) -> Chosen:
    seconds = _within(MOST_SECONDS, _choices(backend))
    chosen = best(seconds)
    told = [{**asdict(choice), "seconds": list(found)} for choice, found in seconds.items()]
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps({"chosen": asdict(chosen), "measured": told}, indent=1))
        part.replace(path)
    return chosen


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process, until it ends at the latest; where there are no locks, or it cannot be written,
    do without."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            folder.mkdir(parents=True, exist_ok=True)
            fcntl.flock(held.enter_context((folder / "lock").open("w")), fcntl.LOCK_EX)
        yield


def _within(most: float, choices: list[Chosen]) -> dict[Chosen, tuple[float, ...]]:
    """Measure the choices in order until the seconds are used up; the first one is always measured."""
    began, found = time.monotonic(), dict[Chosen, tuple[float, ...]]()
    for choice in choices:
        if not found or time.monotonic() - began < most:
            found[choice] = _seconds(choice)
    return found


def best(seconds: dict[Chosen, tuple[float, ...]]) -> Chosen:
    """Return the choice of least seconds relative to the plain one, meaned over the nets; the plain one unless another
    is clearly faster.

    >>> plain, fast = Chosen(), Chosen("mixed", True)
    >>> best({plain: (1.0, 4.0), fast: (1.2, 1.0)}).precision
    'mixed'
    >>> best({plain: (1.0, 4.0), fast: (1.0, 3.9)}).precision
    'float32'
    """
    plain = seconds[Chosen()]
    shares = {
        choice: sum(one / usual for one, usual in zip(found, plain, strict=True)) / len(plain)
        for choice, found in seconds.items()
    }
    fastest = min(shares, key=lambda choice: shares[choice])
    return fastest if shares[fastest] <= MARGIN else Chosen()


def _choices(backend: str) -> list[Chosen]:
    """Return what is tried, the plain one first. Only TensorFlow's steps can be had with and without jit."""
    ways = (False, True) if backend == "tensorflow" else (False,)
    return [Chosen(precision, jit) for precision, jit in product(("float32", "mixed"), ways)]


def _seconds(choice: Chosen) -> tuple[float, ...]:
    """Return the seconds that a usual fit of a small MLP and of a small convolutional net would take."""
    _apply(choice)
    try:
        return tuple(_fit_seconds(convolutional) for convolutional in (False, True))
    finally:
        _apply(Chosen())


def _fit_seconds(convolutional: bool) -> float:
    import keras
    import numpy as np

    from dlbench.losses.cross_entropy import CrossEntropy
    from dlbench.training.limits import Limits
    from dlbench.training.optimisers import Recipe
    from dlbench.training.teaching import Examples, Plan, Teacher
    from dlbench.training.watch import Watch

    layers, rng, items, batch = keras.layers, np.random.default_rng(0), 512, 64
    inputs = rng.normal(size=(items, 28, 28, 1)).astype(np.float32)
    examples = Examples(inputs, rng.integers(0, 10, items).astype(np.int32))
    body = [layers.Flatten(), layers.Dense(256, "relu"), layers.Dense(256, "relu")]
    if convolutional:
        body = [layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(64, 3, 2, activation="relu"), layers.Flatten()]
    net = keras.Sequential([keras.Input((28, 28, 1)), *body, layers.Dense(10)])
    watch = Watch(net, Limits())
    teacher = Teacher(net, CrossEntropy().build(examples.target, 10), Recipe({}, 4 * items // batch))
    began = time.perf_counter()
    teacher.teach(examples, None, Plan(4, batch, 1), watch)
    spent = time.perf_counter() - began
    step: float = min(entry["seconds"] for entry in watch.history) / (items // batch)
    compiling = max(0.0, spent - 4 * (items // batch) * step)
    return compiling + TYPICAL_STEPS * step


def _on_gpu(backend: str) -> bool:
    """Whether the backend, loaded by now, would compute on a GPU."""
    if backend == "tensorflow":
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))
    if backend == "jax":
        import jax

        return bool(jax.default_backend() == "gpu")
    import torch

    return bool(torch.cuda.is_available())


def _machine(backend: str) -> str:
    """Return a name for this backend, its version, the models of the cards, and whether any can be seen.

    Which one a job sees has no part in it: what one has measured holds for the others.
    """
    told = [backend, installed(backend), installed("keras"), sorted(set(cards())), bool(visible_gpus())]
    return digest(told, 16)
