"""Metrics against the values that scikit-learn's own documentation prints; also runs the worked cases."""

from __future__ import annotations

import ast
import doctest
import importlib
import json
import os
import pkgutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dlbench.metrics
from dlbench.core.catalog import metric
from dlbench.forms.clusters import Clusters
from dlbench.forms.labels import Labels
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values

MODULES = [info.name for info in pkgutil.iter_modules(dlbench.metrics.__path__, "dlbench.metrics.")]
# function -> call as printed -> metric, form, power of the metric that gives the printed value
CASES: dict[str, dict[str, tuple[str, type, int]]] = {
    "accuracy_score": {"accuracy_score(y_true, y_pred)": ("accuracy", Labels, 1)},
    "f1_score": {
        f"f1_score(y_true, y_pred, average='{average}')": (f"f1_{average}", Labels, 1)
        for average in ("macro", "micro", "weighted")
    },
    "mean_absolute_error": {"mean_absolute_error(y_true, y_pred)": ("mae", Values, 1)},
    "mean_squared_error": {"mean_squared_error(y_true, y_pred)": ("rmse", Values, 2)},
    "r2_score": {"r2_score(y_true, y_pred)": ("r2", Values, 1)},
}


def documented(function: str) -> list[dict[str, str]]:
    folder = os.environ.get("DLBENCH_DATA_DIR", "")
    path = Path(folder) / "metrics" / "sklearn_doc_values.json"
    if not folder or not path.is_file():
        pytest.skip("DLBENCH_DATA_DIR holds no metrics/sklearn_doc_values.json")
    examples: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))["examples"][function]
    return examples


def truth_of(target: Any) -> Truth:
    return Truth(np.arange(len(target)).astype(np.str_), np.asarray(target))


@pytest.mark.parametrize("function", CASES)
def test_documented_values(function: str) -> None:
    names: dict[str, Any] = {}
    seen = 0
    for example in documented(function):
        code = example["code"]
        if code.startswith(("y_true =", "y_pred =")):
            name, _, value = code.partition(" = ")
            names[name] = ast.literal_eval(value) if "1e-8" not in value else None
        elif code in CASES[function] and names["y_pred"] is not None and np.ndim(names["y_true"]) == 1:
            name, kind, power = CASES[function][code]
            score = metric(name).score(truth_of(names["y_true"]), kind(np.array(names["y_pred"])))
            assert score**power == pytest.approx(float(example["computed"])), code
            seen += 1
    assert seen == {"f1_score": 3, "r2_score": 5}.get(function, 1)


@pytest.mark.parametrize(
    ("function", "name"), [("adjusted_rand_score", "ari"), ("normalized_mutual_info_score", "nmi")]
)
def test_documented_clusterings(function: str, name: str) -> None:
    calls = [example for example in documented(function) if example["code"].startswith(function)]
    assert len(calls) >= 3
    for example in calls:
        target, codes = ast.literal_eval(example["code"].removeprefix(function))
        score = metric(name).score(truth_of(target), Clusters(np.array(codes)))
        assert score == pytest.approx(float(example["computed"]), abs=1e-12)


def test_documented_log_loss() -> None:
    table = np.array([[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]])
    score = metric("log_loss").score(truth_of([1, 0, 0, 1]), Probabilities(table))
    assert score == pytest.approx(float(documented("log_loss")[-1]["computed"]))


@pytest.mark.parametrize("module", MODULES)
def test_worked_cases(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted > 0
    assert result.failed == 0
