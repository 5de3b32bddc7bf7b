"""How often each primary test calls equals different at p = .05: size_of_tests.py --out FOLDER [--draws N] [CASE ...].

    python benchmarks/size_of_tests.py --out size --seconds 500

Who is compared is truly equal:

- crossed paired bootstrap: two procedures on one fixed test set, items drawn in shares tilted until both are expected
  to score the same over seeds and items (populations.py); "the same procedure": one procedure with other seeds.
- exact McNemar: two fits, items drawn so that each is right alone equally often. "As a word on the procedures" takes
  the procedures that are equal as above, one fit each: what McNemar is not for, shown and not judged.
- t over paired fit seeds: one procedure with other seeds, on the very items of one test part.
- corrected resampled t, and Wilcoxon across tasks: procedures that see one half each of columns that act alike
  (fitted_folds.py, each task a world of its own), so equal over data sets.

Ends with 1 where a whole case is above .055.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial

import fitted_folds
import numpy as np
import simulated_tasks as tasks
from kept_draws import Case, Found, asked, run, share
from populations import Sample

from dlbench.stats.critical_difference import critical_difference
from dlbench.stats.folds import corrected_paired
from dlbench.stats.mcnemar import exact_mcnemar

LEVEL, BOUND = 0.05, 0.055
CROSSED = {
    ("accuracy", 5): 4000, ("accuracy", 3): 2000, ("f1_macro", 5): 2000, ("roc_auc", 5): 1000, ("rmse", 5): 4000,
    ("bleu", 5): 2000, ("map", 5): 1000,
}  # fmt: skip
SEEDS = (2, 3, 5)
FOLDS = {(1, 2): 20_000, (1, 3): 20_000, (1, 5): 20_000, (2, 5): 20_000, (1, 10): 20_000, (10, 10): 2000}
TASKS = (6, 10, 20)
EVERY = np.ones(tasks.ITEMS["accuracy"])


def crossed(metric: str, seeds: int, rng: np.random.Generator) -> Found:
    """Compare two procedures of equal expectation on a fixed test set."""
    _, _, sample = tasks.drawn(tasks.equal(metric), metric, seeds, rng)
    return _p(metric, sample, rng)


def crossed_with_itself(metric: str, seeds: int, rng: np.random.Generator) -> Found:
    """Compare a procedure with itself, fitted by other seeds."""
    return _p(metric, tasks.twins(metric, seeds, rng)[1], rng)


def mcnemar(rng: np.random.Generator) -> Found:
    """Compare two fits on items of which each gets equally many right alone."""
    there = tasks.population("accuracy")
    held, fits = int(rng.integers(there.sets)), rng.integers(there.fits, size=2)
    everything = np.arange(len(there.truth))
    right = np.stack([_right(there.answer(side, held, int(fits[side]), everything), there) for side in (0, 1)])
    lone = right[0].astype(int) - right[1]
    shares = np.ones(len(lone))
    for sign in (-1, 1):
        shares[lone == sign] = np.count_nonzero(lone) / 2 / max(1, np.count_nonzero(lone == sign))
    drawn = rng.choice(len(lone), tasks.ITEMS["accuracy"], p=shares / shares.sum())
    return {"p": exact_mcnemar(right[0][drawn], right[1][drawn]).p}


def mcnemar_on_procedures(rng: np.random.Generator) -> Found:
    """Compare one fit each of two procedures of equal expectation."""
    _, _, sample = tasks.drawn(tasks.equal("accuracy"), "accuracy", 1, rng)
    first, second = tasks.weighed("accuracy", sample)
    return {"p": exact_mcnemar(first.hits(), second.hits()).p}


def over_folds(repeats: int, folds: int, rng: np.random.Generator) -> Found:
    """Compare two procedures of equal expectation over data sets, cross-validated on one of them."""
    rows = _rows(folds)
    first, second = fitted_folds.accuracies(folds, repeats, rng, rows)
    step = folds / rows
    return {"p": corrected_paired(first - second, 1 / (folds - 1), step=step).p}


def _rows(folds: int) -> int:
    return fitted_folds.ROWS - fitted_folds.ROWS % folds


def over_seeds(seeds: int, rng: np.random.Generator) -> Found:
    """Compare a procedure with itself over fit seeds, as what cannot be drawn item by item is compared."""
    sample = tasks.twins("accuracy", seeds, rng)[1]
    first, second = (
        np.array([held.score(one, EVERY) for one in range(seeds)]) for held in tasks.weighed("accuracy", sample)
    )
    p = corrected_paired(first - second, 0.0).p
    return {"p": 1.0 if np.isnan(p) else p}


def across_tasks(count: int, rng: np.random.Generator) -> Found:
    """Compare two procedures on so many tasks, neither better over all that tasks may be."""
    scores = np.array([fitted_folds.on_another_task(rng) for _ in range(count)])
    return {"p": float(critical_difference(scores).p[0, 1])}


def _p(metric: str, sample: Sample, rng: np.random.Generator) -> Found:
    found = tasks.gap(*tasks.weighed(metric, sample), rng)
    return {"p": found.p if found else 1.0}


def _right(form: object, there: tasks.Population) -> np.ndarray:
    return np.asarray(form.to("Labels").codes == there.truth.target)  # type: ignore[attr-defined]


def _at_most(bound: float) -> Callable[[list[Found]], tuple[float, float, bool]]:
    return lambda found: share([draw["p"] <= LEVEL for draw in found], 0.0, bound)


def _cases() -> Iterator[Case]:
    judge, both = _at_most(BOUND), "two procedures"
    for (metric, seeds), draws in CROSSED.items():
        words = (f"crossed bootstrap, {metric}", f"{tasks.ITEMS[metric]:,} items × {seeds} seeds", both)
        yield Case(f"crossed-{metric}-{seeds}", words, draws, partial(crossed, metric, seeds), judge)
    items = f"{tasks.ITEMS['accuracy']:,} items"
    words = ("crossed bootstrap, accuracy", f"{items} × 5 seeds", "the same procedure")
    yield Case("crossed-itself", words, 2000, partial(crossed_with_itself, "accuracy", 5), judge)
    yield Case("mcnemar", ("exact McNemar", f"{items} × 1 seed", "two fits"), 20_000, mcnemar, judge)
    words = ("exact McNemar, as a word on procedures", f"{items} × 1 seed", both)
    yield Case("mcnemar-procedures", words, 4000, mcnemar_on_procedures, _at_most(1.0))
    for seeds in SEEDS:
        words = ("t over paired seeds", f"{seeds} seeds, {items}", "the same procedure")
        yield Case(f"seeds-{seeds}", words, 20_000, partial(over_seeds, seeds), judge)
    for (repeats, folds), draws in FOLDS.items():
        words = ("corrected resampled t", f"{_rows(folds)} rows in {repeats} × {folds} folds", both)
        yield Case(f"folds-{repeats}x{folds}", words, draws, partial(over_folds, repeats, folds), judge)
    for count in TASKS:
        words = ("Wilcoxon signed-rank", f"{count} tasks", both)
        yield Case(f"wilcoxon-{count}", words, 20_000, partial(across_tasks, count), judge)


def main(words: list[str]) -> int:
    """Draw, print the table, and return the exit code."""
    return run(_cases(), ("test", "on", "equals"), asked(str(__doc__), words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
