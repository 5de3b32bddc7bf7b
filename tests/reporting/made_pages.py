"""Made runs with all that a page can show: items of a real dataset, trials, epochs, failed, skipped and swept cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from hostile import NASTY
from made_run import Game, Player, made_run

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.job import JobSpec, SearchSpec, SplitSpec, TaskSpec
from dlbench.core.seeds import derive
from dlbench.reporting.source import Record, Source

FLOOR = Player("majority", "floor", 0.1, spread=0)


def vision_like() -> Source:
    """Return a run like the vision suite: digits with items that can be read again, a clustering, two other tasks."""
    players = [
        FLOOR,
        *(Player(name, "classic", skill) for name, skill in (("logistic", 0.7), ("svm", 0.85), ("forest", 0.75))),
        *(Player(name, "deep", skill) for name, skill in (("mlp", 0.5), ("resnet", 0.6))),
    ]
    groups = [Player("kmeans", "classic", 0.7, "Clusters"), Player("autoencoder+kmeans", "deep", 0.6, "Clusters")]
    games = [
        Game("digits", players, folds=1, seeds=2, items=180, classes=10),
        Game("clusters", groups, type="clustering", metrics=("ari", "nmi"), items=120),
        *(Game(f"task {number}", players, items=60, folds=2) for number in range(2)),
    ]
    run = made_run(games, suite={"name": "vision", "description": "Deep against classic.", "policy": {},
                                 "tasks": [_task(game) for game in games]})  # fmt: skip
    return looking(readable(run, "digits"), "digits")


def troubled() -> Source:
    """Return a run with failed, imputed, skipped and unvalidated contestants, a regression, and a sweep of rows."""
    ends = {(0, fold, 0): ("failed", "ValueError: too deep") for fold in range(3)}
    late = {(0, 1, 0): ("timeout", "stopped after 60 s")}
    few = [
        FLOOR,
        Player("svm", "classic", 0.8),
        Player("broken", "deep", 0.9, ends=ends),
        Player("slow", "deep", 0.85, ends=late),
        Player("shy", "classic", 0.7, "Scores", validated=False),
    ]
    numbers = [
        Player("mean", "floor", 0.0, "Values"),
        Player("ridge", "classic", 0.8, "Values"),
        Player("net", "deep", 0.7, "Values"),
    ]
    pair = [FLOOR, Player("svm", "classic", 0.8), Player("net", "deep", 0.8)]
    games = [
        Game("images", few, folds=3, items=90),
        Game("prices", numbers, type="tabular_regression", metrics=("rmse", "r2"), folds=3, items=90),
        *(Game("rows", [pair[0], pair[1], replace(pair[2], skill=0.5 + 0.1 * step)], folds=3, items=90,
               point={"rows": 100 * 2**step}) for step in range(5)),
    ]  # fmt: skip
    skipped = [{"task": "images", "contestant": "boosting", "metric": None, "reason": "xgboost is not installed"},
               {"task": "images", "contestant": "shy", "metric": "log_loss", "reason": "shy gives Scores"}]  # fmt: skip
    return readable(made_run(games, skipped=skipped, finished=None, suite_name="troubled"))


def hostile() -> Source:
    """Return a run in which every name from outside, of classes, parameters and items too, is hostile."""
    named = [Player(name, "deep" if number % 2 else "classic", 0.8) for number, name in enumerate(NASTY)]
    fails = Player("fails", "deep", 0.9, ends={(0, 1, 0): ("failed", NASTY[14])})
    games = [Game(NASTY[0], [FLOOR, *named, fails], folds=2, items=40)]
    games += [
        Game(NASTY[13], [FLOOR, *named[12:14]], folds=2, items=40, point={NASTY[5]: at, NASTY[17]: NASTY[20]})
        for at in (10, 20)
    ]
    told = {name: name for name in NASTY}
    run = readable(
        made_run(
            games,
            suite_name=NASTY[13],
            versions=told,
            overrides=told,
            inferred={name: [{"column": name, "warning": name}] for name in NASTY},
            skipped=[{"task": name, "contestant": name, "metric": None, "reason": name} for name in NASTY],
        ),
        setting=NASTY,
    )
    seen: dict[str, Any] = {}

    def truth(record: Record) -> Any:
        held = run.truth(record)
        name = record["fingerprints"]["truth"]
        if name not in seen:
            ids = np.array([f"{NASTY[place % len(NASTY)]}{place}" for place in range(len(held))])
            seen[name] = replace(held, ids=ids, classes=tuple(NASTY[: len(held.classes)]))
        return seen[name]

    return looking(replace(run, truth=truth), NASTY[0])


def looking(run: Source, task: str) -> Source:
    """Return a run whose jobs, floors aside, kept what they looked at in two items of a task, 8×8 pixels each."""

    def arrays(record: Record, name: str) -> dict[str, np.ndarray]:
        kind = record["job"]["contestant"]["kind"]
        if record["job"]["task"] != task or record["status"] != "ok" or kind == "floor" or name != "attributions.npz":
            return {}
        rng = np.random.default_rng(derive("looked", record["key"]))
        methods = ("saliency", "integrated_gradients", "grad_cam") if kind == "deep" else ()
        ids = run.truth(record).ids[[0, 7]]
        maps = {method: rng.normal(size=(2, 8, 8)).astype(np.float32) for method in ("occlusion", *methods)}
        return {"ids": ids, "codes": np.array([0, 1]), **maps}

    return replace(run, arrays=arrays)


def readable(run: Source, dataset: str = "", setting: tuple[str, ...] = ("rate", "kernel")) -> Source:
    """Return a run whose jobs left trials and epochs; with a dataset, the task of its name can be read again."""
    held = tuple(_with_data(record, dataset) if record["job"]["task"] == dataset else record for record in run.records)

    def left(record: Record, name: str) -> list[dict[str, Any]]:
        rng = np.random.default_rng(derive("left", record["key"]))
        if record["job"]["contestant"]["kind"] == "floor" or record["status"] != "ok":
            return []
        if name == "history.json":
            deep = record["job"]["contestant"]["kind"] == "deep"
            return (
                [{"link": "net", "epoch": epoch, "loss": 1 / epoch, "val_loss": None} for epoch in range(1, 9)]
                if deep
                else []
            )
        return [_trial(number, setting, rng) for number in range(6)]

    return replace(run, records=held, left=left)


def _task(game: Game) -> dict[str, Any]:
    reference = {"reference": {"value": 0.98, "source": "somebody"}} if game.label == "digits" else {}
    return {"as": game.label, "type": game.type, "metrics": list(game.metrics), **reference}


def _trial(number: int, setting: tuple[str, ...], rng: np.random.Generator) -> dict[str, Any]:
    values: dict[str, Any] = {name: float(rng.random()) for name in setting[:1]}
    values |= {name: setting[int(rng.integers(len(setting)))] for name in setting[1:]}
    score = None if number == 5 else float(rng.random())
    return {"number": number, "values": values, "score": score, "status": "ok", "seconds": 1.0}


def _with_data(record: Record, dataset: str) -> Mapping[str, Any]:
    task = TaskSpec(dataset, "image_classification", dataset, {}, ("accuracy",), "accuracy")
    contestant = Contestant("svm", "svm", (), {})
    spec = JobSpec("k", "", task, contestant, SearchSpec(), SplitSpec(5, 0, 0, 0, 0.2))
    data = catalog.dataset(dataset).load({}).fingerprint()
    return {**record, "spec": asdict(spec), "fingerprints": {**record["fingerprints"], "data": data}}
