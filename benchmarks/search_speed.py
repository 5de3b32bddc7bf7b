"""Trials per second of a search: the house's loop against keras-tuner's own tuner, on the same proposals.

    python benchmarks/search_speed.py [--backend tensorflow|jax] [--packed] [--pairs 10] [--trials 40] [--epochs 5]

One architecture, a multilayer perceptron on digits: learning rate, weight decay and dropout vary. Both sides train
on the same rows with the same batch size, judge on the same validation rows, and start with nothing compiled: each pair
has a process of its own, since keras-tuner's trials leave something behind that slows the next ones. Printed are
medians, and the 95 % bound of the median ratio. Ends with 1 where the lower bound is below the backend's target: 1.3 on
TensorFlow, 5 packed on JAX.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEAST = {("tensorflow", False): 1.3, ("jax", False): 1.0, ("jax", True): 5.0}
FIXED = {"layers": 2, "units": 128, "activation": "relu", "norm": "none", "skip": False, "clip_norm": 0.0}
FIXED |= {"initializer": "glorot_uniform", "optimizer": "adamw", "schedule": "constant", "batch_size": 32}


@dataclass(frozen=True)
class Setting:
    """What both sides get: a job's spec, its cut data, and where keras-tuner may write."""

    spec: Any
    parts: Any
    folder: Path


def main() -> int:
    """Measure, print, and return the exit code."""
    asked = _arguments()
    ratios, ours, theirs = [], [], []
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as fresh:
        for pair in range(asked.pairs):
            seconds, own, rival, other = fresh.submit(both, asked).result()
            ours.append(asked.trials / seconds)
            theirs.append(asked.trials / rival)
            ratios.append(rival / seconds)
            print(f"pair {pair + 1}: {ours[-1]:.2f} against {theirs[-1]:.2f} trials a second, {ratios[-1]:.2f} times")
            print(f"  best accuracy {max(own):.4f} against {max(other):.4f}", flush=True)
    low, high = bound(ratios)
    name = f"{asked.backend}{', packed' if asked.packed else ''}"
    print(f"{name}: {statistics.median(ours):.2f} against {statistics.median(theirs):.2f} trials a second")
    print(f"ratio {statistics.median(ratios):.2f}, 95 % bound {low:.2f} to {high:.2f}, {asked.pairs} pairs")
    return int(low < LEAST[asked.backend, asked.packed])


def both(asked: argparse.Namespace) -> tuple[float, list[float], float, list[float]]:
    """Return seconds and scores of the house's search, then of keras-tuner's, in a process that is new."""
    os.environ["KERAS_BACKEND"] = asked.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(*_job(asked), Path(folder))
        seconds, proposals, own = house(setting)
        return seconds, own, *tuner(setting, proposals)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=["tensorflow", "jax"], default="tensorflow")
    parser.add_argument("--packed", action="store_true", help="train many trials in one program (JAX)")
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=5)
    asked = parser.parse_args()
    if asked.packed and asked.backend != "jax":
        parser.error("--packed needs --backend jax")
    return asked


def _job(asked: argparse.Namespace) -> tuple[Any, Any]:
    """Return the spec of the first fold's job, and its data cut."""
    from dlbench import load_suite, plan
    from dlbench.core import catalog
    from dlbench.engine.parts import cut

    search = {"trials": asked.trials, "epochs": asked.epochs, "patience": asked.epochs}
    if asked.packed:
        search["packed"] = True
    suite = {"name": "speed", "tasks": ["digits"], "models": [{"name": "mlp", **FIXED}], "search": search}
    with tempfile.TemporaryDirectory() as folder:
        spec = plan(load_suite(suite), output=folder).jobs[0]
    _hold(spec.threads)
    data = catalog.dataset(spec.task.dataset).load(spec.task.params)
    return spec, cut(data, spec, "Probabilities")[0]


def _hold(threads: int) -> None:
    """Give both sides the threads that the protocol gives a job."""
    os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_cpu_multi_thread_eigen=false"
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)


def house(setting: Setting) -> tuple[float, list[dict[str, Any]], list[float]]:
    """Return seconds, proposals and scores of a search by the house's loop, nothing compiled beforehand."""
    from dlbench.engine.tuning import tune
    from dlbench.training import workshop

    workshop.clear()
    start = time.perf_counter()
    tuned = tune(setting.spec, setting.parts, lambda message: None)
    seconds = time.perf_counter() - start
    failed = [trial["reason"] for trial in tuned.trials if trial["status"] != "ok"]
    if failed:
        raise SystemExit(f"{len(failed)} trials failed; the first: {failed[0]}")
    return seconds, [trial["values"] for trial in tuned.trials], [trial["score"] for trial in tuned.trials]


def tuner(setting: Setting, proposals: list[dict[str, Any]]) -> tuple[float, list[float]]:
    """Return seconds and scores of keras-tuner's own random search, told what to propose."""
    import keras
    import keras_tuner

    from dlbench.core.space import Values

    spec, parts = setting.spec, setting.parts
    model, left = spec.contestant.head, iter(proposals)

    class Told(keras_tuner.oracles.RandomSearchOracle):  # type: ignore[misc]
        def populate_space(self, trial_id: str) -> dict[str, Any]:
            values = next(left, None)
            return {"status": "STOPPED", "values": None} if values is None else {"status": "RUNNING", "values": values}

    def build(hp: Any) -> Any:
        for name, value in proposals[0].items():
            hp.Float(name, 0.0, 1.0, default=value)
        values = spec.contestant.space(Values(dict(hp.values)), parts.schema)[-1]
        net = model.build(values, parts.schema).net
        rate, decay = values["learning_rate"], values["weight_decay"]
        net.compile(
            keras.optimizers.AdamW(rate, weight_decay=decay),
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        return net

    oracle = Told(objective=keras_tuner.Objective("val_accuracy", "max"), max_trials=len(proposals))
    made = keras_tuner.RandomSearch(build, "val_accuracy", directory=setting.folder, project_name="made")
    search = keras_tuner.Tuner(oracle, made.hypermodel, directory=setting.folder, project_name="told")
    train, valid = ((_pixels(part), part.target) for part in (parts.search, parts.valid))
    batch, epochs = FIXED["batch_size"], spec.search.epochs
    keras.utils.clear_session()
    if keras.backend.backend() == "tensorflow":  # the house asks for it, keras-tuner does not and is faster without
        from tensorflow.python.framework.config import disable_op_determinism

        disable_op_determinism()
    start = time.perf_counter()
    search.search(*train, validation_data=valid, batch_size=batch, epochs=epochs, verbose=0)
    seconds = time.perf_counter() - start
    return seconds, [trial.score for trial in search.oracle.trials.values()]


def _pixels(part: Any) -> Any:
    return part.inputs.unit().reshape(len(part), -1)


def bound(ratios: list[float]) -> tuple[float, float]:
    """Return the 95 % interval of the median by its sign test: order statistics, no assumption on the shape."""
    from scipy.stats import binom

    ordered, n = sorted(ratios), len(ratios)
    skip = max(0, int(binom.ppf(0.025, n, 0.5)) - 1) if n > 5 else 0
    return ordered[skip], ordered[n - 1 - skip]


if __name__ == "__main__":
    sys.exit(main())
