"""How often 95 % intervals hold what they are for: coverage.py --out FOLDER [--draws N] [--seconds S] [CASE ...].

    python benchmarks/coverage.py --out coverage --seconds 500

On a fixed test set the interval of several seeds is for the expected score of the procedure over fit seeds and test
items, given the training set; that of one seed is for the expected score of that fit over test items. Over folds it
is for the expected score over training sets of that size. Populations are as populations.py tells; intervals come by
the report's own steps, 1,000 resamples each. Ends with 1 where a whole case of 5 seeds covers less than 93 % or more
than 97 %. Fewer seeds and folds are shown beside it; they end with 1 only below 90 %.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial

import fitted_folds
import numpy as np
import simulated_tasks as tasks
from kept_draws import Case, Found, asked, run, share

from dlbench.reporting.board import sign
from dlbench.stats.folds import corrected_interval, corrected_paired

DRAWS = {"accuracy": 2000, "f1_macro": 2000, "roc_auc": 1000, "rmse": 2000, "bleu": 2000, "map": 1000}
SEEDS = (5, 3, 1)
BAND, WIDE = (0.93, 0.97), (0.90, 1.0)
FOLDS = ((1, 5), (2, 5), (1, 10), (10, 10))
PROCEDURES = ("first", "second")


def of_score(metric: str, seeds: int, side: int, rng: np.random.Generator) -> Found:
    """Draw a test part and fits; return the interval of one side's score and what it should hold."""
    held, fits, sample = tasks.drawn(tasks.population(metric), metric, seeds, rng)
    low, high = tasks.bounds(tasks.weighed(metric, sample)[side], rng)
    return {"low": low, "high": high, "truth": _truths(metric, held, fits)[side]}


def of_difference(metric: str, seeds: int, rng: np.random.Generator) -> Found:
    """Draw a test part and fits; return the interval of the paired difference and what it should hold."""
    held, fits, sample = tasks.drawn(tasks.population(metric), metric, seeds, rng)
    first, second = _truths(metric, held, fits)
    truth = sign(metric) * (first - second)
    found = tasks.gap(*tasks.weighed(metric, sample), rng)
    return {"low": found.low if found else 0.0, "high": found.high if found else 0.0, "truth": truth}


def of_folds(repeats: int, folds: int, paired: bool, rng: np.random.Generator) -> Found:
    """Draw a data set and cross-validate both sides; return the corrected interval and what it should hold."""
    first, second = fitted_folds.accuracies(folds, repeats, rng)
    test_share = 1 / (folds - 1)
    if paired:
        difference = corrected_paired(first - second, test_share)
        return {"low": difference.low, "high": difference.high, "truth": 0.0}
    score = corrected_interval(first, test_share)
    return {"low": score.low, "high": score.high, "truth": fitted_folds.expected_accuracy(folds)}


def _truths(metric: str, held: int, fits: np.ndarray) -> list[float]:
    """Return what both sides are expected to score: the procedures, or of one seed the fits themselves."""
    scores = tasks.expected(metric)[:, held]
    if fits.shape[1] > 1:
        return [float(value) for value in scores.mean(axis=1)]
    return [float(scores[side, fits[side, 0]]) for side in (0, 1)]


def _within(low: float, high: float) -> Callable[[list[Found]], tuple[float, float, bool]]:
    return lambda found: share([draw["low"] <= draw["truth"] <= draw["high"] for draw in found], low, high)


def _cases() -> Iterator[Case]:
    for metric, draws in DRAWS.items():
        for seeds in SEEDS:
            judge, size = _within(*(BAND if seeds == 5 else WIDE)), (f"{tasks.ITEMS[metric]:,} items", str(seeds))
            for side, name in enumerate(PROCEDURES if seeds == 5 else PROCEDURES[:1]):
                draw: Callable[[np.random.Generator], Found] = partial(of_score, metric, seeds, side)
                yield Case(f"{metric}-{seeds}-{name}", (metric, name, *size), draws, draw, judge)
            draw = partial(of_difference, metric, seeds)
            yield Case(f"{metric}-{seeds}-difference", (metric, "difference", *size), draws, draw, judge)
    for repeats, folds in FOLDS:
        for what in ("first", "difference"):
            size = (f"{fitted_folds.ROWS} rows in {repeats} × {folds} folds", "1 a fold")
            draw, draws = partial(of_folds, repeats, folds, what == "difference"), 1000 if repeats > 2 else 4000
            yield Case(f"folds-{repeats}x{folds}-{what}", ("accuracy", what, *size), draws, draw, _within(*WIDE))


def main(words: list[str]) -> int:
    """Draw, print the table, and return the exit code."""
    return run(_cases(), ("metric", "interval of", "test part", "seeds"), asked(str(__doc__), words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
