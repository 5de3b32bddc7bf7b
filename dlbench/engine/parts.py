"""Cuts a dataset into what a contestant may see and what only judges may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from dlbench.core import catalog
from dlbench.core.model import Preparation
from dlbench.core.schema import Column
from dlbench.core.seeds import derive
from dlbench.forms.truth import Truth
from dlbench.prepare import splits
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part
from dlbench.prepare.series import Series, naive_error
from dlbench.prepare.series_schema import SeriesSchema
from dlbench.prepare.subgroups import subgroups_by
from dlbench.prepare.windows import futures, rolling_origins, windows

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.job import JobSpec
    from dlbench.core.schema import Schema
    from dlbench.prepare.data import Data, Inputs


@dataclass(frozen=True)
class Parts:
    """What a contestant may see of one fold.

    Attributes:
        train, valid: for the search; together they are `whole`.
        whole: for the refit, in the source's order.
        search: the rows of `train` that the search may use (`search.rows`).
        test_inputs: of the test part, without its truth.
        test_ids: (n,) strings.
        schema: of `whole`.
        fingerprints: of data and split.
        valid_truth: what a trial is judged by.
    """

    train: Part
    valid: Part
    whole: Part
    search: Part
    test_inputs: Inputs
    test_ids: np.ndarray
    schema: Schema
    fingerprints: dict[str, str]
    valid_truth: Truth


def cut(data: Data, spec: JobSpec, form: str) -> tuple[Parts, Truth]:
    """Return what the contestant of `spec` may see, and the truth of the test part.

    Args:
        data: the whole dataset.
        spec: names fold, seeds, limit and validation share.
        form: what the contestant is to give.
    """
    if isinstance(cast(Any, data.inputs), Series):
        return _cut_series(data, spec, form)
    kind = catalog.task(spec.task.type).target
    strata = data.target if kind != "values" else None
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
    rows = splits.limit(outer[train], _at(strata, outer[train]), spec.search.rows or len(train), seed=seed)

    def part(index: np.ndarray) -> Part:
        return Part(data.inputs.take(index), None if kind == "hidden" else data.target[index])

    ids = data.item_ids
    yardstick = Prepared.fit(Preparation(), data.inputs.take(outer)) if kind == "hidden" else None

    groups = subgroups_by(data.inputs, spec.task.groups) if spec.task.groups else None

    def truth(index: np.ndarray) -> Truth:
        inputs = yardstick(data.inputs.take(index)).astype("float32") if yardstick else None
        named = None if groups is None else groups[index]
        return Truth(ids[index], data.target[index], data.classes, inputs, groups=named)

    parts = Parts(
        train=part(outer[train]),
        valid=part(outer[valid]),
        whole=part(outer),
        search=part(rows),
        test_inputs=data.inputs.take(test),
        test_ids=ids[test],
        schema=data.schema(form, len(outer)),
        fingerprints={"data": data.fingerprint(), "split": splits.fingerprint(ids[outer], ids[test])},
        valid_truth=truth(outer[valid]),
    )
    return parts, truth(test)


def _cut_series(data: Data, spec: JobSpec, form: str) -> tuple[Parts, Truth]:
    """Cut time into what lies before the test block, and the block: limits keep the latest origins, none is drawn."""
    import numpy as np

    series, ids = cast(Series, data.inputs), data.item_ids
    split = spec.split
    found = rolling_origins(series, folds=split.folds, fold=split.fold, share=split.validation, limit=spec.task.limit)

    def part(origins: np.ndarray) -> Part:
        return Part(cast(Any, windows(series, origins)), futures(series, origins))

    def truth(origins: np.ndarray, history: int) -> Truth:
        target = futures(series, origins).reshape(-1)
        names = [f"{ids[origin]}+{step}" for origin in origins for step in range(1, series.horizon + 1)]
        scale = np.full(len(target), naive_error(series.target[:history], series.season))
        return Truth(np.array(names, dtype=np.str_), target, scale=scale)

    channels = tuple(Column(name) for name in series.names)
    schema = SeriesSchema(
        series.modality, form, series.shape, channels, (), len(found.whole),
        series.horizon, series.season, series.channel,
    )  # fmt: skip
    parts = Parts(
        train=part(found.train),
        valid=part(found.valid),
        whole=part(found.whole),
        search=part(found.train[-(spec.search.rows or len(found.train)) :]),
        test_inputs=cast(Any, windows(series, found.test)),
        test_ids=ids[found.test],
        schema=schema,
        fingerprints={"data": data.fingerprint(), "split": splits.fingerprint(ids[found.whole], ids[found.test])},
        valid_truth=truth(found.valid, found.valid_start),
    )
    return parts, truth(found.test, found.test_start)


def _at(strata: np.ndarray | None, index: np.ndarray) -> np.ndarray | None:
    return None if strata is None else strata[index]
