"""The number of workers never changes a score."""

from __future__ import annotations

import dlbench
from dlbench.store import Store

CONTENT = {
    "name": "counted",
    "tasks": ["iris"],
    "models": ["random_forest", {"name": "mlp", "batch_size": 64}],
    "search": {"trials": 2, "epochs": 2},
    "protocol": {"folds": 2},
}


def predictions(root, jobs):
    outcome = dlbench.run(dlbench.load_suite(CONTENT), output=root, jobs=jobs)
    store = Store(root)
    return {
        key: store.record("jobs", key, entry["attempt"])["files"]["predictions.npz"]
        for key, entry in outcome.folder.attempts().items()
    }


def test_clause_7_and_10_one_worker_or_two_give_equal_digits(tmp_path):
    one, two = predictions(tmp_path / "one", 1), predictions(tmp_path / "two", 2)
    assert len(one) == 4
    assert one == two
