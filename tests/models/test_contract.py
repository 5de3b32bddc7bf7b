"""What every registered model promises, whichever it is."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from dataclasses import fields, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.model import Model
from dlbench.core.schema import Schema
from dlbench.core.space import Recorder, Values
from dlbench.prepare.data import Data
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

OWN = {name: model for name, model in catalog.models().items() if type(model).__module__.startswith("dlbench.models")}
EXPECTED = (
    "autoencoder hist_gradient_boosting kmeans lenet5 logistic majority mean mlp pca random_forest resnet ridge svm"
)
QUICK = {
    "estimator": {"n_estimators": 50},
    "network": {"learning_rate": 0.01, "batch_size": 16, "units": 64, "filters": 8, "dropout": 0.0},
}
ROWS, TEST = 96, 60


def _table(rows: int, seed: int) -> tuple[Table, np.ndarray]:
    """Three classes, each a blob of four numbers."""
    random = np.random.default_rng(seed)
    codes = np.arange(rows) % 3
    return Table(random.normal(0, 0.4, (rows, 4)) + 2 * np.eye(3, 4)[codes]), codes


def _images(rows: int, seed: int) -> tuple[Images, np.ndarray]:
    """Three classes, each a bright band at another height; the least size that every model reads."""
    random = np.random.default_rng(seed)
    codes = np.arange(rows) % 3
    pixels = random.uniform(0, 60, (rows, 8, 8, 1))
    for code in range(3):
        pixels[codes == code, 3 * code : 3 * code + 2] += 180
    return Images(pixels), codes


def _data(modality: str, form: str, rows: int, seed: int) -> Data:
    inputs, codes = (_table if modality == "table" else _images)(rows, seed)
    if form == "Values":
        return Data(inputs, 100.0 + 10.0 * codes)
    return Data(inputs, codes.astype(np.int64), ("a", "b", "c"))


def _fit(name: str, modality: str, form: str, seed: int = 1) -> tuple[Chain, Schema, dict[str, Any]]:
    data = _data(modality, form, ROWS, 0)
    schema = data.schema(form, ROWS)
    contestant = Contestant(name, name)
    wanted = {
        key: value for key, value in QUICK[contestant.head.trainer].items() if key in contestant.dimensions(schema)
    }
    values = contestant.space(Values(wanted), schema)
    part = Part(data.inputs, None if form in ("Clusters", "Embeddings") else data.target)
    limits = Limits(rounds=20 if contestant.head.resource == "rounds" else 4)
    return chain.fit(contestant, values, schema, part, None, limits, seed), schema, values[0]


_fitted = cache(_fit)


def _modality(model: Model) -> str:
    return "image" if model.trainer == "network" and "image" in model.accepts else model.accepts[0]


ANSWERS = [(name, form) for name, model in OWN.items() for form in model.gives if form != "Embeddings"]
# A net's values differ from its classes in the last layer alone: one fit less for each.
REPEATED = [(name, form) for name, model in OWN.items() for form in model.gives[: 1 if model.kind == "deep" else None]]
ENCODERS = [name for name, model in OWN.items() if "Embeddings" in model.gives]


def test_first_models_are_all_there() -> None:
    assert set(EXPECTED.split()) <= set(OWN)


@pytest.mark.parametrize("name", OWN)
def test_metadata_is_complete(name: str) -> None:
    model = OWN[name]
    assert model.name == name
    assert name.replace("_", "").isalnum()
    assert name.islower()
    assert model.title
    assert model.paper
    assert all(getattr(model.bias, field.name) for field in fields(model.bias))
    assert model.kind in ("floor", "classic", "deep")
    assert set(model.accepts) <= {"table", "image"}
    assert model.gives
    assert set(model.gives) <= set(catalog.forms())
    assert model.resource in ("epochs", "rounds", "rows")
    assert model.trainer in ("estimator", "network")
    assert model.uses
    assert (model.resource == "epochs") == (model.trainer == "network")


@pytest.mark.parametrize("name", OWN)
def test_metadata_is_literal(name: str) -> None:
    tree = ast.parse(inspect.getsource(type(OWN[name])))
    (cls,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
    for statement in cls.body:
        if isinstance(statement, ast.Assign):
            for node in ast.walk(statement.value):
                assert isinstance(node, ast.Constant | ast.Tuple | ast.Call | ast.keyword | ast.Name | ast.Load)
                assert not isinstance(node, ast.Name) or node.id in ("Bias", "Preparation")


def test_listing_models_and_their_spaces_loads_nothing_heavy() -> None:
    heavy = "{'keras', 'tensorflow', 'jax', 'torch', 'sklearn', 'scipy', 'numpy', 'pandas', 'keras_tuner', 'skops'}"
    script = (
        "import sys\n"
        "from dlbench.core import catalog\n"
        "from dlbench.core.schema import Schema\n"
        "from dlbench.core.space import Recorder\n"
        "for m in catalog.models().values():\n"
        "    m.space(Recorder(), Schema.example(m.accepts[0], m.gives[0]))\n"
        f"print(*sorted({heavy} & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("columns", [1, 2, 784])
def test_defaults_lie_in_their_ranges(name: str, columns: int) -> None:
    model = OWN[name]
    for modality, form in product(model.accepts, model.gives):
        schema = Schema.example(modality, form)
        schema = replace(schema, shape=(columns,)) if modality == "table" else schema
        recorder = Recorder()
        values = model.space(recorder, schema)
        assert values.keys() == recorder.dimensions.keys()
        for dimension in recorder.dimensions.values():
            assert dimension.problem(dimension.default) is None
            if dimension.type in ("int", "float"):
                assert dimension.low is not None
                assert dimension.high is not None
                assert dimension.low < dimension.high
                assert dimension.low <= dimension.default <= dimension.high  # type: ignore[operator]
                assert dimension.low > 0 or not dimension.log


@pytest.mark.parametrize("name", [name for name, model in OWN.items() if model.kind != "floor"])
def test_every_contestant_has_something_to_search(name: str) -> None:
    model = OWN[name]
    recorder = Recorder()
    model.space(recorder, Schema.example(model.accepts[0], model.gives[0]))
    assert any(dimension.searched for dimension in recorder.dimensions.values())


@pytest.mark.parametrize(("name", "form"), ANSWERS)
def test_answers_in_its_form_and_better_than_the_floor(name: str, form: str) -> None:
    model = OWN[name]
    modality = _modality(model)
    fitted, *_ = _fitted(name, modality, form)
    test = _data(modality, form, TEST, 1)
    answer = fitted.predict(test.inputs)
    assert answer.name == form
    assert answer.problem(TEST) is None
    error = _error(answer, test.target)
    if model.kind == "floor":
        assert error == pytest.approx(2 / 3 if form != "Values" else np.std(test.target), rel=0.01)
    else:
        assert error < (0.2 if form != "Values" else 0.5 * np.std(test.target))


def _error(answer: Any, target: np.ndarray) -> float:
    if answer.name == "Values":
        return float(np.sqrt(np.mean((answer.values - target) ** 2)))
    if answer.name == "Clusters":
        groups = [target[answer.codes == code] for code in np.unique(answer.codes)]
        return 1 - sum(np.bincount(group).max() for group in groups) / len(target)
    return float(np.mean(answer.to("Labels").codes != target))


@pytest.mark.parametrize(("name", "form"), REPEATED)
def test_same_seed_same_answer(name: str, form: str) -> None:
    model = OWN[name]
    modality = _modality(model)
    test = _data(modality, form, TEST, 1).inputs
    again, *_ = _fit(name, modality, form)
    first, *_ = _fitted(name, modality, form)
    if form == "Embeddings":
        np.testing.assert_array_equal(first.encode(test), again.encode(test))
        return
    for key, array in first.predict(test).arrays().items():
        np.testing.assert_array_equal(array, again.predict(test).arrays()[key])


@pytest.mark.parametrize("name", ENCODERS)
def test_width_is_what_encode_gives(name: str) -> None:
    modality = _modality(OWN[name])
    fitted, schema, values = _fitted(name, modality, "Embeddings")
    codes = fitted.encode(_data(modality, "Embeddings", TEST, 1).inputs)
    assert codes.shape == (TEST, OWN[name].width(values, schema))
    assert np.isfinite(codes).all()


@pytest.mark.parametrize("name", ["pca", "kmeans"])
def test_width_never_exceeds_the_rows(name: str) -> None:
    inputs, _ = _images(10, 0)
    contestant = Contestant(name, name)
    schema = Schema("image", "Embeddings", inputs.shape, (), ("a", "b", "c"), 10)
    values = contestant.space(Values(), schema)
    fitted = chain.fit(contestant, values, schema, Part(inputs, None), None, Limits(), 1)
    assert fitted.encode(inputs).shape == (10, OWN[name].width(values[0], schema)) == (10, 10)


@pytest.mark.parametrize("name", OWN)
def test_save_leaves_the_named_files(name: str, tmp_path: Path) -> None:
    model = OWN[name]
    fitted, *_ = _fitted(name, _modality(model), model.gives[0])
    files = fitted.save(tmp_path)
    assert sorted(files) == sorted(path.name for path in tmp_path.iterdir())
    assert all((tmp_path / file).stat().st_size for file in files)
    assert {Path(file).suffix for file in files} <= {".keras", ".skops"}


@pytest.mark.parametrize("name", [name for name, model in OWN.items() if model.smallest != (1, 1)])
def test_smallest_image_gives_an_answer_of_the_right_shape(name: str) -> None:
    model = OWN[name]
    schema = Schema("image", "Probabilities", (*model.smallest, 3), (), tuple("abcd"), 2)
    network = model.build(model.space(Values(), schema), schema)
    logits = network.net(np.zeros((2, *model.smallest, 3), np.float32))
    assert tuple(logits.shape) == (2, 4)
