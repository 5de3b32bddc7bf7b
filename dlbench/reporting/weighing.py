"""The items of a fixed test set, ready to be resampled in the unit that their metric and their form ask for."""

from __future__ import annotations

from collections.abc import Callable
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
class Weighed:
    """A cell of a fixed test set whose items can be weighed.

    Attributes:
        judge: whose unit is items, or subsample.
        truth: of the test part.
        forms: one a fit seed, in the order of the seeds.
        blocks: how forecasts are drawn again, or items that must not be repeated; None for items that stand by
            themselves.
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
        return self.judge.proportion and self.judge.scores == "Labels" and len(self.forms) == 1

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
        seeds = len(self.forms)
        return f"{drawn} × {seeds} fit seeds (t, {seeds - 1} df)" if seeds > 1 else drawn

    def hits(self, seed: int = 0) -> np.ndarray:
        """Return (n,) booleans of a seed: which items are right."""
        return np.asarray(self.forms[seed].arrays()["codes"] == self.truth.target)


def draws_items(metric: str) -> bool:
    """Tell whether what a metric says of a fixed test set rests on its items, not on fit seeds alone."""
    judge = catalog.metrics().get(metric)
    return judge is not None and judge.unit in ("items", "subsample")


def weigh(source: Source, held: Cell, metric: str) -> Weighed | str:
    """Return a cell with its items, ready to be weighed; in words why not where they cannot be.

    For a job that failed the floor's answers to the same items stand, as its value does.
    """
    judge = catalog.metrics().get(metric)
    if judge is None or isinstance(judge, RecordedMetric):
        return f"the code of {metric} is not at hand"
    if not draws_items(metric):
        return f"{metric} cannot weigh items"
    if len(held.counted) < len(held.scores):
        return "some jobs have no value"
    records = [score.record for _, score in sorted(held.counted, key=lambda one: one[0])]
    try:
        truth = source.truth(records[0])
        given = [source.predictions(record) for record in records]
        forms = tuple(form.to(judge.scores) for form in given)
    except (DlbenchError, OSError, ValueError, KeyError):
        return "the predictions cannot be read"
    if judge.unit == "subsample":
        few = len(truth) < FEWEST_TO_HALVE
        size = min(len(truth) // 2, LARGEST_SUBSAMPLE)
        return "too few items for subsamples" if few else Weighed(judge, truth, forms, Subsample(len(truth), size))
    blocks = _blocks(truth, given[0])
    if blocks is not None and not blocks.enough:
        return f"{figures.plural(blocks.count, 'block')} of {blocks.length} origins, fewer than {ENOUGH}"
    return Weighed(judge, truth, forms, blocks)


def _blocks(truth: Truth, form: Form) -> Blocks | None:
    """Return how forecasts are drawn again; None for any other form."""
    if form.name != "Forecast":
        return None
    return Blocks.of(truth.target.reshape(form.arrays()["values"].shape))
