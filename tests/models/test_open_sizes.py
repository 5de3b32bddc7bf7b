"""Sizes of nets are searched over a list, and a suite may set any other."""

from __future__ import annotations

import pytest

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Dimension
from dlbench.suite import load_suite

SCHEMA = Schema("table", "Probabilities", (3,), tuple(Column(f"x{i}") for i in range(3)), ("a", "b"), 40)
SIZES = {
    "mlp": ("units", "batch_size"), "tabular_resnet": ("units", "batch_size"),
    "ft_transformer": ("units", "heads", "batch_size"),
}  # fmt: skip


@pytest.mark.parametrize("model", SIZES)
def test_every_size_is_settable_and_only_listed_ones_are_searched(model: str) -> None:
    found = Contestant.named(model).dimensions(SCHEMA)
    for name in SIZES[model]:
        dimension = found[name]
        assert dimension.searched
        assert dimension.problem(100) is None
        assert dimension.problem(1) is None
        for wrong in (0, -3, 2.5, "many", True):
            assert dimension.problem(wrong) is not None
        assert all(dimension.problem(value) is None for value in dimension.values)


def test_a_choice_that_says_nothing_of_others_stays_closed() -> None:
    closed = Dimension("kernel", "choice", "rbf", values=("rbf", "poly"))
    assert closed.problem("linear") == "'linear' is none of ['rbf', 'poly']"
    assert Dimension("share", "choice", 0.5, values=(0.5, 1.0), legal="> 0").problem(2) is None


@pytest.mark.parametrize(("model", "size"), [(model, name) for model, names in SIZES.items() for name in names])
def test_a_suite_sets_another_size(model: str, size: str) -> None:
    suite = load_suite({"name": "t", "tasks": ["iris"], "models": [{"name": model, size: 100}]})
    assert suite.models[0].contestant.parameters == {size: 100}


@pytest.mark.parametrize("model", ["mlp", "tabular_resnet", "ft_transformer"])
def test_a_net_of_another_size_is_built(model: str) -> None:
    pytest.importorskip("keras")
    contestant = Contestant(model, model, (), {"units": 10, **({"heads": 16} if model == "ft_transformer" else {})})
    values = {name: one.default for name, one in contestant.dimensions(SCHEMA).items()} | dict(contestant.parameters)
    net = catalog.model(model).build(values, SCHEMA).net
    assert net.output_shape == (None, 2)
