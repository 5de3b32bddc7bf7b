"""Instance segmentation from the suite to the report, on synthetic scenes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dlbench
from dlbench.forms.instances import Instances
from dlbench.forms.outlined import OutlinedObjects
from dlbench.store import Store

SUITE = {
    "name": "silhouettes",
    "tasks": [{"dataset": {"name": "scene_instances", "rows": 40, "size": 32}, "metrics": ["map_masks_50", "map_50"]}],
    "models": ["filled_boxes", {"name": "pixel_forest", "n_estimators": 8, "pixels": 3000}, "hog_windows"],
    "search": {"oracle": "random", "trials": 2},
    "protocol": {"folds": 1},
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Store, dict[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("instances")
    outcome = dlbench.run(dlbench.load_suite(SUITE), output=folder / "results", jobs=1)
    store = Store(folder / "results")
    records = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    return outcome, store, {record["job"]["contestant"]["label"]: record for record in records}


def test_the_task_is_evident_and_detectors_of_boxes_are_skipped(ran: Any) -> None:
    outcome, _, records = ran
    assert outcome.exit_code == 0
    assert set(records) == {"filled_boxes", "pixel_forest"}
    assert {record["job"]["task_type"] for record in records.values()} == {"instance_segmentation"}
    forest = records["pixel_forest"]["scores"]
    assert forest["map_masks_50"]["value"] > records["filled_boxes"]["scores"]["map_masks_50"]["value"]


def test_truth_and_prediction_are_kept_and_can_be_scored_again(ran: Any) -> None:
    _, store, records = ran
    for record in records.values():
        truth, prediction = store.truth(record), store.prediction(record)
        assert isinstance(prediction, Instances)
        assert isinstance(truth.objects, OutlinedObjects)
        scored = dlbench.core.catalog.metric("map_masks").score(truth, prediction)
        assert np.isfinite(scored)
        again = dlbench.core.catalog.metric("map_masks_50").score(truth, prediction)
        assert again == pytest.approx(record["scores"]["map_masks_50"]["value"], abs=1e-12)


def test_the_report_draws_masks_beside_the_true_ones(ran: Any) -> None:
    outcome, _, _ = ran
    page = dlbench.report(outcome.folder.path).render("html")
    assert page.count("<figcaption>true<") >= 3
    assert page.count("<figcaption>pixel_forest: ") == page.count("<figcaption>true<")
    assert "map_masks_50 lowest even for the best" in page
    assert "Precision and recall of pixel_forest" in page


def test_where_boxes_decide_the_report_outlines_the_objects(tmp_path: Path) -> None:
    asked = {**SUITE["tasks"][0], "metrics": ["map_50", "map_masks_50"]}  # type: ignore[index]
    boxed = dlbench.run(dlbench.load_suite({**SUITE, "tasks": [asked]}), output=tmp_path / "results", jobs=1)
    page = dlbench.report(boxed.folder.path).render("html")
    assert page.count("<figcaption>true: ") >= 3
    assert page.count("<figcaption>pixel_forest: ") == page.count("<figcaption>true: ")
    assert "map_50 lowest even for the best" in page
