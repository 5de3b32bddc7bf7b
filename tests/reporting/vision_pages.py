"""A page of what the vision suite holds besides digits: its tasks of masks and boxes, run small."""

from __future__ import annotations

from pathlib import Path

import yaml

import dlbench

SUITE = Path(__file__).parents[2] / "suites" / "vision.yaml"
ROWS = {"scene_masks": 24, "scenes": 24}


def masks_and_boxes(folder: Path) -> str:
    """Return the page of a run of all tasks of the suite on drawn scenes, by their own contestants, briefly fitted.

    Args:
        folder: where the run is kept.
    """
    suite = yaml.safe_load(SUITE.read_text(encoding="utf-8"))
    tasks = [task for task in suite["tasks"] if isinstance(task["dataset"], dict)]
    small = [{**task, "dataset": {**task["dataset"], "rows": ROWS[task["dataset"]["name"]]}} for task in tasks]
    named = {name for task in tasks for name in task["models"]}
    models = [model for model in suite["models"] if (model["name"] if isinstance(model, dict) else model) in named]
    brief = {"search": {"oracle": "random", "trials": 1, "epochs": 2}, "protocol": {"folds": 1}}
    outcome = dlbench.run(dlbench.load_suite({**suite, "tasks": small, "models": models, **brief}), output=folder)
    return str(dlbench.report(outcome.folder.path).render("html"))
