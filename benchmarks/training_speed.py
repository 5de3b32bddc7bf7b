"""Training speed of the house's loop against a bare Keras script of the same net: training_speed.py [PAIRS]

The bare script is what the keras.io guides write: `compile` with an optimiser and a loss of Keras, then `fit` on arrays
in memory. Each side has a process of its own, one thread, and the same net, examples, batch size, epochs and learning
rate. Both are warm: a first fit, with imports, tracing and compiling, is left out, and of later fits the epochs alone
count, each from its beginning to its end as the loop itself tells them. Pairs are interleaved and change who begins.
`compile` keeps `jit_compile="auto"`, the house its `jit: auto`: neither compiles on a CPU.

Printed are examples a second, and the ratio of seconds, house over bare: its median, and the upper 95 % bound of that.
Ends with 1 where a bound is above 1.10.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bare_fit import bound, parts_of

MOST = 1.10
CLASSES = 10


@dataclass(frozen=True)
class Match:
    """A net and what it learns from: images of 28×28, or scenes; `rows` of them, so many times."""

    scenes: bool
    rows: int
    epochs: int


MATCHES = {"lenet5": Match(False, 8000, 2), "resnet": Match(False, 1000, 2), "yolo": Match(True, 96, 2)}


def main() -> int:
    """Measure, or be one of the sides, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=int, nargs="?", default=10)
    parser.add_argument("--net", choices=list(MATCHES), help="this one alone")
    parser.add_argument("--rows", type=int, help="examples, for a quick look")
    parser.add_argument("--side", choices=["house", "bare"], help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        return sit(asked.side, asked.net, asked.rows)
    nets = [asked.net] if asked.net else list(MATCHES)
    worst = max(measured(net, asked.rows or MATCHES[net].rows, asked.pairs) for net in nets)
    print(f"limit {MOST:.2f}: {'held' if worst <= MOST else 'passed'}")
    return int(worst > MOST)


def measured(net: str, rows: int, pairs: int) -> float:
    """Run the pairs of one net and return the upper bound of their median ratio."""
    seconds: dict[str, list[float]] = {"house": [], "bare": []}
    with seat("house", net, rows) as house, seat("bare", net, rows) as bare:
        sides = (("house", house), ("bare", bare))
        for pair in range(pairs):
            for name, ask in sides if pair % 2 == 0 else sides[::-1]:
                seconds[name].append(ask())
    ratios = [own / other for own, other in zip(seconds["house"], seconds["bare"], strict=True)]
    middle, most = bound(ratios)
    seen = rows * MATCHES[net].epochs
    house_pace, bare_pace = (seen / median(seconds[name]) for name in ("house", "bare"))
    told = f"{house_pace:8.0f} examples a second against {bare_pace:8.0f}"
    print(f"{net:8} {told}, ratio {middle:.3f}, 95 % bound {most:.3f}, {pairs} pairs", flush=True)
    return most


@contextmanager
def seat(side: str, net: str, rows: int) -> Iterator[Callable[[], float]]:
    """Start a warm side; what is yielded makes it fit once more and returns the seconds of its epochs."""
    command = [sys.executable, __file__, "--side", side, "--net", net, "--rows", str(rows)]
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=quiet) as process:
        assert process.stdin is not None, "a pipe"
        assert process.stdout is not None, "a pipe"
        sent, heard = process.stdin, process.stdout

        def ask() -> float:
            sent.write("fit\n")
            sent.flush()
            return float(json.loads(heard.readline()))

        ask()
        yield ask
        sent.close()


def sit(side: str, net: str, rows: int) -> int:
    """Fit whenever a line comes, and answer with the seconds of the epochs."""
    with tempfile.TemporaryDirectory() as folder:
        job = job_of(net, rows, Path(folder))
        fit = (House if side == "house" else Bare)(job)
        for _ in sys.stdin:
            print(json.dumps(fit()), flush=True)
    return 0


def job_of(net: str, rows: int, folder: Path) -> Any:
    """Return the job of a net with its default parameters."""
    import dlbench
    from dlbench.planning import plan_suite

    match = MATCHES[net]
    dataset: Any = {"name": "scenes", "rows": 2 * rows, "size": 64} if match.scenes else images(2 * rows, folder)
    content = {
        "name": "speed",
        "tasks": [{"dataset": dataset, "as": "t", "limit": rows}],
        "models": [net],
        "search": {"oracle": "none", "epochs": match.epochs},
        "protocol": {"folds": 1, "precision": "float32"},
    }
    return plan_suite(dlbench.load_suite(content)).jobs[0]


def images(rows: int, folder: Path) -> Any:
    """Return MNIST as a suite names it; where it is not at hand, noise of its size, which trains as fast."""
    import numpy as np

    from dlbench.datasets.folders import given_folder

    held = given_folder("mnist")
    if held is not None and held.is_dir():
        return "mnist"
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, 256, (rows, 28, 28), dtype=np.uint8)
    np.savez(folder / "noise.npz", images=drawn, labels=np.arange(rows) % CLASSES)
    return {"images": str(folder / "noise.npz")}


class House:
    """Fits by the house's loop, as a worker does."""

    def __init__(self, job: Any) -> None:
        from dlbench.engine.calibration import settle
        from dlbench.engine.tuning import settings

        settle(job)
        self.job, self.parts = job, parts_of(job)
        self.values = settings(job.contestant, {}, self.parts.schema)

    def __call__(self) -> float:
        """Return the seconds of all epochs."""
        from dlbench.training import chain
        from dlbench.training.limits import Limits

        limits = Limits(rounds=self.job.search.epochs)
        fitted = chain.fit(self.job.contestant, self.values, self.parts.schema, self.parts.whole, None, limits, 1)
        return float(sum(entry["seconds"] for entry in fitted.history))


class Bare:
    """Fits by Keras alone; the net and, where it brings one, its loss are the house's."""

    def __init__(self, job: Any) -> None:
        import keras

        from dlbench.engine.tuning import settings

        parts, model = parts_of(job), job.contestant.head
        self.values = settings(job.contestant, {}, parts.schema)[0]
        self.inputs, self.epochs = parts.whole.inputs.unit(), job.search.epochs
        network = model.build(self.values, parts.schema)
        self.net, self.target = network.net, target_of(parts.whole)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.net.compile(self._optimiser(), loss if network.loss is None else own_loss(network.loss))

    def __call__(self) -> float:
        """Return the seconds of all epochs."""
        clock = epoch_clock()
        self.net.fit(
            self.inputs, self.target, batch_size=self.values["batch_size"], epochs=self.epochs, callbacks=[clock],
            verbose=0,
        )  # fmt: skip
        return float(sum(clock.seconds))

    def _optimiser(self) -> Any:
        """Return the optimiser that the net's default parameters name, its rate on the same way."""
        from keras import optimizers

        values = self.values
        batches = self.epochs * -(-len(self.inputs) // values["batch_size"])
        rate: Any = values["learning_rate"]
        if values["schedule"] == "warmup":
            climb = max(1, batches // 10)
            fall = max(1, batches - climb)
            rate = optimizers.schedules.CosineDecay(0.0, fall, warmup_target=rate, warmup_steps=climb)
        if values["optimizer"] == "adamw":
            return optimizers.AdamW(rate, weight_decay=values["weight_decay"])
        return {"adam": optimizers.Adam, "sgd": optimizers.SGD}[values["optimizer"]](rate)


def target_of(part: Any) -> Any:
    """Return class codes, or the objects of pictures padded to one length."""
    from dlbench.forms.objects import Objects
    from dlbench.training.detection import most_of, padded

    if isinstance(part.target, Objects):
        return padded(part.target, most_of([part]))
    return part.target.astype("int32")


def own_loss(loss: Callable[[Any, Any], Any]) -> Any:
    """Return a net's own loss as Keras's are."""
    import keras

    class OwnLoss(keras.losses.Loss):  # type: ignore[misc]
        def call(self, truth: Any, output: Any) -> Any:
            return loss(truth, output)

    return OwnLoss()


def epoch_clock() -> Any:
    """Return a callback that times epochs, by the clock that the house uses."""
    import time

    import keras

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.seconds: list[float] = []

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.began = time.monotonic()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seconds.append(time.monotonic() - self.began)

    return Clock()


if __name__ == "__main__":
    sys.exit(main())
