"""What the gate says of fits whose loss is known: gate_simulation.py --out FOLDER [--draws N] [--seconds S] [CASE ...].

    python benchmarks/gate_simulation.py --out gate --seconds 500

Each draw makes a baseline of 5 fits on 1,000 test items, writes it as JSON, and checks a run of 5 other fits on the
same items with dlbench's own `baseline` and `check`. The run is one of

- honest: the same procedure with other seeds. "Regressed" at most once in a hundred;
- at the margin: the procedure was spoilt so that it is expected to lose the margin, exactly. "Regressed" at most
  5.5 times in a hundred;
- twice the margin: it is expected to lose 0.06 at a margin of 0.03. "Regressed" at least 95 times in a hundred.

How a procedure is spoilt: a share of its training labels is wrong, it is trained for too few epochs, or a column is
noisy; items are drawn in tilted shares until the expected loss is what it should be (populations.py). With wrong labels
of many rows it is right so often that 95 in a hundred can be had at all; of the other ways no fair test sees so much
(gate_limit.py). Ends with 1 where a whole case is not so.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

import numpy as np
import simulated_tasks as tasks
from kept_draws import Case, Found, asked, run, share
from made_sources import Asked, source
from populations import Population, Sample
from tabular_population import WAYS, spoilt

from dlbench.gate import baseline, check

SEEDS, MARGIN = 5, 0.03
SUITE = {"classes": ("accuracy", "f1_macro"), "values": ("rmse", "mae")}


def told(before: Mapping[str, Asked], after: Mapping[str, Asked], margin: float | None) -> Found:
    """Return how many cells the gate calls what; the default margin where none is given."""
    kept = json.loads(json.dumps(baseline(source("before", before)), allow_nan=False))
    given = {} if margin is None else {"default_margin": margin}
    return dict(check(source("after", after), kept, **given).counts)


def honest(metric: str, margin: float | None, rng: np.random.Generator) -> Found:
    """Check one cell of a procedure that was fitted again."""
    return _one(metric, tasks.twins(metric, SEEDS, rng)[0], margin)


def honest_suite(rng: np.random.Generator) -> Found:
    """Check a suite of two tasks, two contestants and two metrics each: eight cells, all fitted again."""
    sides: tuple[dict[str, Asked], dict[str, Asked]] = ({}, {})
    for task, metrics in SUITE.items():
        samples = dict(zip(("first", "second"), tasks.twins(metrics[0], SEEDS, rng), strict=True))
        for place, side in enumerate(sides):
            answers = {name: sample.sides[place] for name, sample in samples.items()}
            side[task] = Asked(metrics, samples["first"].truth, answers)
    return told(*sides, None)


def losing(way: str, loss: float, margin: float, rng: np.random.Generator) -> Found:
    """Check one cell of a procedure that was spoilt, and so is expected to lose so much accuracy."""
    _, _, sample = tasks.drawn(_spoilt(way, loss), "accuracy", SEEDS, rng)
    return _one("accuracy", sample, margin)


@cache
def _spoilt(way: str, loss: float) -> Population:
    return _whole(way).tilted("accuracy", loss)


_whole = cache(spoilt)


def _one(metric: str, sample: Sample, margin: float | None) -> Found:
    before, after = ({"task": Asked((metric,), sample.truth, {"one": side})} for side in sample.sides)
    return told(before, after, margin)


def _regressed(low: float, high: float) -> Callable[[list[Found]], tuple[float, float, bool]]:
    return lambda found: share([draw.get("regressed", 0) > 0 for draw in found], low, high)


def _cases() -> Iterator[Case]:
    size = ("1 cell", f"{tasks.ITEMS['accuracy']:,} items × {SEEDS} seeds")
    once = _regressed(0.0, 0.01)
    for metric, margin in (("accuracy", 0.02), ("accuracy", 0.03), ("f1_macro", 0.02)):
        words = (f"honest, {metric}", *size, f"{margin}")
        yield Case(f"honest-{metric}-{margin}", words, 1000, partial(honest, metric, margin), once)
    words = ("honest, two tasks", "8 cells", size[1], "default")
    yield Case("honest-suite", words, 1000, honest_suite, once)
    for way in WAYS:
        for loss, judge in ((MARGIN, _regressed(0.0, 0.055)), (2 * MARGIN, _regressed(0.95, 1.0))):
            words = (f"loses {loss}, {way}", *size, f"{MARGIN}")
            yield Case(f"loses-{loss}-{way.replace(' ', '-')}", words, 2000, partial(losing, way, loss, MARGIN), judge)


def main(words: list[str]) -> int:
    """Draw, print the table, and return the exit code."""
    return run(_cases(), ("the run", "cells", "test set", "margin"), asked(str(__doc__), words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
