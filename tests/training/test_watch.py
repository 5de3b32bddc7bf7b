"""The watch over a Keras fit, with a clock and a net of our own."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.core.errors import Diverged
from dlbench.training.limits import Limits
from dlbench.training.watch import Watch


class Net:
    """Counts up its only weight, so that each epoch has weights of its own."""

    stop_training = False
    weights = 0

    def get_weights(self) -> int:
        return self.weights

    def set_weights(self, weights: int) -> None:
        self.weights = weights


def _run(watch: Watch, net: Net, losses: list[float | None]) -> int:
    for epoch, loss in enumerate(losses):
        net.weights = epoch + 1
        watch.on_epoch_begin(epoch)
        watch.on_epoch_end(epoch, {"loss": 1.0, **({} if loss is None else {"val_loss": loss})})
        if net.stop_training:
            return epoch + 1
    return len(losses)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=12), st.integers(1, 4))
def test_best_epoch_is_the_least_of_those_seen_and_its_weights_come_back(losses: list[float], patience: int) -> None:
    net = Net()
    watch = Watch(net, Limits(patience=patience))
    ran = _run(watch, net, list(losses))
    watch.restore()
    seen = losses[:ran]
    assert watch.best == net.weights == seen.index(min(seen)) + 1
    assert ran - watch.best <= patience
    assert (ran < len(losses)) <= (watch.stopped == "early")


def test_no_patience_runs_to_the_end() -> None:
    net = Net()
    watch = Watch(net, Limits())
    assert _run(watch, net, [1.0, *[2.0] * 20]) == 21
    assert (watch.best, watch.stopped) == (1, "")


def test_without_validation_the_last_epoch_counts_and_weights_stay() -> None:
    net = Net()
    watch = Watch(net, Limits(patience=1))
    assert _run(watch, net, [None] * 5) == 5
    watch.restore()
    assert watch.best == net.weights == 5
    assert [entry["val_loss"] for entry in watch.history] == [None] * 5


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("name", ["loss", "val_loss"])
def test_a_loss_that_is_not_finite_is_an_error(name: str, value: float) -> None:
    watch = Watch(Net(), Limits())
    with pytest.raises(Diverged, match=rf"^{name} is .* after epoch 1"):
        watch.on_epoch_end(0, {"loss": 1.0, "val_loss": 1.0, name: value})


def test_deadline_stops_between_batches_and_compile_time_is_the_first_batch_beyond_the_second() -> None:
    now = iter([0.0, 0.0, 3.0, 3.0, 3.5, 5.0])
    net = Net()
    watch = Watch(net, Limits(deadline=4.0), clock=lambda: next(now))
    for batch in (0, 1):
        watch.on_train_batch_begin(batch)
        watch.on_train_batch_end(batch)
        assert not net.stop_training
    watch.on_train_batch_end(2)
    assert net.stop_training
    assert watch.stopped == "deadline"
    assert watch.compile_seconds == pytest.approx(2.5)
