"""Classic models reach what they are known for on bundled data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from sklearn import datasets
from threadpoolctl import threadpool_limits

from dlbench.core.contestant import Contestant
from dlbench.core.space import Values
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain
from dlbench.training.limits import Limits


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Fits as small as these wait for each other's threads longer than they compute."""
    with threadpool_limits(1):
        yield


def bundled(name: str) -> Data:
    source = getattr(datasets, f"load_{name}")()
    target = source.target.astype(np.float64) if name == "diabetes" else source.target.astype(np.int64)
    classes = () if name == "diabetes" else tuple(map(str, source.target_names))
    inputs = Images(source.images[..., None], 16.0) if name == "digits" else Table(source.data)
    return Data(inputs, target, classes)


def answers(name: str, data: Data, form: str, folds: int = 4, **values: Any) -> np.ndarray:
    """Return what each of a few shuffled folds is told by a model fitted on the others; NaN beyond the first of two."""
    contestant = Contestant.named(name)
    told = np.full(len(data), np.nan)
    parts = np.array_split(np.random.default_rng(0).permutation(len(data)), folds)
    for test in parts[: folds if folds > 2 else 1]:
        train = np.setdiff1d(np.arange(len(data)), test)
        schema = data.schema(form, len(train))
        part = Part(data.inputs.take(train), data.target[train])
        fitted = chain.fit(contestant, contestant.space(Values(values), schema), schema, part, None, Limits(), 1)
        found = fitted.predict(data.inputs.take(test))
        told[test] = found.arrays()["values"] if form == "Values" else found.to("Labels").arrays()["codes"]
    return told


@pytest.mark.parametrize(
    ("name", "data", "form", "least"),
    [
        ("gaussian_nb", "iris", "Probabilities", 0.94),
        ("k_neighbors", "iris", "Probabilities", 0.93),
        ("perceptron", "iris", "Scores", 0.7),
        ("linear_svm", "iris", "Scores", 0.85),
        ("extra_trees", "iris", "Probabilities", 0.93),
        ("categorical_nb", "iris", "Probabilities", 0.9),
        ("k_neighbors", "digits", "Probabilities", 0.97),
        ("rbf_network", "digits", "Probabilities", 0.95),
        ("multinomial_nb", "digits", "Probabilities", 0.88),
        ("pca+svm", "digits", "Scores", 0.97),
        ("hog+linear_svm", "digits", "Scores", 0.8),
    ],
)
def test_accuracy(name: str, data: str, form: str, least: float) -> None:
    loaded = bundled(data)
    told = answers(name, loaded, form, folds=2 if data == "digits" else 4)
    known = ~np.isnan(told)
    assert np.mean(told[known] == loaded.target[known]) >= least


@pytest.mark.parametrize("name", ["linear", "lasso", "elastic_net", "poisson", "gamma", "linear_svm"])
def test_linear_models_explain_the_known_share_of_diabetes(name: str) -> None:
    loaded = bundled("diabetes")
    told = answers(name, loaded, "Values")
    share = 1 - np.mean((told - loaded.target) ** 2) / np.var(loaded.target)
    assert share >= 0.4


def test_the_perceptron_cannot_tell_xor() -> None:
    random = np.random.default_rng(0)
    corners = random.integers(0, 2, (400, 2))
    data = Data(Table(corners + random.normal(0, 0.1, (400, 2))), corners.sum(axis=1) % 2, ("same", "other"))
    assert np.mean(answers("perceptron", data, "Scores") == data.target) < 0.8
    assert np.mean(answers("decision_tree", data, "Probabilities") == data.target) > 0.9


@pytest.mark.parametrize("name", ["lasso", "elastic_net", "linear_svm", "k_neighbors", "rbf_network"])
def test_values_do_not_depend_on_the_targets_unit(name: str) -> None:
    loaded = bundled("diabetes")
    near = answers(name, loaded, "Values", folds=2)
    far = answers(name, Data(loaded.inputs, 1e4 * loaded.target + 1e6), "Values", folds=2)
    np.testing.assert_allclose((far - 1e6) / 1e4, near, rtol=1e-3, atol=1e-2)
