"""policy.attributions: what is kept, of whom, and that it changes nothing else."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import dlbench
from dlbench.engine.keeping import model_files
from dlbench.engine.looking import look
from dlbench.forms.labels import Labels
from dlbench.forms.probabilities import Probabilities
from dlbench.planning import Reuse, plan_suite
from dlbench.prepare.images import Images
from dlbench.store import Store

CONTENT = {
    "name": "looked",
    "tasks": [
        {"dataset": "digits", "limit": 200},
        {"dataset": "digits", "as": "groups", "type": "clustering", "models": ["kmeans"]},
    ],
    "models": ["majority", "logistic", "pca+logistic", {"name": "lenet5", "filters": 6}, "kmeans"],
    "search": {"oracle": "none", "epochs": 1},
    "protocol": {"folds": 2},
}
FILE = "attributions.npz"


def _suite(items: int) -> Any:
    return dlbench.load_suite({**CONTENT, "policy": {"attributions": items}})


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A store, and the journals of three runs in it: nothing looked at, then three items, then one."""
    root = tmp_path_factory.mktemp("looked")
    off, on, less = (dlbench.run(_suite(items), output=root, jobs=2).folder.attempts() for items in (0, 3, 1))
    return Store(root), off, on, less


def _records(store: Store, entries: dict[str, Any]) -> dict[tuple[str, str, int], dict[str, Any]]:
    found = [store.record("jobs", key, entry["attempt"]) for key, entry in entries.items()]
    return {(one["job"]["task"], one["job"]["contestant"]["label"], one["job"]["fold"]): one for one in found}


def test_switched_off_nothing_is_kept(runs: Any) -> None:
    for record in _records(runs[0], runs[1]).values():
        assert record["status"] == "ok"
        assert FILE not in record["files"]
        assert "attributed" not in record
        assert record["ledger"]["spent"].get("look", 0) == 0


def test_the_first_fold_of_those_that_classify_keeps_the_same_items(runs: Any) -> None:
    store, _, on, _ = runs
    records = _records(store, on)
    holding = {place for place, record in records.items() if FILE in record["files"]}
    assert holding == {("digits", name, 0) for name in ("logistic", "pca+logistic", "lenet5")}
    held = {name: store.arrays("jobs", records[place], FILE) for place in holding for name in [place[1]]}
    assert set(held["logistic"]) == set(held["pca+logistic"]) == {"ids", "codes", "occlusion"}
    methods = {"occlusion", "saliency", "integrated_gradients", "grad_cam"}
    assert set(held["lenet5"]) == {"ids", "codes", *methods}
    for name, arrays in held.items():
        record = records["digits", name, 0]
        assert arrays["ids"].tolist() == held["logistic"]["ids"].tolist()
        ids = store.arrays("jobs", record, "predictions.npz")["ids"].tolist()
        said = store.prediction(record).to("Labels").arrays()["codes"]
        assert arrays["codes"].tolist() == [said[ids.index(item)] for item in arrays["ids"].tolist()]
        assert {arrays[method].shape for method in record["attributed"]["methods"]} == {(3, 8, 8)}
        assert {arrays[method].dtype for method in record["attributed"]["methods"]} == {np.dtype(np.float32)}
        assert FILE not in model_files(record)


def test_keys_scores_and_predictions_are_those_without_it(runs: Any) -> None:
    store, off, on, _ = runs
    assert off.keys() == on.keys()
    before, after = _records(store, off), _records(store, on)
    again = [place for place in before if before[place]["attempt"] != after[place]["attempt"]]
    assert len(again) == 3  # those that had to look; no other job was made again
    for place in again:
        assert before[place]["scores"] == after[place]["scores"]
        one, other = (store.arrays("jobs", record[place], "predictions.npz") for record in (before, after))
        assert all(np.array_equal(one[name], other[name]) for name in one)


def test_looking_is_a_line_of_the_ledger_and_charged_to_nobody(runs: Any) -> None:
    for record in _records(runs[0], runs[2]).values():
        ledger, looked = record["ledger"], FILE in record["files"]
        assert (ledger["spent"].get("look", 0) > 0) is looked
        assert ledger["used_seconds"] == pytest.approx(ledger["search"] + ledger["refit"])
        assert sum(ledger["spent"].values()) == pytest.approx(ledger["wall"], abs=0.02)


def test_a_record_that_looked_at_more_will_do(runs: Any) -> None:
    assert all(entry["reused"] for entry in runs[3].values())


def test_more_items_are_looked_at_anew_and_failed_jobs_are_not_made_again_for_it(runs: Any) -> None:
    store = runs[0]
    assert len(plan_suite(_suite(4), Reuse(store)).pending) == 3

    class Failed(Store):
        def brief(self, kind: str, key: str, attempt: int | None = None) -> dict[str, Any] | None:
            found = super().brief(kind, key, attempt)
            return found and {**found, "status": "failed", "attributed": 0}

    assert not plan_suite(_suite(4), Reuse(Failed(store.root))).pending


def _looked(tmp_path: Any, predict: Any) -> tuple[dict[str, Any], bool]:
    spec = next(job for job in plan_suite(_suite(2)).jobs if job.attributions)
    images = Images(np.zeros((5, 4, 4, 1)))
    parts: Any = SimpleNamespace(test_ids=np.array(list("abcde")), test_inputs=images)
    fitted: Any = SimpleNamespace(predict=predict)
    told = look(spec, fitted, parts, Labels(np.array([0, 1, 0, 1, 0])), tmp_path)
    return told, (tmp_path / FILE).exists()


def test_a_contestant_that_cannot_be_looked_at_costs_no_job(tmp_path: Any) -> None:
    def fails(images: Images) -> Any:
        raise TypeError("no such picture")

    told, left = _looked(tmp_path, fails)
    assert (told["items"], told["reason"], left) == (0, "TypeError: no such picture", False)


def test_maps_that_are_not_finite_and_answers_without_scores_leave_none(tmp_path: Any) -> None:
    bare, _ = _looked(tmp_path, lambda images: Labels(np.zeros(len(images), dtype=np.int64)))
    assert (bare["items"], bare["methods"]) == (2, [])
    endless, _ = _looked(tmp_path, lambda images: Probabilities(np.full((len(images), 2), np.nan)))
    assert endless["methods"] == []
