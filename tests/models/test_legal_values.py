"""Values that no model can mean are refused when a suite is read, for every number a catalog model takes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.schema import Schema
from dlbench.core.space import Dimension, Recorder

OWN = [name for name, model in catalog.models().items() if type(model).__module__.startswith("dlbench.models")]


def numbers(name: str) -> Iterator[Dimension]:
    """Every parameter of a model that is a number, over all data and answers it is for."""
    contestant = Contestant.named(name)
    for modality in contestant.links[0].accepts:
        for form in contestant.head.gives:
            for dimension in contestant.dimensions(Schema.example(modality, form)).values():
                if dimension.type in ("int", "float") or type(dimension.default) in (int, float):
                    yield dimension


@pytest.mark.parametrize("name", OWN)
def test_no_number_of_a_model_may_be_negative(name: str) -> None:
    assert not {dimension.name for dimension in numbers(name) if dimension.problem(-1) is None}


@pytest.mark.parametrize("name", OWN)
def test_what_a_search_looks_at_is_legal(name: str) -> None:
    for dimension in numbers(name):
        ends = [end for end in (dimension.low, dimension.high, dimension.default) if isinstance(end, int | float)]
        whole = dimension.type == "int"
        assert [dimension.problem(int(end) if whole else end) for end in ends] == [None] * len(ends)


@pytest.mark.parametrize(
    ("model", "parameter", "value", "said"),
    [
        ("svm", "C", -1, "expected a number > 0, got -1"),
        ("svm", "C", 0, "expected a number > 0, got 0"),
        ("random_forest", "n_estimators", 0, "expected a number >= 1, got 0"),
        ("elastic_net", "l1_ratio", 1.5, "expected a number >= 0, <= 1, got 1.5"),
        ("mlp", "dropout", 1.0, "expected a number >= 0, < 1, got 1.0"),
        ("ridge", "alpha", -0.1, "expected a number >= 0, got -0.1"),
        ("stacking", "cv", 1, "expected a number >= 2, got 1"),
    ],
)
def test_the_bound_is_named(model: str, parameter: str, value: float, said: str) -> None:
    known = {dimension.name: dimension for dimension in numbers(model)}
    assert known[parameter].problem(value) == said


@pytest.mark.parametrize(
    ("model", "parameter", "value"),
    [("svm", "C", 1e6), ("ridge", "alpha", 0), ("mlp", "layers", 0), ("mlp", "weight_decay", 0.0)],
)
def test_outside_the_searched_range_much_is_legal(model: str, parameter: str, value: float) -> None:
    known = {dimension.name: dimension for dimension in numbers(model)}
    assert known[parameter].problem(value) is None


def test_where_no_searched_value_is_negative_none_may_be_set() -> None:
    recorder = Recorder()
    recorder.Float("rate", 0.1, 1.0, default=0.5)
    recorder.Float("shift", -1.0, 1.0, default=0.0)
    recorder.Fixed("share", 0.5, legal="> 0, <= 1")
    found = recorder.dimensions
    assert found["rate"].problem(-0.5) == "expected a number >= 0, got -0.5"
    assert found["rate"].problem(0) is None
    assert found["shift"].problem(-5.0) is None
    assert found["share"].problem(1) is None
    assert found["share"].problem(0.0) == "expected a number > 0, <= 1, got 0.0"
