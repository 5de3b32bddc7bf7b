"""The items of a fixed test set, ready to be resampled in the unit that their metric and their form ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.core.metric import Metric
from dlbench.core.recorded import RecordedMetric
from dlbench.reporting import figures
from dlbench.reporting.cell import Cell
from dlbench.reporting.source import Source
from dlbench.stats.additive import Additive, Many
from dlbench.stats.blocks import ENOUGH, Blocks
from dlbench.stats.bootstrap import Score
from dlbench.stats.clusters import Clusters
from dlbench.stats.drawing import Drawing, Subsample
from dlbench.stats.proportion import class_items

if TYPE_CHECKING:
    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth

MOST_STATISTICS = 2**24
"""Numbers of per-item statistics held at once: 128 MiB. Beyond, items are weighed resample by resample."""

FEWEST_TO_HALVE = 40
LARGEST_SUBSAMPLE = 250


@dataclass(frozen=True)
class Unweighed:
    """A cell of a fixed test set whose items cannot be weighed.

    Attributes:
        reason: why.
        seeds: whether fit seeds speak in their place: not where the metric rests on items, and these are missing or
            too few.
    """

    reason: str
    seeds: bool = True


@dataclass(frozen=True)
class Weighed:
    """A cell of a fixed test set whose items can be weighed.

    Attributes:
        judge: whose unit is items, or subsample.
        truth: of the test part.
        forms: one a fit seed, in the order of the seeds.
        blocks: how forecasts are drawn again, items that hang together, or those that must not be repeated; None for
            items that stand by themselves.
    """

    judge: Metric
    truth: Truth
    forms: tuple[Form, ...]
    blocks: Drawing | None = None

    def score(self, seed: int, weights: np.ndarray) -> float:
        """Return the score of a fit seed, items counted as the weights say; where they cannot be, those above zero."""
        if self.judge.unit == "items":
            return self._weighers[seed](weights)
        kept, form = np.flatnonzero(weights), self.forms[seed]
        part = type(form).from_arrays({name: array[kept] for name, array in form.arrays().items()})
        return self.judge.score(self.truth.take(kept), part)

    @cached_property
    def resampled(self) -> Score:
        """The score as resampling asks for it: all at once where weighted sums decide it and there is room for them."""
        if self.judge.unit != "items":
            return self.score
        if self.judge.weighs_many:
            return Many(lambda seed, weights: np.broadcast_to(self._weighers[seed](weights), len(weights)))
        first = self.judge.statistics(self.truth, self.forms[0])
        if first is None or first.size * len(self.forms) > MOST_STATISTICS:
            return self.score
        others = [self.judge.statistics(self.truth, form) for form in self.forms[1:]]
        return Additive(np.stack([first, *(each for each in others if each is not None)]), self.judge.from_sums)

    @cached_property
    def _weighers(self) -> tuple[Callable[[np.ndarray | None], float], ...]:
        return tuple(self.judge.weigher(self.truth, form) for form in self.forms)

    @property
    def dear(self) -> bool:
        """Whether each resample is scored by itself and from the beginning."""
        return self.judge.unit != "items"

    @property
    def size(self) -> tuple[int, int]:
        """Items and fit seeds."""
        return len(self.truth), len(self.forms)

    @property
    def strata(self) -> np.ndarray | None:
        """Within what items are resampled; None for all together."""
        return self.truth.target if self.judge.strata == "classes" else None

    @property
    def proportion(self) -> bool:
        """Whether the score is a share of independent items, hit or missed."""
        alone = self.blocks is None and len(self.forms) == 1
        return alone and self.judge.proportion and self.judge.scores == "Labels"

    @cached_property
    def share_items(self) -> float | None:
        """Of how many items the score is as good as a share; None where it is none."""
        if self.judge.shares == "items":
            return float(len(self.truth))
        return class_items(self.truth.target) if self.judge.shares == "classes" else None

    @property
    def told(self) -> str:
        """What its interval rests on."""
        drawn = "items"
        if isinstance(self.blocks, Blocks):
            drawn = f"blocks of {self.blocks.length} origins"
        elif isinstance(self.blocks, Subsample):
            drawn = f"subsamples of {self.blocks.size} items"
        elif isinstance(self.blocks, Clusters):
            drawn = f"{self.blocks.count} groups of items"
        seeds = len(self.forms)
        return f"{drawn} × {seeds} fit seeds (t, {seeds - 1} df)" if seeds > 1 else drawn

    def hits(self, seed: int = 0) -> np.ndarray:
        """Return (n,) booleans of a seed: which items are right."""
        return np.asarray(self.forms[seed].arrays()["codes"] == self.truth.target)


def draws_items(metric: str) -> bool:
    """Tell whether what a metric says of a fixed test set rests on its items, not on fit seeds alone."""
    judge = catalog.metrics().get(metric)
    return judge is not None and judge.unit in ("items", "subsample")


def weigh(source: Source, held: Cell, metric: str, seeds: Collection[int] | None = None) -> Weighed | Unweighed:
    """Return a cell with its items, ready to be weighed, or why they cannot be.

    For a job that failed the floor's answers to the same items stand, as its value does.

    Args:
        source: of the records.
        held: whose jobs with a value count.
        metric: which.
        seeds: fit seeds that count; None for all.
    """
    judge = catalog.metrics().get(metric)
    if judge is None or isinstance(judge, RecordedMetric):
        return Unweighed(f"the code of {metric} is not at hand")
    if not draws_items(metric):
        return Unweighed(f"{metric} cannot weigh items")
    ordered = sorted(held.counted, key=lambda one: one[0])
    records = [score.record for seed, score in ordered if seeds is None or seed in seeds]
    if not records:
        return Unweighed("no job has a value", seeds=False)
    try:
        truth = source.truth(records[0])
        given = [source.predictions(record) for record in records]
        forms = tuple(form.to(judge.scores) for form in given)
    except (DlbenchError, OSError, ValueError, KeyError):
        return Unweighed("the predictions cannot be read", seeds=False)
    if judge.unit == "subsample":
        few = len(truth) < FEWEST_TO_HALVE
        size = min(len(truth) // 2, LARGEST_SUBSAMPLE)
        halves = Subsample(len(truth), size)
        return Unweighed("too few items for subsamples") if few else Weighed(judge, truth, forms, halves)
    blocks = _blocks(truth, given[0])
    if blocks is not None and not blocks.enough:
        return Unweighed(f"{_counted(blocks)}, fewer than {ENOUGH}", seeds=isinstance(blocks, Blocks))
    return Weighed(judge, truth, forms, blocks)


def _blocks(truth: Truth, form: Form) -> Blocks | Clusters | None:
    """Return how forecasts, or items that hang together, are drawn again; None for items that stand by themselves."""
    if form.name == "Forecast":
        return Blocks.of(truth.target.reshape(form.arrays()["values"].shape))
    return None if truth.clusters is None else Clusters.of(truth.clusters)


def _counted(blocks: Blocks | Clusters) -> str:
    if isinstance(blocks, Clusters):
        return f"{figures.plural(blocks.count, 'group')} of items"
    return f"{figures.plural(blocks.count, 'block')} of {blocks.length} origins"
