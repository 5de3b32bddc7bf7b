"""The margins that a suite states: written, refused, used by the report, and no matter of a job's key."""

from __future__ import annotations

from typing import Any

import pytest

from dlbench import api
from dlbench.core.errors import SuiteError
from dlbench.planning import plan_suite

SUITE: dict[str, Any] = {
    "name": "margins",
    "tasks": [{"dataset": "iris"}],
    "models": ["majority", "logistic"],
    "search": {"oracle": "none"},
}


def suite(**margins: Any) -> dict[str, Any]:
    return {**SUITE, "policy": {"margins": margins}}


def test_margins_are_kept_as_written_and_change_no_key() -> None:
    stated = api.load_suite(suite(accuracy=0.01, rmse="5%"))
    assert stated.resolved()["policy"]["margins"] == {"accuracy": 0.01, "rmse": "5%"}
    plain = api.load_suite(SUITE)
    assert [job.key for job in plan_suite(stated).jobs] == [job.key for job in plan_suite(plain).jobs]
    assert stated.digest != plain.digest
    assert "margins" not in plain.resolved()["policy"]  # what states none is the suite it was before there were any
    assert api.load_suite(stated.resolved()).policy == stated.policy


@pytest.mark.parametrize(
    ("margins", "where", "cure"),
    [
        ({"acuracy": 0.01}, "policy.margins.acuracy", "did you mean 'accuracy'"),
        ({"accuracy": -0.01}, "policy.margins.accuracy", "expected a number from 0 up such as 0.01"),
        ({"accuracy": "-5%"}, "policy.margins.accuracy", "or a share of the value such as 2%"),
        ({"accuracy": True}, "policy.margins.accuracy", "got true"),
        ({"accuracy": "a little"}, "policy.margins.accuracy", "got 'a little'"),
        ({"accuracy": float("nan")}, "policy.margins.accuracy", "expected a finite number, got nan"),
    ],
)
def test_a_margin_that_is_none_is_refused_where_it_stands(margins: dict[str, Any], where: str, cure: str) -> None:
    with pytest.raises(SuiteError) as error:
        api.load_suite(suite(**margins))
    assert where in str(error.value)
    assert cure in str(error.value)
