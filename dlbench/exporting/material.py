"""What an export is made from: the data, cut as the job cut it, and the links with what they chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.errors import UsageError
from dlbench.engine.ensemble import schema_of
from dlbench.engine.parts import Parts, cut
from dlbench.engine.scoring import settings
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table

if TYPE_CHECKING:
    from dlbench.core.contestant import Contestant
    from dlbench.core.job import JobSpec
    from dlbench.core.schema import Schema
    from dlbench.engine.recorded_job import RecordedJob
    from dlbench.prepare.data import Data

FORMS = ("Probabilities", "Scores", "Labels", "Values", "Clusters", "Boxes", "Masks", "Pictures")


@dataclass(frozen=True)
class Member:
    """A contestant with its setting, and how much its answer counts.

    Attributes:
        contestant: single, or a chain.
        values: chosen.
        rounds: link name → epochs or rounds.
        weight: 1 unless it is a member of an ensemble.
        sharpness: by which an ensemble makes its scores into probabilities; None where it need not.
        stem: what its files' names begin with.
    """

    contestant: Contestant
    values: Mapping[str, Any]
    rounds: Mapping[str, int]
    weight: float = 1.0
    stem: str = ""
    sharpness: float | None = None


@dataclass(frozen=True)
class Material:
    """A job with its data.

    Attributes:
        job, spec: as recorded.
        data: the whole dataset.
        parts: as the contestant saw them.
        train, test: (k,) places of training and test rows in `data`.
    """

    job: RecordedJob
    spec: JobSpec
    data: Data
    parts: Parts
    train: np.ndarray
    test: np.ndarray

    @property
    def form(self) -> str:
        """Name of the form that the contestant gives, a threshold left out."""
        return self.parts.schema.form

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The members of an ensemble, or the contestant itself."""
        record, contestant = self.job.record, self.spec.contestant
        rounds = record["rounds"] or {}
        if not contestant.blends:
            return (Member(contestant, record["chosen"], rounds),)
        known = {member.contestant.label: member.contestant for member in self.spec.members}
        return tuple(
            Member(
                contestant=known[one["contestant"]],
                values=one["values"],
                rounds=one["rounds"] or {},
                weight=float(one["weight"]),
                stem=f"member_{i}.",
                sharpness=one.get("sharpness"),
            )
            for i, one in enumerate(record["chosen"]["members"], start=1)
        )

    def values(self, member: Member) -> Sequence[Mapping[str, Any]]:
        """Return one dictionary of parameters a link."""
        return settings(member.contestant, member.values, self.schema_of(member))

    def schema_of(self, member: Member) -> Schema:
        """Return the schema that a member was fitted with."""
        return schema_of({"sharpness": member.sharpness}, self.parts.schema)


def gather(job: RecordedJob, *, allow_code: bool = False) -> Material:
    """Load the data of a job and cut it as the job did.

    Raises:
        UsageError: a job whose model cannot leave dlbench.
        DataError: the data changed.
    """
    if job.record["status"] != "ok":
        raise UsageError(
            f"{job.name}: it {job.record['status']} ({job.record['reason']}), so there is no model to export"
        )
    spec = job.spec(allow_code=allow_code)
    asked = spec.contestant.form_for(catalog.task(spec.task.type).asks) or ""
    if asked not in FORMS:
        raise UsageError(
            f"{job.name}: gives {asked or 'no form'}, and only models that answer with a class, value or group an "
            "item, or with boxes, masks or pictures, can be exported (a forecaster goes on from the end of its own "
            "series): run it again by `dlbench rerun`"
        )
    data = catalog.dataset(spec.task.dataset).load(spec.task.params)
    parts, _ = cut(data, spec, asked)
    return Material(job, spec, data, parts, *places(data, spec, asked))


def places(data: Data, spec: JobSpec, form: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of training and test rows: rows that hold nothing but their own place are cut like the data."""
    plainly = isinstance(data.target, np.ndarray) and data.target.ndim == 1  # others have no say in how data are cut
    target = data.target if plainly else np.zeros(len(data))
    numbered = replace(data, inputs=Table(np.arange(len(data), dtype=np.float64)[:, np.newaxis]), target=target)
    plain = replace(spec, task=replace(spec.task, groups=""), search=replace(spec.search, folds=1))
    parts, _ = cut(numbered, plain, form)
    whole, tested = parts.whole.inputs, parts.test_inputs
    assert isinstance(whole, Table), "as it was made"
    assert isinstance(tested, Table), "as it was made"
    return tuple(one.numbers[:, 0].astype(np.int64) for one in (whole, tested))  # type: ignore[return-value]


def top_of(data: Data) -> float | None:
    """Return the value of a full pixel; None for tables."""
    return data.inputs.top if isinstance(data.inputs, Images) else None
