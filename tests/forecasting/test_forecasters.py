"""What every forecaster promises, whichever it is."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_series import data_of, job, seasonal

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.model import Network
from dlbench.core.schema import Schema
from dlbench.core.space import Recorder, Values
from dlbench.engine.judge import score
from dlbench.engine.parts import cut
from dlbench.models.forecast.causal_conv import dilations
from dlbench.models.forecast.seasonal_naive import LastSeason
from dlbench.prepare.part import Part
from dlbench.prepare.series_schema import SeriesSchema, of_series
from dlbench.prepare.window_scaling import WAYS, WindowScaling
from dlbench.prepare.windows import Windows
from dlbench.training import chain
from dlbench.training.chain import Chain
from dlbench.training.limits import Limits

OWN = {
    name: model for name, model in catalog.models().items() if "Forecast" in model.gives and model.trainer != "ensemble"
}
QUICK = {
    "classic": {"learning_rate": 0.2, "max_iter": 30},
    "deep": {"learning_rate": 0.01, "batch_size": 16, "units": 16, "filters": 16},
    "floor": {},
}
PARTS, TRUTH = cut(data_of(seasonal(150, channels=2)), job(), "Forecast")


def _fit(name: str, part: Part = PARTS.whole, **more: Any) -> Chain:
    contestant = Contestant(name, name)
    known = contestant.dimensions(PARTS.schema)
    wanted = {key: value for key, value in {**QUICK[contestant.kind], **more}.items() if key in known}
    values = contestant.space(Values(wanted), PARTS.schema)
    return chain.fit(contestant, values, PARTS.schema, part, None, Limits(rounds=12), 1)


_fitted = cache(_fit)


def test_all_forecasters_are_there() -> None:
    names = "seasonal_naive lag_ridge lag_boosting lag_mlp simple_rnn lstm gru causal_conv"
    assert set(names.split()) <= set(OWN)


def test_listing_them_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from dlbench.core import catalog\n"
        "from dlbench.core.schema import Schema\n"
        "from dlbench.core.space import Recorder\n"
        "for m in catalog.models().values():\n"
        "    if 'series' in m.accepts: m.space(Recorder(), Schema.example('series', 'Forecast'))\n"
        "import dlbench.datasets.series_csv, dlbench.datasets.etth1, dlbench.datasets.airline_passengers\n"
        "import dlbench.tasks.forecasting, dlbench.metrics.mase\n"
        "print(*sorted({'keras', 'sklearn', 'numpy', 'pandas'} & set(sys.modules)))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""


@pytest.mark.parametrize("name", OWN)
def test_defaults_lie_in_their_ranges_and_something_is_searched(name: str) -> None:
    recorder = Recorder()
    values = OWN[name].space(recorder, Schema.example("series", "Forecast"))
    assert values.keys() == recorder.dimensions.keys()
    assert all(dimension.problem(dimension.default) is None for dimension in recorder.dimensions.values())
    assert OWN[name].kind == "floor" or any(dimension.searched for dimension in recorder.dimensions.values())


@pytest.mark.parametrize("name", OWN)
def test_what_can_be_learned_is_learned_better_than_the_floor(name: str) -> None:
    answer = _fitted(name).predict(PARTS.test_inputs)
    assert answer.name == "Forecast"
    assert answer.problem(len(PARTS.test_ids)) is None
    found, floor = (
        score(TRUTH, each, "mase") for each in (answer, _fitted("seasonal_naive").predict(PARTS.test_inputs))
    )
    assert found == floor if OWN[name].kind == "floor" else found < 0.7 * floor


@pytest.mark.parametrize("name", OWN)
def test_same_seed_same_forecast(name: str) -> None:
    first, again = (fit(name).predict(PARTS.test_inputs).values for fit in (_fitted, _fit))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("name", OWN)
def test_a_forecast_depends_on_its_own_window_alone(name: str) -> None:
    fitted = _fitted(name)
    alone = fitted.predict(PARTS.test_inputs.take(np.array([4]))).values[0]
    np.testing.assert_allclose(fitted.predict(PARTS.test_inputs).values[4], alone, rtol=1e-5)


@pytest.mark.parametrize("name", OWN)
def test_save_leaves_the_named_files(name: str, tmp_path: Path) -> None:
    files = _fitted(name).save(tmp_path)
    assert sorted(files) == sorted(path.name for path in tmp_path.iterdir())
    assert {Path(file).suffix for file in files} <= {".keras", ".skops"}


def test_a_saved_net_and_its_scaling_forecast_the_same(tmp_path: Path) -> None:
    import keras
    from skops.io import load

    fitted = _fitted("gru")
    fitted.save(tmp_path)
    scaling = WindowScaling(**load(tmp_path / "model.scaling.skops"))
    net = keras.models.load_model(tmp_path / "model.keras")
    answers = net.predict(scaling(PARTS.test_inputs).astype(np.float32), verbose=0)
    again = scaling.unscaled(PARTS.test_inputs, answers)
    np.testing.assert_allclose(again, fitted.predict(PARTS.test_inputs).values, rtol=1e-5)


def test_a_saved_ridge_forecasts_the_same(tmp_path: Path) -> None:
    from skops.io import load

    fitted = _fitted("lag_ridge")
    fitted.save(tmp_path)
    kept = load(tmp_path / "model.skops")
    scaling = WindowScaling(**kept["scaling"])
    scaled = scaling(PARTS.test_inputs)
    again = scaling.unscaled(PARTS.test_inputs, kept["estimator"].predict(scaled.reshape(len(scaled), -1)))
    np.testing.assert_allclose(again, fitted.predict(PARTS.test_inputs).values)


@pytest.mark.parametrize("name", ["lag_ridge", "lag_boosting", "causal_conv"])
def test_other_settings_are_other_forecasts(name: str) -> None:
    plain = _fitted(name).predict(PARTS.test_inputs).values
    for more in ({"scaling": "train"}, {"memory": 0.5}, {"all_channels": True}):
        assert not np.array_equal(_fit(name, **more).predict(PARTS.test_inputs).values, plain), more


def test_a_net_keeps_its_best_epoch_and_says_which() -> None:
    contestant = Contestant("lag_mlp", "lag_mlp")
    values = contestant.space(Values({"units": 32, "batch_size": 16}), PARTS.schema)
    fitted = chain.fit(contestant, values, PARTS.schema, PARTS.train, PARTS.valid, Limits(rounds=4), 1)
    losses = [epoch["val_loss"] for epoch in fitted.history]
    assert fitted.rounds == {"lag_mlp": int(np.argmin(losses)) + 1}
    assert len(losses) == 4


def test_one_step_ahead_has_one_column() -> None:
    parts, _ = cut(data_of(seasonal(horizon=1)), job(), "Forecast")
    for name in ("seasonal_naive", "lag_ridge", "lag_boosting"):
        contestant = Contestant(name, name)
        values = contestant.space(Values({"max_iter": 25}), parts.schema)
        fitted = chain.fit(contestant, values, parts.schema, parts.whole, None, Limits(), 1)
        assert fitted.predict(parts.test_inputs).values.shape == (len(parts.test_ids), 1)


def test_the_last_season_comes_again_and_again() -> None:
    lags = np.arange(5.0)[np.newaxis]
    assert LastSeason(3, 7).predict(lags).tolist() == [[2, 3, 4, 2, 3, 4, 2]]
    assert LastSeason(1, 2).predict(lags).tolist() == [[4, 4]]


@pytest.mark.parametrize(("steps", "kernel"), [(1, 2), (7, 2), (24, 3), (96, 5)])
def test_convolutions_see_the_whole_window(steps: int, kernel: int) -> None:
    assert 1 + (kernel - 1) * sum(dilations(steps, kernel)) >= steps
    shorter = dilations(steps, kernel)[:-1]
    assert not shorter or 1 + (kernel - 1) * sum(shorter) < steps


def test_a_causal_convolution_without_highway_still_reads_its_first_step() -> None:
    schema = SeriesSchema("series", "Forecast", (12, 1), horizon=2)
    values = OWN["causal_conv"].space(Values({"highway": False}), schema)
    network = OWN["causal_conv"].build(values, schema)
    assert isinstance(network, Network)
    first, second = np.zeros((1, 12, 1), np.float32), np.zeros((1, 12, 1), np.float32)
    second[0, 0] = 5.0
    answers = [np.asarray(network.net(each)) for each in (first, second)]
    assert answers[0].shape == (1, 2)
    assert not np.array_equal(*answers)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(WAYS), st.integers(0, 1), st.integers(0, 100))
def test_what_is_scaled_can_be_unscaled(way: str, channel: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    windows = Windows(rng.normal(5, 3, (4, 6, 2)), channel)
    scaling, target = WindowScaling.fit(windows, way), rng.normal(5, 3, (4, 3))
    np.testing.assert_allclose(scaling.unscaled(windows, scaling.scaled_target(windows, target)), target)
    assert scaling(windows).shape == (4, 6, 1)


def test_scaling_is_learned_from_training_windows_alone() -> None:
    rng = np.random.default_rng(0)
    train, test = Windows(rng.normal(size=(5, 4, 1))), Windows(rng.normal(50, 9, (5, 4, 1)))
    scaling = WindowScaling.fit(train, "train")
    before = scaling(train)
    scaling(test)
    np.testing.assert_array_equal(scaling(train), before)
    assert before.mean() == pytest.approx(0)
    assert scaling(test).mean() > 10


def test_a_window_that_stands_still_gives_finite_numbers() -> None:
    contexts = np.concatenate([np.full((1, 4, 1), 3.0), np.arange(8.0).reshape(2, 4, 1)])
    for way in WAYS:
        assert np.isfinite(WindowScaling.fit(Windows(contexts), way)(Windows(contexts))).all()
        assert np.isfinite(WindowScaling.fit(Windows(contexts[:1]), way)(Windows(contexts[:1]))).all()


def test_tables_are_refused_in_words() -> None:
    with pytest.raises(TypeError, match="expected the schema of a series"):
        of_series(Schema.example("table", "Values"))
    with pytest.raises(ValueError, match="expected one of window"):
        WindowScaling.fit(Windows(np.zeros((1, 2, 1))), "wrong")
