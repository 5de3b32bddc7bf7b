"""The primary metric of a detector, class by class: in the JSON report and in the page."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from made_run import Game, Player, made_run

from dlbench.core import catalog
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth
from dlbench.reporting import render
from dlbench.reporting.evidence.by_class import by_class, class_table
from dlbench.reporting.findings import find
from dlbench.reporting.source import Source

CLASSES = ("disc", "ring", "never")
FOLDS = 2


def detectors(metric: str) -> Source:
    """Return a run of two detectors on two folds of drawn boxes; the second fold holds no ring."""
    players = [Player("near", "classic", 0.9), Player("far", "deep", 0.6)]
    tasks = [{"as": "scenes", "type": "object_detection", "metrics": [metric]}]
    suite = {"name": "made", "tasks": tasks, "policy": {}}
    made = made_run([Game("scenes", players, metrics=("accuracy",), folds=FOLDS, items=20)], suite=suite)
    truths, found = {}, {}
    for record in made.records:
        fold, spread = record["job"]["fold"], {"near": 1.0, "far": 4.0}[record["job"]["contestant"]["label"]]
        rng = np.random.default_rng(fold)
        boxes = np.concatenate([rng.uniform(0, 60, (20, 2, 2)), rng.uniform(8, 30, (20, 2, 2))], axis=2)
        codes = [np.array([0, 0 if fold else 1])] * 20
        objects = Objects.of(list(zip(boxes, codes, strict=True)))
        truths[record["key"]] = Truth.of(np.arange(20).astype(np.str_), objects, CLASSES)
        said = np.clip(boxes + rng.normal(0, spread, boxes.shape), 0.1, None)
        found[record["key"]] = Boxes.of([(one, code, rng.random(2)) for one, code in zip(said, codes, strict=True)])
    records = tuple(
        {**record, "form": "Boxes",
         "scores": {metric: {"value": catalog.metric(metric).score(truths[record["key"]], found[record["key"]])}}}
        for record in made.records
    )  # fmt: skip
    return Source(made.run, records, lambda record: found[record["key"]], lambda record: truths[record["key"]])


@pytest.mark.parametrize("metric", ["map_50", "map", "voc_ap"])
def test_values_are_the_means_over_jobs_that_hold_the_class(metric: str) -> None:
    source = detectors(metric)
    told = {one["contestant"]: one for one in json.loads(render(source, "json"))["by_class"]}
    assert set(told) == {"near", "far"}
    for name, one in told.items():
        jobs = [record for record in source.records if record["job"]["contestant"]["label"] == name]
        judge: Any = catalog.metric(metric)
        each = [judge.by_class(source.truth(job), source.predictions(job)) for job in jobs]
        assert (one["metric"], one["jobs"], tuple(one["classes"])) == (metric, FOLDS, CLASSES)
        assert one["values"] == [pytest.approx(np.mean([fold[0] for fold in each])), pytest.approx(each[0][1]), None]
        assert np.mean([np.nanmean(fold) for fold in each]) == pytest.approx(
            np.mean([job["scores"][metric]["value"] for job in jobs])
        )


def test_the_page_shows_what_the_json_report_holds() -> None:
    source = detectors("map_50")
    findings = find(source)
    table = class_table(by_class(source, findings, findings.rounds[0]))
    assert table is not None
    assert [line[0] for line in table.lines] == list(CLASSES)
    page = render(source, "html", items=False)
    assert "map_50 ↑ by class, mean over jobs" in page
    assert all(f">{text}<" in page for text in table.lines[0])


def test_metrics_that_are_no_mean_over_classes_have_none() -> None:
    source = made_run([Game("t", [Player("svm", "classic", 0.9)])])
    assert json.loads(render(source, "json"))["by_class"] == []
    assert by_class(source, find(source), find(source).rounds[0]) == ()
