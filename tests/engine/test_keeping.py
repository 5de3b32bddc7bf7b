"""policy.keep_models: none, all, or those of the best contestant by validation."""

from __future__ import annotations

import pytest

import dlbench
from dlbench.engine.keeping import model_files
from dlbench.store import Store

CONTENT = {
    "name": "kept",
    "tasks": ["iris"],
    "models": ["majority", "logistic", {"name": "svm", "gamma": 90.0}],
    "search": {"trials": 1},
    "protocol": {"folds": 2},
}


@pytest.mark.parametrize(
    ("policy", "kept"), [("none", set()), ("all", {"majority", "logistic", "svm"}), ("best", {"logistic"})]
)
def test_models_that_stay(tmp_path, policy, kept):
    suite = dlbench.load_suite({**CONTENT, "policy": {"keep_models": policy}})
    outcome = dlbench.run(suite, output=tmp_path, jobs=2)
    store, found = Store(tmp_path), set()
    for key, entry in outcome.folder.attempts().items():
        record = store.record("jobs", key, entry["attempt"])
        files = [store.folder("jobs", key, entry["attempt"]) / name for name in model_files(record)]
        assert bool(record["model_bytes"]) is (policy != "none")
        if any(path.exists() for path in files):
            found.add(record["job"]["contestant"]["label"])
    assert found == kept
