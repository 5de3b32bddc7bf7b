"""Cuts a dataset into what a contestant may see and what only judges may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dlbench.core import catalog
from dlbench.core.model import Preparation
from dlbench.core.seeds import derive
from dlbench.engine.cross import Folds, cut_folds
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth
from dlbench.prepare import splits
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part
from dlbench.prepare.series import Series
from dlbench.prepare.subgroups import subgroups_by

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.job import JobSpec
    from dlbench.core.schema import Schema
    from dlbench.prepare.data import Data, Inputs


@dataclass(frozen=True)
class Parts:
    """What a contestant may see of one fold. Rows of a search are copied when one asks for them: a refit has none.

    Attributes:
        whole: for the refit, in the source's order.
        train_rows, valid_rows: places in `whole` for the search; together they are all of it.
        search_rows: those of `train_rows` that the search may use (`search.rows`).
        test_inputs: of the test part, without its truth.
        test_ids: (n,) strings.
        schema: of `whole`.
        fingerprints: of data and split.
        valid_truth: of what a trial leaves: of the validation part, or of all out-of-fold items.
        folds: the inner folds of the search; None where trials are scored on the validation part alone.
        inferred: what the columns of the user's own table were taken for, for the record.
    """

    whole: Part
    train_rows: np.ndarray
    valid_rows: np.ndarray
    search_rows: np.ndarray
    test_inputs: Inputs
    test_ids: np.ndarray
    schema: Schema
    fingerprints: dict[str, str]
    valid_truth: Truth
    folds: Folds | None = None
    inferred: Mapping[str, Sequence[str] | int] = field(default_factory=dict)

    @property
    def train(self) -> Part:
        """The training part of the search, all of its rows."""
        return self.whole.take(self.train_rows)

    @cached_property
    def valid(self) -> Part:
        """The validation part of the search."""
        return self.whole.take(self.valid_rows)

    @cached_property
    def search(self) -> Part:
        """The training rows that the search may use."""
        return self.whole.take(self.search_rows)


def cut(data: Data, spec: JobSpec, form: str) -> tuple[Parts, Truth]:
    """Return what the contestant of `spec` may see, and the truth of the test part.

    Args:
        data: the whole dataset.
        spec: names fold, seeds, limit and validation share.
        form: what the contestant is to give.
    """
    if isinstance(data.inputs, Series):
        from dlbench.engine.series_parts import cut_series

        return cut_series(data, data.inputs, spec, form)
    inputs, kind = data.inputs, catalog.task(spec.task.type).target
    strata = data.target if kind in ("classes", "hidden") and not isinstance(data.target, Objects) else None
    bonds = splits.Bonds(data.folds, data.groups, data.times)
    outer, test = splits.outer(
        len(data),
        strata,
        data.test if spec.task.split == "official" else None,
        folds=spec.split.folds,
        repeat=spec.split.repeat,
        fold=spec.split.fold,
        split_seed=spec.split.split_seed,
        bonds=bonds,
    )
    seed = derive("inner", spec.split.split_seed, spec.split.repeat, spec.split.fold)
    outer = splits.limit(outer, _at(strata, outer), spec.task.limit or len(outer), seed=seed)
    share = spec.split.validation
    train, valid = splits.validation(len(outer), _at(strata, outer), share=share, seed=seed, bonds=bonds.take(outer))
    rows = splits.limit(train, _at(strata, outer[train]), spec.search.rows or len(train), seed=seed)
    ids, groups = data.item_ids, subgroups_by(inputs, spec.task.groups) if spec.task.groups else None
    yardstick = Prepared.fit(Preparation(), inputs.take(outer)) if kind == "hidden" else None

    def truth(index: np.ndarray) -> Truth:
        seen = yardstick(inputs.take(index)).astype("float32") if yardstick else None
        named = None if groups is None else groups[index]
        asked = data.target[index]
        if isinstance(asked, Objects):
            return Truth.of(ids[index], asked, data.classes, named)
        clusters = _at(data.groups, index)
        return Truth(ids[index], asked, data.classes, seen, groups=named, clusters=clusters)

    folds = None
    if spec.search.folds > 1 and spec.search.oracle != "none":
        folds = cut_folds(
            bonds.take(outer), _at(strata, outer), len(outer), spec.search.folds,
            rows=spec.search.rows, seed=seed, truth=lambda places: truth(outer[places]),
        )  # fmt: skip
    parts = Parts(
        whole=Part(inputs.take(outer), None if kind == "hidden" else data.target[outer], _at(data.weights, outer)),
        train_rows=train,
        valid_rows=valid,
        search_rows=rows,
        test_inputs=inputs.take(test),
        test_ids=ids[test],
        schema=data.schema(form, len(outer)),
        fingerprints={"data": data.fingerprint(), "split": splits.fingerprint(ids[outer], ids[test])},
        valid_truth=folds.truth() if folds else truth(outer[valid]),
        folds=folds,
        inferred=data.inferred,
    )
    return parts, truth(test)


def _at(held: np.ndarray | None, index: np.ndarray) -> np.ndarray | None:
    return None if held is None else held[index]
