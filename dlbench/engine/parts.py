"""Cuts a dataset into what a contestant may see and what only judges may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlbench.core import catalog
from dlbench.core.model import Preparation
from dlbench.core.seeds import derive
from dlbench.forms.truth import Truth
from dlbench.prepare import splits
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part

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
    kind = catalog.task(spec.task.type).target
    strata = data.target if kind != "values" else None
    outer, test = splits.outer(
        len(data),
        strata,
        data.test if spec.task.split == "official" else None,
        folds=spec.split.folds,
        repeat=spec.split.repeat,
        fold=spec.split.fold,
        split_seed=spec.split.split_seed,
    )
    seed = derive("inner", spec.split.split_seed, spec.split.repeat, spec.split.fold)
    outer = splits.limit(outer, _at(strata, outer), spec.task.limit or len(outer), seed=seed)
    train, valid = splits.validation(len(outer), _at(strata, outer), share=spec.split.validation, seed=seed)
    rows = splits.limit(outer[train], _at(strata, outer[train]), spec.search.rows or len(train), seed=seed)

    def part(index: np.ndarray) -> Part:
        return Part(data.inputs.take(index), None if kind == "hidden" else data.target[index])

    ids = data.item_ids
    yardstick = Prepared.fit(Preparation(), data.inputs.take(outer)) if kind == "hidden" else None

    def truth(index: np.ndarray) -> Truth:
        inputs = yardstick(data.inputs.take(index)).astype("float32") if yardstick else None
        return Truth(ids[index], data.target[index], data.classes, inputs)

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


def _at(strata: np.ndarray | None, index: np.ndarray) -> np.ndarray | None:
    return None if strata is None else strata[index]
