"""Tasks whose answers are masks or pictures, from the suite to the report and the gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dlbench
from dlbench.api import baseline
from dlbench.engine.judge import score

SUITE: dict[str, Any] = {
    "name": "pixels",
    "tasks": [
        {"dataset": {"name": "scene_masks", "rows": 30, "size": 32}, "models": ["background", "pixel_forest", "unet"]},
        {
            "dataset": {"name": "degraded_digits"},
            "as": "noisy",
            "limit": 150,
            "models": ["identity", "patch_pca", "*ensemble"],
        },
    ],
    "models": [
        "background",
        "identity",
        {"name": "pixel_forest", "n_estimators": 5, "pixels": 2000},
        {"name": "unet", "filters": 4, "depth": 1},
        "patch_pca",
        "greedy_ensemble",
    ],
    "search": {"oracle": "random", "trials": 2, "epochs": 2},
    "protocol": {"folds": 1},
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    folder = tmp_path_factory.mktemp("pixels")
    outcome = dlbench.run(dlbench.load_suite(SUITE), output=folder)
    return outcome, folder


def test_every_job_is_judged_on_predictions_that_are_kept(ran: tuple[Any, Path]) -> None:
    outcome, folder = ran
    assert outcome.exit_code == 0
    source = dlbench.report(outcome, output=folder).source
    assert len(source.records) == 6
    for record in source.records:
        truth, form = source.truth(record), source.predictions(record)
        assert record["form"] == form.name == {"scene_masks": "Masks", "noisy": "Pictures"}[record["job"]["task"]]
        for metric, told in record["scores"].items():
            assert score(truth, form, metric) == told["value"]
        if record["job"]["contestant"]["kind"] in ("classic", "deep"):
            assert record["ledger"]["trials"] == 2


def test_classic_contestants_beat_the_floors(ran: tuple[Any, Path]) -> None:
    frame = dlbench.report(ran[0], output=ran[1]).frame()
    told = {(row.contestant, row.metric): row.value for row in frame.itertuples()}
    assert told["pixel_forest", "dice"] > told["background", "dice"] == 0
    assert told["patch_pca", "psnr"] > told["identity", "psnr"]
    assert not np.isnan(told["unet", "boundary_f"])


def test_a_report_shows_what_was_seen_what_is_true_and_what_was_answered(ran: tuple[Any, Path]) -> None:
    page = dlbench.report(ran[0], output=ran[1]).render("html")
    assert page.count("<figcaption>seen</figcaption>") == page.count("<figcaption>true</figcaption>") > 6
    assert "pixel_forest: " in page
    assert "miou lowest even for the best" in page
    assert "psnr in the middle" in page


def test_the_gate_tells_a_planted_loss(ran: tuple[Any, Path]) -> None:
    outcome, folder = ran
    held = {**baseline(outcome, output=folder), "run": "an-earlier-one"}
    assert {cell["metric"] for cell in held["cells"]} == {"miou", "dice", "boundary_f", "psnr", "ssim"}
    assert all("items" in cell for cell in held["cells"])
    planted = {("pixel_forest", "dice"): 0.5, ("patch_pca", "psnr"): 5.0}
    for cell in held["cells"]:
        more = planted.get((cell["contestant"], cell["metric"]), 0.0)
        cell["folds"] = [{**f, "values": {k: v + more for k, v in f["values"].items()}} for f in cell["folds"]]
    told = dlbench.check(outcome, held, output=folder, inconclusive="pass")
    assert told.exit_code == 1
    assert {(one.contestant, one.metric) for one in told.outcomes if one.outcome == "regressed"} == set(planted)
