"""How long a prediction takes: the first call, cold, apart from the warm one."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np

from dlbench.engine.clock import Clock
from dlbench.engine.job import _predict
from dlbench.forms.values import Values
from dlbench.prepare.table import Table

COLD = 0.05


class Sleepy:
    """A fitted model whose first call takes long, as that of a net that compiles does."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def predict(self, inputs: Table) -> Values:
        if not self.asked:
            time.sleep(COLD)
        self.asked.append(len(inputs))
        return Values(np.zeros(len(inputs)))


def test_the_first_call_is_timed_apart_and_the_warm_one_does_not_pay_for_it() -> None:
    clock, fitted = Clock(), Sleepy()
    parts = SimpleNamespace(test_inputs=Table(np.zeros((20, 1))), test_ids=np.arange(20))
    _predict(fitted, parts, clock)  # type: ignore[arg-type]
    assert fitted.asked == [8, 20]
    assert clock["predict_cold"] >= COLD > clock["predict"] > 0
