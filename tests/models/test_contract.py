"""What every registered model promises, whichever it is."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.errors import DataError, UsageError
from dlbench.core.model import Model
from dlbench.core.schema import Column, Schema
from dlbench.core.space import Recorder, Values
from dlbench.prepare.data import Data
from dlbench.prepare.encoders import frame_of
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain, estimators
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Fits as small as these wait for each other's threads longer than they compute."""
    with threadpool_limits(1):
        yield


OWN = {
    name: model
    for name, model in catalog.models().items()
    if type(model).__module__.startswith("dlbench.models") and model.trainer != "ensemble"  # tests/engine holds those
}
EXPECTED = """
    adaboost alexnet autoencoder bagging catboost categorical_nb decision_tree efficientnet elastic_net extra_trees
    gamma gaussian_nb hist_gradient_boosting hog k_neighbors kmeans lasso lenet5 lightgbm linear linear_svm logistic
    majority mean mlp mobilenet multinomial_nb pca perceptron poisson random_forest rbf_network resnet ridge shufflenet
    stacking svm vgg vit voting xgboost average_boxes hog_windows filled_boxes
"""
READS_TABLES = [name for name, model in OWN.items() if "table" in model.accepts and model.kind != "floor"]
MODALITIES = {modality for task in catalog.tasks().values() for modality in task.modalities}
PICTURED = {"Boxes", "Instances", "Masks", "Pictures"}
# What is fitted here; models of other modalities, that answer with boxes or pixels, or that need larger images have
# data of their own, hence their own tests.
HERE = {
    name: model
    for name, model in OWN.items()
    if set(model.accepts) & {"table", "image"} and not set(model.gives) & PICTURED and max(model.smallest) <= 8
}
QUICK = {
    "estimator": {"n_estimators": 50, "n_centers": 24, "max_depth": 4},
    "network": {"learning_rate": 0.01, "batch_size": 16, "units": 64, "filters": 8, "dropout": 0.0, "blocks": 1},
}
QUICK["network"] |= {"stages": 2, "convolutions": 1, "expansion": 2, "groups": 2}
EPOCHS = {"vit": 12, "shufflenet": 16}  # places are learned late, and so is much by two channels between blocks
TEAMS = {"voting": {"max_iter": 10}, "stacking": {"max_iter": 10, "cv": 2}}
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
    if absent := OWN[name].absent():
        pytest.skip(absent)
    data = _data(modality, form, ROWS, 0)
    schema = data.schema(form, ROWS)
    contestant = Contestant(name, name)
    quick = {**QUICK[contestant.head.trainer], **TEAMS.get(name, {})}
    wanted = {key: value for key, value in quick.items() if key in contestant.dimensions(schema)}
    values = contestant.space(Values(wanted), schema)
    part = Part(data.inputs, None if form in ("Clusters", "Embeddings") else data.target)
    limits = Limits(rounds=20 if contestant.head.resource == "rounds" else EPOCHS.get(name, 4))
    return chain.fit(contestant, values, schema, part, None, limits, seed), schema, values[0]


_fitted = cache(_fit)


def _modality(model: Model) -> str:
    return "image" if model.trainer == "network" and "image" in model.accepts else model.accepts[0]


ANSWERS = [(name, form) for name, model in HERE.items() for form in model.gives if form != "Embeddings"]
# A net's values differ from its classes in the last layer alone: one fit less for each.
REPEATED = [(name, form) for name, model in HERE.items() for form in model.gives[: 1 if model.kind == "deep" else None]]
ENCODERS = [name for name, model in HERE.items() if "Embeddings" in model.gives]


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
    assert set(model.accepts) <= MODALITIES
    assert model.gives
    assert set(model.gives) <= set(catalog.forms())
    assert model.resource in ("epochs", "rounds", "rows")
    assert model.trainer in ("detector", "estimator", "network", "forecaster")
    assert model.uses
    assert (model.resource == "epochs") == (model.kind == "deep")


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


@pytest.mark.parametrize("name", HERE)
def test_save_leaves_the_named_files(name: str, tmp_path: Path) -> None:
    model = OWN[name]
    fitted, *_ = _fitted(name, _modality(model), model.gives[0])
    files = fitted.save(tmp_path)
    assert sorted(files) == sorted(path.name for path in tmp_path.iterdir())
    assert all((tmp_path / file).stat().st_size for file in files)
    assert {Path(file).suffix for file in files} <= {".keras", ".skops"}


@pytest.mark.parametrize(
    "name", [name for name, model in HERE.items() if model.smallest != (1, 1) and model.kind == "deep"]
)
def test_smallest_image_gives_an_answer_of_the_right_shape(name: str) -> None:
    model = OWN[name]
    schema = Schema("image", "Probabilities", (*model.smallest, 3), (), tuple("abcd"), 2)
    network = model.build(model.space(Values(), schema), schema)
    logits = network.net(np.zeros((2, *model.smallest, 3), np.float32))
    assert tuple(logits.shape) == (2, 4)


ESTIMATORS = [(name, form) for name, model in HERE.items() if model.trainer == "estimator" for form in model.gives]


@pytest.mark.parametrize(("name", "form"), ESTIMATORS)
def test_a_saved_estimator_answers_as_the_fitted_one(name: str, form: str, tmp_path: Path) -> None:
    modality = _modality(OWN[name])
    fitted, *_ = _fitted(name, modality, form)
    test = _data(modality, form, TEST, 1).inputs
    (file,) = fitted.save(tmp_path)
    pipeline = estimators.load(tmp_path / file)
    seen = frame_of(test) if isinstance(test, Table) else test.unit()
    if form == "Embeddings":
        flat = seen if OWN[name].preparation.layout == "pixels" or modality == "table" else seen.reshape(TEST, -1)
        np.testing.assert_array_equal(pipeline.transform(flat), fitted.encode(test))
        return
    answered = {"Probabilities": "predict_proba", "Scores": "decision_function"}.get(form, "predict")
    ours = next(iter(fitted.predict(test).arrays().values()))
    np.testing.assert_array_equal(getattr(pipeline, answered)(seen), ours)


ANSWERING = ("Probabilities", "Scores", "Labels", "Values")
TELLING = [(name, model.gives[0]) for name, model in HERE.items() if model.gives[0] in ANSWERING]


@pytest.mark.parametrize(("name", "form"), TELLING)
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_weights_count_as_the_metadata_says(name: str, form: str) -> None:
    """Rows that teach what is false and weigh nothing do no harm; a model that cannot weigh refuses weights."""
    if absent := OWN[name].absent():
        pytest.skip(absent)
    modality = _modality(OWN[name])
    data = _data(modality, form, 2 * ROWS, 0)
    lies = np.arange(2 * ROWS) % 2 == 0
    codes = np.arange(2 * ROWS) % 3
    target = np.where(lies, data.target[(codes + 1) % 3], data.target)
    part = Part(data.inputs, target, np.where(lies, 0.0, 3.0))
    contestant, schema = Contestant(name, name), data.schema(form, 2 * ROWS)
    quick = {**QUICK[contestant.head.trainer], **TEAMS.get(name, {})}
    wanted = {key: value for key, value in quick.items() if key in contestant.dimensions(schema)}
    limits = Limits(rounds=20 if contestant.head.resource == "rounds" else EPOCHS.get(name, 12))

    def error(part: Part) -> float:
        fitted = chain.fit(contestant, contestant.space(Values(wanted), schema), schema, part, None, limits, 1)
        return _error(fitted.predict(_data(modality, form, TEST, 1).inputs), _data(modality, form, TEST, 1).target)

    if not OWN[name].weights:
        with pytest.raises(UsageError, match="takes no weights"):
            error(part)
    elif OWN[name].kind != "floor":
        assert error(part) < 0.6 * error(Part(data.inputs, target)) + 1e-9


MESSY = (Column("word", "category", 4), Column("x"), Column("gap"), Column("id", "category", 40), Column("empty"))


def _messy(rows: int, seed: int, unseen: bool = False) -> tuple[Table, np.ndarray]:
    """Three classes told apart by a category and a number; gaps everywhere, one column without any value."""
    random = np.random.default_rng(seed)
    codes = np.arange(rows) % 3
    numbers = np.column_stack([2.0 * codes, random.normal(size=rows), np.full(rows, np.nan)])
    numbers[:, 0] += random.normal(0, 0.2, rows)
    numbers[random.random(rows) < 0.2, 1] = np.nan
    words = np.array(["red", "green", "blue"])[codes]
    words[random.random(rows) < 0.1] = ""
    ids = random.integers(0, 40, rows).astype(np.str_)
    if unseen:
        numbers[::10, 0] = np.nan
        words[::10], ids[::3] = "mauve", "never"
    return Table(numbers, np.column_stack([words, ids]), MESSY), codes


@pytest.mark.parametrize(("name", "form"), [(n, OWN[n].gives[0]) for n in READS_TABLES])
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
def test_missing_values_and_unseen_categories_are_survived(name: str, form: str) -> None:
    if absent := OWN[name].absent():
        pytest.skip(absent)
    (train, codes), (test, expected) = _messy(120, 0), _messy(TEST, 1, unseen=True)
    values = form == "Values"
    data = Data(train, 100.0 + 10.0 * codes) if values else Data(train, codes, ("a", "b", "c"))
    schema = data.schema(form, len(train))
    contestant = Contestant(name, name)
    deep = OWN[name].kind == "deep"
    wanted = {**(QUICK["network"] if deep else {}), **TEAMS.get(name, {})}
    quick = {key: value for key, value in wanted.items() if key in contestant.dimensions(schema)}
    learned = Part(train, None if form in ("Clusters", "Embeddings") else data.target)
    chosen = contestant.space(Values(quick), schema)
    fitted = chain.fit(contestant, chosen, schema, learned, None, Limits(30 if deep else None), 1)
    if form == "Embeddings":
        assert np.isfinite(fitted.encode(test)).all()
        return
    answer = fitted.predict(test)
    assert answer.problem(TEST) is None
    if form != "Clusters":
        error = _error(answer, 100.0 + 10.0 * expected if values else expected)
        assert error < (0.9 * np.std(10.0 * expected) if values else 0.5)


@pytest.mark.parametrize("name", [name for name in READS_TABLES if OWN[name].preparation.sparse])
def test_models_that_read_sparse_matrices_take_thousands_of_categories(name: str) -> None:
    random = np.random.default_rng(0)
    ids = random.integers(0, 1500, 1500).astype(np.str_)[:, np.newaxis]
    table = Table(np.empty((1500, 0)), ids, (Column("id", "category", 1500),))
    form = OWN[name].gives[0]
    codes = (np.char.str_len(ids[:, 0]) == 4).astype(np.int64)
    data = Data(table, codes + 1.0) if form == "Values" else Data(table, codes, ("a", "b"))
    schema = data.schema(form, 1500)
    wanted = {"categories": "one_hot", **({"alpha": 1e-5} if form == "Values" else {})}
    contestant = Contestant(name, name)
    part, chosen = Part(table, data.target), contestant.space(Values(wanted), schema)
    fitted = chain.fit(contestant, chosen, schema, part, None, Limits(), 1)
    assert hasattr(fitted.links[0].prepared(table), "tocsr")  # type: ignore[attr-defined]
    answer = fitted.predict(table)
    assert _error(answer, data.target) < 0.5 * (np.std(codes) if form == "Values" else np.mean(codes))


def test_absent_libraries_are_named_with_their_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlbench.core.component.find_spec", lambda name: None)
    reason = "xgboost is not installed: pip install 'dlbench[boosting]'"
    assert OWN["xgboost"].absent() == reason
    assert Contestant.named("pca+xgboost").misfit("table", "Labels") == f"xgboost: {reason}"
    assert Contestant.named("svm").misfit("table", "Labels") is None


@pytest.mark.parametrize(("name", "least"), [("poisson", -1.0), ("gamma", 0.0)])
def test_a_target_that_does_not_fit_is_an_error_with_a_cure(name: str, least: float) -> None:
    table, _ = _table(ROWS, 0)
    target = np.full(ROWS, 2.0)
    target[3] = least
    contestant = Contestant(name, name)
    schema = Data(table, target).schema("Values", ROWS)
    values = contestant.space(Values(), schema)
    with pytest.raises(DataError, match=f"{name}: expects values .* the least is {least:g}: use "):
        chain.fit(contestant, values, schema, Part(table, target), None, Limits(), 1)
