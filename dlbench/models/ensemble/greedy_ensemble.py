"""A greedy ensemble over the trials of other contestants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dlbench.core.model import Bias, Model
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


class GreedyEnsemble(Model):
    """The mean of trials that other contestants' searches have left, chosen on their validation predictions.

    `of` says whose: classic, deep, all, or labels with commas between them. Its members' searches are shared with
    their own jobs and charged to it too; the chosen settings are refitted on train and validation.

    Source: Caruana, Niculescu-Mizil, Crew and Ksikes, Ensemble selection from libraries of models, ICML 2004.
    """

    name = "greedy_ensemble"
    title = "greedy ensemble"
    kind = "mixed"
    accepts: ClassVar[tuple[str, ...]] = ("table", "image", "series")
    gives: ClassVar[tuple[str, ...]] = ("Probabilities", "Values", "Forecast", "Pictures")
    trainer = "ensemble"
    bias = Bias("its members'", "its members'", "its members'", "its members'", "averaging")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {"of": hp.Fixed("of", "all")}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        raise NotImplementedError("an ensemble is put together from its members' trials, not built")
