"""Makes runs for the tests of report and gate: predictions drawn at random, scored by the real metrics."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.form import Form
from dlbench.forms.clusters import Clusters
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.scores import Scores
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values
from dlbench.reporting.source import Source

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "[link=https://example.org]click[/link]",
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "two\nlines | `tick` **bold**",
    "=cmd()|'/c calc'!A1",
)


@dataclass(frozen=True)
class Player:
    """A contestant of a made run.

    Attributes:
        skill: share of items it gets right (classes), 1 − noise/spread (values).
        form: Scores, Probabilities, Values or Clusters.
        ends: (repeat, fold, seed) → (status, reason) of jobs that do not end well.
        spread: standard deviation of the skill between jobs.
        validated: whether it has validation scores.
        refit: rounds that the refit did, and those that the search had chosen; None for a model without rounds.
    """

    label: str
    kind: str
    skill: float
    form: str = "Probabilities"
    ends: Mapping[tuple[int, int, int], tuple[str, str]] = field(default_factory=dict)
    spread: float = 0.003
    validated: bool = True
    validation: float | None = None
    refit: tuple[int, int] | None = None


@dataclass(frozen=True)
class Game:
    """A task of a made run; one fold and one repeat are a fixed test set."""

    label: str
    players: Sequence[Player]
    type: str = "image_classification"
    metrics: tuple[str, ...] = ("accuracy", "log_loss")
    folds: int = 5
    repeats: int = 1
    seeds: int = 1
    items: int = 200
    classes: int = 4
    point: Mapping[str, Any] = field(default_factory=dict)


def made_run(
    games: Sequence[Game], *, run: str = "run-1", seed: int = 0, policy: str = "floor", **header: Any
) -> Source:
    """Return a source; `seed` moves the contestants' luck, never data or splits."""
    records: list[dict[str, Any]] = []
    forms: dict[str, Form] = {}
    truths: dict[str, Truth] = {}
    for game in games:
        for record, form, truth in _jobs(game, seed):
            records.append({**record, "digest": hashlib.sha256(_hex(repr(record)).encode()).hexdigest()})
            truths[record["fingerprints"]["truth"]] = truth
            if form is not None:
                forms[record["key"]] = form
    content = {
        "format": 1,
        "id": run,
        "suite": {
            "name": "made",
            "tasks": [{"as": game.label, "type": game.type, "metrics": list(game.metrics)} for game in games],
            "policy": {"on_failure": policy},
        },
        "suite_name": "made",
        "digest": "0123456789abcdef",
        "started": "2026-01-02T03:04:05Z",
        "finished": "2026-01-02T03:14:05Z",
        "versions": {"dlbench": "0.1.0", "python": "3.11.7", "keras": "3.15.1", "scikit-learn": "1.9.1"},
        "hardware": {"cpu": "x86_64", "cores": 2, "memory": "8 GB"},
        "git": {"commit": "d173df5" * 5, "dirty": True},
        "jobs": [{"key": record["key"], "attempt": 1, "reused": False, **record["job"]} for record in records],
        "skipped": [],
        **header,
    }
    return Source(
        content,
        tuple(records),
        lambda record: forms[record["key"]],
        lambda record: truths[record["fingerprints"]["truth"]],
    )


def _jobs(game: Game, seed: int) -> Any:
    for repeat in range(game.repeats):
        for fold in range(game.folds):
            place = [_hex(game.label), repeat, fold, _hex(repr(sorted(game.point.items())))]
            tested = [*place[:3], _hex("[]")]  # the test part stays whole along a sweep
            truth = _truth(game, np.random.default_rng(_number("truth", tested)))
            for player in game.players:
                for fit in range(game.seeds):
                    rng = np.random.default_rng(_number("luck", [*place, _hex(player.label), fit, seed]))
                    form = _form(game, player, truth, rng)
                    yield _record(game, player, (repeat, fold, fit), form, truth, rng)


def _truth(game: Game, rng: np.random.Generator) -> Truth:
    ids = np.arange(game.items).astype(np.str_)
    if game.type == "tabular_regression":
        return Truth(ids, rng.normal(150, 75, game.items))
    names = tuple(f"class {code}" for code in range(game.classes))
    target = np.concatenate([np.arange(game.classes), rng.integers(game.classes, size=game.items - game.classes)])
    return Truth(
        ids, target, names, rng.normal(size=(game.items, 3)) + target[:, None] if game.type == "clustering" else None
    )


def _form(game: Game, player: Player, truth: Truth, rng: np.random.Generator) -> Form:
    skill = float(np.clip(player.skill + rng.normal(0, player.spread), 0, 1)) if player.spread else player.skill
    if player.form == "Values":
        return Values(
            truth.target.mean()
            + skill * (truth.target - truth.target.mean())
            + rng.normal(0, 75 * (1 - skill) * 0.3, len(truth))
        )
    right = rng.random(len(truth)) < skill
    codes = np.where(right, truth.target, (truth.target + rng.integers(1, game.classes, len(truth))) % game.classes)
    if player.form == "Clusters":
        return Clusters(codes)
    sure = np.full((len(truth), game.classes), 0.1 / (game.classes - 1))
    sure[np.arange(len(truth)), codes] = 0.9
    return Probabilities(sure) if player.form == "Probabilities" else Scores(sure)


def _record(
    game: Game, player: Player, where: tuple[int, int, int], form: Form, truth: Truth, rng: np.random.Generator
) -> tuple[dict[str, Any], Form | None, Truth]:
    repeat, fold, fit = where
    status, reason = player.ends.get(where, ("ok", ""))
    deep = player.kind == "deep"
    fit_seconds = float(rng.uniform(20, 22) if deep else 0 if player.kind == "floor" else rng.uniform(0.3, 0.5))
    contestant = {"label": player.label, "model": player.label, "stages": [], "parameters": {}, "kind": player.kind}
    place = f"{game.label}/{dict(game.point)}/{player.label}/{where}"
    record: dict[str, Any] = {
        "format": 1,
        "key": f"{_number('key', [_hex(place)]):032x}",
        "attempt": 1,
        "status": status,
        "reason": reason,
        "job": {
            "task": game.label, "task_type": game.type, "dataset": {"name": game.label, "params": {}},
            "contestant": contestant, "point": dict(game.point), "repeat": repeat, "fold": fold, "seed": fit,
        },
        "ledger": {
            "granted_seconds": None, "granted_trials": 0 if player.kind == "floor" else 8,
            "trials": 0 if player.kind == "floor" else 8, "search": 7 * fit_seconds, "used_seconds": 8 * fit_seconds,
            **({"refit_rounds": player.refit, "stopped": "deadline"} if player.refit else {}),
        },
        "fingerprints": {
            "data": f"data-{game.label}", "split": f"split-{repeat}-{fold}", "truth": f"{game.label}-{repeat}-{fold}",
        },
        "sizes": {"train": 640, "valid": 160, "test": 200},
        "environment": {"machine": "here", "beside": 1},
    }  # fmt: skip
    if status != "ok":
        return record, None, truth
    held = [name for name in game.metrics if catalog.metric(name).scores in _reach(form)]
    values = {name: catalog.metric(name).score(truth, form.to(catalog.metric(name).scores)) for name in held}
    primary = catalog.metric(game.metrics[0])
    validation = values[game.metrics[0]] if player.validation is None else player.validation
    record |= {
        "validation": {"metric": primary.name, "better": primary.better, "value": validation}
        if player.validated
        else None,
        "scores": {name: {"value": value, "version": "v1"} for name, value in values.items()},
        "form": form.name,
        "first_predict_seconds": 0.8 if deep else 0.002,
        "predict_seconds_per_1000": 0.05 if deep else 0.004,
        "peak_memory_bytes": 900_000_000 if deep else 250_000_000,
        "parameters": 61_706 if deep else 650,
    }
    return record, form, truth


def _reach(form: Form) -> tuple[str, ...]:
    from dlbench.core.form import reachable

    return reachable(form.name)


def _hex(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").hex()


def _number(purpose: str, parts: Sequence[Any]) -> int:
    from dlbench.core.seeds import derive

    return derive(purpose, *(list(part) if isinstance(part, tuple) else part for part in parts))
