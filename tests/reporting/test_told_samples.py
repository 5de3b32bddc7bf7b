"""What a page draws or judges in part, it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_run import Game, Player, made_run

from dlbench.forms.boxes import Boxes
from dlbench.forms.instances import Instances
from dlbench.forms.objects import Objects
from dlbench.forms.outlined import OutlinedObjects
from dlbench.forms.truth import Truth
from dlbench.reporting.board import Round, board
from dlbench.reporting.evidence.answers import MOST_JUDGED
from dlbench.reporting.evidence.reload import Shelf
from dlbench.reporting.evidence.trials import Trials
from dlbench.reporting.html.showing import Room, showing
from dlbench.reporting.plots.search import MOST_AXES, MOST_SHARES, MOST_TRIALS, importance, parallel
from dlbench.reporting.plots.training import MOST_JOBS, training
from dlbench.reporting.source import Source


@pytest.fixture(scope="module")
def place() -> Round:
    return board(made_run([Game("t", [Player("net", "deep", 0.9)], folds=1)]))[0]


def tried(count: int, axes: int = 1) -> Trials:
    rng = np.random.default_rng(0)
    settings = tuple({f"p{axis}": float(value) for axis, value in enumerate(rng.random(axes))} for _ in range(count))
    return Trials("accuracy", "higher", (0,) * count, settings, tuple(setting["p0"] for setting in settings), 0)


@pytest.mark.parametrize("count", [MOST_TRIALS, MOST_TRIALS + 1])
def test_of_many_trials_the_first_are_drawn_and_said_to_be(count: int, place: Round) -> None:
    figure = parallel(place, "net", tried(count))
    assert figure is not None
    assert len({value["trial"] for value in figure.spec["data"]["values"]}) == MOST_TRIALS
    begins = f"{count} trials of net" if count == MOST_TRIALS else f"The first {MOST_TRIALS} of {count} trials of net"
    assert figure.about.startswith(begins)


def test_of_many_parameters_some_are_drawn_and_said_to_be(place: Round) -> None:
    axes, bars = parallel(place, "net", tried(9, MOST_AXES + 1)), importance(place, "net", tried(60, MOST_SHARES + 1))
    assert axes is not None
    assert bars is not None
    assert axes.about.endswith(f" The first {MOST_AXES} of {MOST_AXES + 1} parameters.")
    assert bars.about.endswith(f" The first {MOST_SHARES} of {MOST_SHARES + 1} parameters.")
    assert len(bars.spec["data"]["values"]) == MOST_SHARES


@pytest.mark.parametrize("count", [MOST_JOBS, MOST_JOBS + 1])
def test_of_many_jobs_the_first_are_drawn_and_said_to_be(count: int, place: Round) -> None:
    figure = training(place, {"net": [[{"epoch": 1, "loss": 1.0}, {"epoch": 2, "loss": 0.5}]] * count})
    assert figure is not None
    assert len({value["job"] for value in figure.spec["data"]["values"]}) == MOST_JOBS
    told = f"the first {MOST_JOBS} of up to {count} jobs"
    assert (told in figure.about) == (count > MOST_JOBS)
    assert (f"the first {MOST_JOBS} jobs" in figure.table.title) == (count > MOST_JOBS)


def shown(metric: str, count: int, objects: Any, found: Any) -> set[str]:
    """Return the notes beside the pictures of a task, of which the last is answered at random."""
    jobs = {"net": [{"status": "ok", "key": "net", "job": {"contestant": {"kind": "deep"}}}]}
    truth = Truth.of(np.arange(count).astype(np.str_), objects, ("cell",))
    source = Source({}, (), lambda _: found, lambda _: truth)
    items = showing(source, Round("cells", "", "", (metric,), jobs, {}, {}), ["net"], Shelf(), Room(12, 32))
    assert items is not None
    assert len(items.groups) == 2
    return {group.note for group in items.groups}


@pytest.mark.parametrize("count", [MOST_JUDGED, MOST_JUDGED + 7])
def test_pictures_that_are_not_judged_one_by_one_are_counted(count: int) -> None:
    said = f"Chosen among the first {MOST_JUDGED} pictures of each job, of up to {count}."
    box, code = np.array([[0.0, 0, 2, 2]]), np.array([0])
    boxes = Objects.of([(box, code)] * count), Boxes.of([(box, code, np.ones(1))] * count)
    masks = [np.ones((2, 2), dtype=bool)]
    outlined = OutlinedObjects.outlined([(masks, [0])] * count), Instances.of([(masks, [0], [1.0])] * count)
    expected = {said} if count > MOST_JUDGED else {""}
    assert shown("map_50", count, *boxes) == expected
    assert shown("map_masks_50", count, *outlined) == expected


@pytest.mark.parametrize("seeds", [2, 3])
def test_of_many_fit_seeds_the_first_are_read_and_said_to_be(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlbench.reporting.evidence.right.MOST", 4)
    players = [Player("svm", "classic", 0.8), Player("net", "deep", 0.8)]
    source, asked = made_run([Game("t", players, folds=1, seeds=seeds)]), []

    def noted(record: Any) -> Any:
        asked.append((record["job"]["contestant"]["label"], record["job"]["seed"]))
        return source.predictions(record)

    found = showing(replace(source, predictions=noted), board(source)[0], ("svm", "net"), Shelf(), Room(4, 16))
    assert found is not None
    assert sorted(set(asked)) == [(name, seed) for name in ("net", "svm") for seed in (0, 1)]
    told = "Of each fold the first 2 of 3 fit seeds were read." if seeds == 3 else ""
    assert {group.note for group in found.groups} == {told}
