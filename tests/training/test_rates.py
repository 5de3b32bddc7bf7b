"""Dropout rates as variables, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlbench.training.rates import loosened, plain, rates_of, set_rates


def _net(rate: float = 0.4) -> Any:
    import keras

    layers = keras.layers
    inputs = keras.Input((6, 4))
    hidden = layers.Dense(64)(inputs)
    for kind in (layers.Dropout, layers.SpatialDropout1D, layers.GaussianDropout):
        hidden = kind(rate)(hidden)
    return keras.Model(inputs, layers.Dropout(0.0)(hidden))


ITEMS = np.random.default_rng(0).normal(size=(200, 6, 4)).astype(np.float32)


def test_a_loosened_net_is_the_same_net_and_its_rates_are_its_own() -> None:
    net = _net()
    copy, rates = loosened(net)
    assert list(rates) == list(rates_of(net))
    assert [float(rate.numpy()) for rate in rates.values()] == pytest.approx([0.4, 0.4, 0.4])
    assert {id(rate) for rate in rates.values()} <= {id(variable) for variable in copy.non_trainable_variables}
    np.testing.assert_array_equal(np.asarray(copy(ITEMS)), np.asarray(net(ITEMS)))


@pytest.mark.parametrize("kind", ["Dropout", "SpatialDropout1D", "GaussianDropout"])
def test_each_kind_keeps_the_mean_and_follows_its_rate(kind: str) -> None:
    import keras

    inputs = keras.Input((50, 40))
    copy, rates = loosened(keras.Model(inputs, getattr(keras.layers, kind)(0.5)(inputs)))
    ones = np.ones((100, 50, 40), np.float32)
    for rate in (0.1, 0.3, 0.7):
        set_rates(copy, dict.fromkeys(rates, rate))
        found = np.asarray(copy(ones, training=True))
        assert found.mean() == pytest.approx(1, abs=0.1)
        if kind == "GaussianDropout":
            assert found.std() == pytest.approx((rate / (1 - rate)) ** 0.5, rel=0.05)
        else:
            assert (found == 0).mean() == pytest.approx(rate, abs=0.05)
        if kind == "SpatialDropout1D":
            assert ((found == 0).all(axis=1) == (found == 0).any(axis=1)).all()


def test_a_plain_net_again_holds_keras_layers_alone_and_loads_without_dlbench(tmp_path: Path) -> None:
    import keras

    copy, rates = loosened(_net())
    set_rates(copy, dict.fromkeys(rates, 0.25))
    back = plain(copy)
    assert {type(layer).__module__.partition(".")[0] for layer in back.layers} == {"keras"}
    assert list(rates_of(back).values()) == [0.25, 0.25, 0.25]
    back.save(tmp_path / "net.keras")
    loaded = keras.saving.load_model(tmp_path / "net.keras")
    np.testing.assert_array_equal(np.asarray(loaded(ITEMS)), np.asarray(copy(ITEMS)))


def test_a_name_that_is_none_of_its_layers_is_refused() -> None:
    with pytest.raises(KeyError, match="nothing"):
        set_rates(loosened(_net())[0], {"nothing": 0.1})
