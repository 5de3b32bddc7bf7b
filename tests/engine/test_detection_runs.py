"""Detection from the suite to the report, on synthetic scenes and on a folder of the user's own."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlbench
from dlbench.datasets.scenes import Scenes
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.store import Store
from dlbench.training import estimators

SUITE = {
    "name": "shapes",
    "tasks": [{"dataset": {"name": "scenes", "rows": 48, "size": 40}, "metrics": ["map_50", "map", "voc_ap"]}],
    "models": ["average_boxes", {"name": "hog_windows", "cells": 5, "steps": 2, "rounds": 1}],
    "search": {"oracle": "random", "trials": 2},
    "protocol": {"folds": 1},
    "policy": {"keep_models": "all"},
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Store, dict[str, dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("detection")
    outcome = dlbench.run(dlbench.load_suite(SUITE), output=folder / "results", jobs=1)
    store = Store(folder / "results")
    records = [store.record("jobs", key, entry["attempt"]) for key, entry in outcome.folder.attempts().items()]
    return outcome, store, {record["job"]["contestant"]["label"]: record for record in records}


def test_every_contestant_is_searched_judged_and_recorded(ran: Any) -> None:
    outcome, _, records = ran
    assert outcome.exit_code == 0
    hog = records["hog_windows"]
    assert {record["status"] for record in records.values()} == {"ok"}
    assert hog["validation"]["metric"] == "map_50"
    assert hog["ledger"]["trials"] == 2
    assert hog["form"] == "Boxes"
    assert hog["scores"]["map_50"]["value"] > records["average_boxes"]["scores"]["map_50"]["value"] + 0.2
    assert 0 < hog["noticed"]["class_shares"][0] <= 0.25 <= hog["noticed"]["class_shares"][1] < 1
    assert hog["fingerprints"] == records["average_boxes"]["fingerprints"]


def test_truth_and_prediction_are_kept_and_can_be_scored_again(ran: Any) -> None:
    _, store, records = ran
    data = Scenes().load({"rows": 48, "size": 40})
    assert isinstance(data.target, Objects)
    for record in records.values():
        truth, prediction = store.truth(record), store.prediction(record)
        assert isinstance(prediction, Boxes)
        assert isinstance(truth.objects, Objects)
        assert len(prediction.offsets) == len(truth) + 1
        own = data.target[truth.ids.astype(int)]
        for name, array in own.arrays().items():
            np.testing.assert_array_equal(truth.objects.arrays()[name], array)
        scored = dlbench.core.catalog.metric("map").score(truth, prediction)
        assert scored == pytest.approx(record["scores"]["map"]["value"], abs=1e-12)


def test_a_kept_detector_is_loaded_and_finds_the_same(ran: Any) -> None:
    _, store, records = ran
    record = records["hog_windows"]
    folder = store.folder("jobs", record["key"], record["attempt"])
    detector = estimators.load(folder / "model.skops")
    truth, prediction = store.truth(record), store.prediction(record)
    data = Scenes().load({"rows": 48, "size": 40})
    again = detector.predict(data.inputs.take(truth.ids.astype(int)).unit())  # type: ignore[union-attr]
    for name, array in prediction.arrays().items():
        np.testing.assert_allclose(again.arrays()[name], array, atol=1e-9)


def test_the_report_shows_boxes_on_pictures_and_precision_by_class(ran: Any) -> None:
    outcome, _, _ = ran
    page = dlbench.report(outcome.folder.path).render("html")
    drawings = re.findall(r'<svg class="boxed".*?</svg>', page, flags=re.S)
    assert len(drawings) >= 4
    shown, copies = page.count("<image "), page.count("<use href=")
    assert shown + copies == len(drawings)
    assert shown < len(drawings)
    assert all("<rect" in drawing or ": 0 boxes" in drawing for drawing in drawings)
    anchors = re.findall(r'<image id="([^"]+)"', page)
    assert len(set(anchors)) == shown
    assert set(re.findall(r'<use href="#([^"]+)"', page)) <= set(anchors)
    assert "Precision and recall of hog_windows" in page
