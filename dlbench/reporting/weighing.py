"""The items of a fixed test set, ready to be resampled in the unit that their metric and their form ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlbench.core import catalog
from dlbench.core.metric import Metric
from dlbench.core.recorded import RecordedMetric
from dlbench.reporting import figures
from dlbench.reporting.cell import Cell
from dlbench.reporting.source import Source
from dlbench.stats.blocks import ENOUGH, Blocks

if TYPE_CHECKING:
    from dlbench.core.form import Form
    from dlbench.forms.truth import Truth


@dataclass(frozen=True)
class Weighed:
    """A cell of a fixed test set whose items can be weighed.

    Attributes:
        judge: whose unit is items.
        truth: of the test part.
        forms: one a fit seed, in the order of the seeds.
        blocks: how forecasts are drawn again; None for items that stand by themselves.
    """

    judge: Metric
    truth: Truth
    forms: tuple[Form, ...]
    blocks: Blocks | None = None

    def score(self, seed: int, weights: np.ndarray) -> float:
        """Return the score of a fit seed, items counted as the weights say."""
        return self.judge.score(self.truth, self.forms[seed], weights)

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

    @property
    def told(self) -> str:
        """What its interval rests on."""
        drawn = f"blocks of {self.blocks.length} origins" if self.blocks else "items"
        return f"{drawn} × {len(self.forms)} fit seeds" if len(self.forms) > 1 else drawn

    def hits(self) -> np.ndarray:
        """Return (n,) booleans of the first seed: which items are right."""
        return np.asarray(self.forms[0].arrays()["codes"] == self.truth.target)


def weigh(source: Source, held: Cell, metric: str) -> Weighed | str:
    """Return a cell with its items, ready to be weighed; in words why not where they cannot be."""
    judge = catalog.metrics().get(metric)
    if judge is None or isinstance(judge, RecordedMetric):
        return f"the code of {metric} is not at hand"
    if judge.unit != "items":
        return f"{metric} cannot weigh items"
    if held.status != "ok":
        return "some jobs have no value"
    records = sorted((score.record for score in held.scores), key=lambda record: record["job"].get("seed", 0))
    try:
        truth = source.truth(records[0])
        given = [source.predictions(record) for record in records]
        forms = tuple(form.to(judge.scores) for form in given)
    except (OSError, ValueError, KeyError):
        return "the predictions cannot be read"
    blocks = _blocks(truth, given[0])
    if blocks is not None and not blocks.enough:
        return f"{figures.plural(blocks.count, 'block')} of {blocks.length} origins, fewer than {ENOUGH}"
    return Weighed(judge, truth, forms, blocks)


def _blocks(truth: Truth, form: Form) -> Blocks | None:
    """Return how forecasts are drawn again; None for any other form."""
    if form.name != "Forecast":
        return None
    return Blocks.of(truth.target.reshape(form.arrays()["values"].shape))
