"""Budgets in seconds: the refit has its share, and what is cut or overrun is told."""

from __future__ import annotations

import pytest

import dlbench
from dlbench.store import Store


def test_the_refit_keeps_its_share_of_the_seconds(tmp_path):
    content = {
        "name": "seconds",
        "tasks": ["digits"],
        "models": [{"name": "mlp", "batch_size": 32}],
        "search": {"trials": 50, "seconds": 6.0, "epochs": 400, "patience": 400},
        "protocol": {"folds": 1},
    }
    outcome = dlbench.run(dlbench.load_suite(content), output=tmp_path, jobs=1)
    ((key, entry),) = outcome.folder.attempts().items()
    record = Store(tmp_path).record("jobs", key, entry["attempt"])
    assert record["ledger"]["granted_seconds"] == 6.0
    assert record["ledger"]["used_seconds"] < 12.0
    assert record["ledger"]["trials"] < 50
    assert record["scores"]["accuracy"]["value"] > record["validation"]["value"] - 0.1, "the refit was not starved"


def test_seconds_are_part_of_the_key_without_a_search_too(tmp_path):
    from dlbench.planning import plan_suite

    content = {"name": "s", "tasks": ["iris"], "models": ["mlp"], "search": {"oracle": "none"}}
    keys = [
        {job.key for job in plan_suite(dlbench.load_suite(content, overrides=given)).jobs}
        for given in ({}, {"search.seconds": 1.0})
    ]
    assert not keys[0] & keys[1]


@pytest.mark.parametrize(
    ("seconds", "searched", "reserve", "grace", "left"),
    [
        (None, 5.0, 3.0, 10.0, None),
        (10.0, 4.0, 2.0, 10.0, 6.0),  # the search has left more than it had to
        (10.0, 9.5, 3.0, 10.0, 3.0),  # a trial ran over: what was held back is there all the same
        (10.0, 11.0, 9.0, 5.0, 3.0),  # but no longer than four fifths of the grace
        (10.0, 18.0, 2.0, 5.0, 0.1),
    ],
)
def test_a_refit_has_the_seconds_that_the_search_had_held_back(seconds, searched, reserve, grace, left):
    from types import SimpleNamespace

    from dlbench.engine.job import _seconds_left
    from dlbench.engine.tuning import Tuned

    spec = SimpleNamespace(search=SimpleNamespace(seconds=seconds))
    assert _seconds_left(spec, Tuned(reserve=reserve), searched, grace) == pytest.approx(left)
