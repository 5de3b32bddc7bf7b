"""Objects go with their pictures through every cut: outer folds, validation, inner folds, a shortened training part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dlbench
from dlbench.core import catalog
from dlbench.core.job import JobSpec
from dlbench.engine.parts import Parts, cut
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth
from dlbench.planning import plan_suite
from dlbench.prepare.data import Data
from dlbench.training.goal import target_of


def _jobs(**search: Any) -> tuple[JobSpec, ...]:
    content = {
        "name": "s", "tasks": [{"dataset": {"name": "scenes", "rows": 30, "size": 32}, "limit": 18}],
        "models": ["hog_windows"], "search": {"trials": 2, **search}, "protocol": {"folds": 3},
    }  # fmt: skip
    return tuple(plan_suite(dlbench.load_suite(content)).jobs)


def _cut(job: JobSpec) -> tuple[Data, Parts, Truth]:
    data = catalog.dataset("scenes").load(job.task.params)
    return (data, *cut(data, job, "Boxes"))


def _same(one: Any, other: Any) -> None:
    assert isinstance(one, Objects)
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[name])


def test_each_picture_is_tested_once_with_its_own_objects() -> None:
    tested = []
    for job in _jobs():
        data, parts, truth = _cut(job)
        tested += truth.ids.tolist()
        assert isinstance(data.target, Objects)
        _same(truth.objects, data.target[truth.ids.astype(int)])
        assert truth.classes == data.classes
        assert len(parts.whole) == 18
        assert not set(truth.ids) & set(parts.valid_truth.ids)
        _same(parts.valid.target, parts.valid_truth.objects)
        _same(parts.search.target, parts.whole.take(parts.search_rows).target)
    assert sorted(map(int, tested)) == list(range(30))


def test_inner_folds_join_to_the_objects_of_all_pictures() -> None:
    _, parts, _ = _cut(_jobs(folds=3)[0])
    assert parts.folds is not None
    _same(parts.valid_truth.objects, parts.whole.target)


def test_another_object_is_another_fingerprint() -> None:
    data = catalog.dataset("scenes").load({"rows": 4, "size": 32})
    assert isinstance(data.target, Objects)
    moved = Objects(**{**data.target.arrays(), "difficult": ~data.target.difficult})
    assert Data(data.inputs, moved, data.classes).fingerprint() != data.fingerprint()


def test_a_model_of_classes_is_skipped_and_says_so_where_it_is_made_to_learn() -> None:
    content = {"name": "s", "tasks": ["scenes"], "models": ["average_boxes", "svm", "lenet5"]}
    plan = plan_suite(dlbench.load_suite(content))
    assert {job.contestant.label for job in plan.jobs} == {"average_boxes"}
    reasons = {skip.contestant: skip.reason for skip in plan.skipped}
    assert "the task asks for Boxes" in reasons["svm"]
    _, parts, _ = _cut(_jobs()[0])
    with pytest.raises(ValueError, match="objects of pictures"):
        target_of(parts.whole)
