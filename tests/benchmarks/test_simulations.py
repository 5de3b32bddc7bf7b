"""The simulations behind docs/statistics.md: a few draws of each on small populations, so that they do not rot."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from dlbench.reporting import intervals

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SMALL = {
    "tabular_population": {"SETS": 2, "FITS": 6, "ITEMS": 400},
    "translations": {"SETS": 2, "FITS": 4, "SENTENCES": 60},
    "detections": {"SETS": 2, "FITS": 4, "SCENES": 60, "TRAINED": 30},
    "fitted_folds": {"MANY": 200},
}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    monkeypatch.setattr(intervals, "RESAMPLES", 60)
    for name, sizes in SMALL.items():
        for size, value in sizes.items():
            monkeypatch.setattr(importlib.import_module(name), size, value)
    tasks = module("simulated_tasks")
    monkeypatch.setattr(tasks, "ITEMS", dict.fromkeys(tasks.ITEMS, 80))
    for held in [tasks.population, tasks.equal, tasks.expected, tasks._held, module("fitted_folds").expected_accuracy]:
        held.cache_clear()


def module(name: str) -> ModuleType:
    return importlib.import_module(name)


def lines(folder: Path) -> dict[str, list[dict[str, float]]]:
    return {path.stem: [json.loads(line) for line in path.read_text().splitlines()] for path in folder.iterdir()}


@pytest.mark.parametrize("metric", ["accuracy", "f1_macro", "roc_auc", "rmse", "bleu", "map"])
def test_coverage_draws_intervals_of_every_metric(metric: str, tmp_path: Path) -> None:
    assert module("coverage").main(["--out", str(tmp_path), "--draws", "6", f"{metric}-5"]) == 0
    found = lines(tmp_path)
    assert sorted(found) == [f"{metric}-5-{what}" for what in ("difference", "first", "second")]
    held = [draw["low"] <= draw["truth"] <= draw["high"] for draws in found.values() for draw in draws]
    assert len(held) == 18
    assert np.mean(held) > 0.6
    assert all(draw["low"] < draw["high"] for draws in found.values() for draw in draws)


def test_coverage_and_size_over_folds(tmp_path: Path) -> None:
    assert module("coverage").main(["--out", str(tmp_path), "--draws", "8", "folds-1x5"]) == 0
    assert module("size_of_tests").main(["--out", str(tmp_path), "--draws", "8", "folds-2x5", "wilcoxon-6"]) == 0
    found = lines(tmp_path)
    assert np.mean([draw["low"] <= draw["truth"] <= draw["high"] for draw in found["folds-1x5-first"]]) > 0.6
    assert all(0 < draw["p"] <= 1 for name in ("folds-2x5", "wilcoxon-6") for draw in found[name])


def test_size_on_a_fixed_test_set(tmp_path: Path) -> None:
    words = ["--out", str(tmp_path), "--draws", "5", "crossed-accuracy", "crossed-rmse", "mcnemar"]
    assert module("size_of_tests").main(words) == 0
    assert all(0 < draw["p"] <= 1 for draws in lines(tmp_path).values() for draw in draws)


def test_the_gate_is_asked_itself(tmp_path: Path) -> None:
    assert module("gate_simulation").main(["--out", str(tmp_path), "--draws", "3", "honest", "loses-0.06"]) == 0
    found = lines(tmp_path)
    assert all(sum(draw.values()) == 8 for draw in found["honest-suite"])
    assert all(sum(draw.values()) == 1 for draw in found["loses-0.06-few-epochs"])


def test_tilting_makes_the_expected_difference_what_is_asked() -> None:
    tasks = module("simulated_tasks")
    for metric, difference in (("accuracy", 0.0), ("accuracy", 0.06), ("rmse", 0.0)):
        first, second = tasks.equal(metric, difference).scores(metric).mean(axis=2)
        assert first - second == pytest.approx(np.full(2, difference), abs=1e-6)
    assert abs(np.subtract(*tasks.expected("accuracy").mean(axis=2))).max() > 1e-3


def test_draws_that_were_stopped_go_on_as_if_they_had_not(tmp_path: Path) -> None:
    size = module("size_of_tests")
    size.main(["--out", str(tmp_path / "whole"), "--draws", "6", "folds-1x5"])
    size.main(["--out", str(tmp_path / "parts"), "--draws", "2", "folds-1x5"])
    kept = tmp_path / "parts" / "folds-1x5.jsonl"
    kept.write_text(kept.read_text() + '{"p": 0.')  # killed while it wrote
    size.main(["--out", str(tmp_path / "parts"), "--draws", "6", "folds-1x5"])
    assert lines(tmp_path / "parts") == lines(tmp_path / "whole")


def test_a_whole_case_outside_its_band_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draws = module("kept_draws")

    def judged(found: list[dict[str, float]]) -> tuple[float, float, bool]:
        return draws.share([draw["value"] < 0.5 for draw in found], 0.9, 1.0)

    case = draws.Case("half", ("half",), 20, lambda rng: {"value": float(rng.random())}, judged)
    for given, code, told in ((["--draws", "10"], 0, "short of 20"), ([], 1, "OUTSIDE")):
        assert draws.run([case], ("what",), draws.asked("", ["--out", str(tmp_path), *given])) == code
        assert told in capsys.readouterr().out
