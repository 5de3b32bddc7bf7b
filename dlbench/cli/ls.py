"""`dlbench ls WHAT`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from dlbench.cli.options import format_option, output_dir
from dlbench.cli.printing import columns, say, say_json

Row = dict[str, Any]


@click.command()
@click.argument("what", type=click.Choice(["models", "datasets", "metrics", "tasks", "losses", "suites", "runs"]))
@format_option("terminal", "json")
@output_dir
def command(what: str, form: str, output: str) -> None:
    """List what there is; `dlbench info NAME` says more of each."""
    rows = _runs(output) if what == "runs" else _LISTS[what]()
    if form == "json":
        say_json({"format": 1, what: rows})
    elif rows:
        numbers = [i for i, value in enumerate(rows[0].values()) if isinstance(value, int)]
        click.echo(columns(list(rows[0]), [[_words(value) for value in row.values()] for row in rows], numbers=numbers))
    else:
        say(f"no {what} under {output}" if what == "runs" else f"no {what}")


def _models() -> list[Row]:
    from dlbench.core import catalog

    return [
        {"name": name, "kind": model.kind, "accepts": model.accepts, "gives": model.gives, "title": model.title}
        for name, model in catalog.models().items()
    ]


def _datasets() -> list[Row]:
    from dlbench.core import catalog

    return [
        {
            "name": name,
            "modality": data.modality,
            "rows": data.rows or None,
            "classes": data.classes or None,
            "tasks": data.tasks,
            "title": data.title,
        }
        for name, data in catalog.datasets().items()
    ]


def _metrics() -> list[Row]:
    from dlbench.core import catalog

    return [
        {"name": name, "better": metric.better, "scores": metric.scores, "title": metric.title}
        for name, metric in catalog.metrics().items()
    ]


def _tasks() -> list[Row]:
    from dlbench.core import catalog

    return [
        {"name": name, "modalities": task.modalities, "asks": task.asks, "metrics": task.metrics, "title": task.title}
        for name, task in catalog.tasks().items()
    ]


def _losses() -> list[Row]:
    from dlbench.core import catalog

    return [{"name": name, "learns": loss.learns, "title": loss.title} for name, loss in catalog.losses().items()]


def _suites() -> list[Row]:
    from dlbench import api
    from dlbench.suite import embedded_suites

    suites = {name: api.load_suite(name) for name in embedded_suites()}
    return [
        {"name": name, "tasks": len(suite.tasks), "models": len(suite.models), "description": suite.description}
        for name, suite in suites.items()
    ]


def _runs(output: str) -> list[Row]:
    from pathlib import Path

    from dlbench.core.errors import CorruptRecord
    from dlbench.runs import all_runs

    rows = []
    for run in all_runs(Path(output)):
        row: Row = {"suite": run.path.parent.name, "run": run.id, "started": None, "jobs": None, "done": None}
        try:
            header = run.header()
        except CorruptRecord as error:
            rows.append({**row, "state": str(error)})
            continue
        state = "finished" if run.finished else "unfinished"
        done = len(run.attempts())
        rows.append(
            {**row, "started": header.get("started"), "jobs": len(header["jobs"]), "done": done, "state": state}
        )
    return rows


def _words(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, tuple) else value


_LISTS: dict[str, Callable[[], list[Row]]] = {
    "models": _models,
    "datasets": _datasets,
    "metrics": _metrics,
    "tasks": _tasks,
    "losses": _losses,
    "suites": _suites,
}
