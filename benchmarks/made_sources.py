"""Runs for the gate, made of answers that are at hand: what `check` and `baseline` read, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlbench.core.form import Form
from dlbench.forms.truth import Truth
from dlbench.reporting.source import Source


@dataclass(frozen=True)
class Asked:
    """A task of a made run: its metrics, the truth of its fixed test set, and contestant → one answer a fit seed."""

    metrics: tuple[str, ...]
    truth: Truth
    answers: Mapping[str, Sequence[Form]]


def source(run: str, tasks: Mapping[str, Asked]) -> Source:
    """Return a finished run; scores are computed from the answers when they are asked for."""
    records, forms = [], {}
    for task, asked in tasks.items():
        for contestant, answers in asked.answers.items():
            for seed, form in enumerate(answers):
                key = f"{run}-{task}-{contestant}-{seed}"
                forms[key] = form
                records.append(_record(key, (task, contestant, seed), form))
    declared = [{"as": task, "metrics": list(asked.metrics)} for task, asked in tasks.items()]
    jobs = [{"key": record["key"], **record["job"]} for record in records]
    content = {"id": run, "suite_name": "simulated", "suite": {"tasks": declared}, "jobs": jobs}
    return Source(
        content,
        tuple(records),
        lambda record: forms[record["key"]],
        lambda record: tasks[record["job"]["task"]].truth,
        lambda metric: "1",
    )


def _record(key: str, place: tuple[str, str, int], form: Form) -> dict[str, Any]:
    task, contestant, seed = place
    named = {"label": contestant, "kind": "classic"}
    job = {"task": task, "task_type": "", "point": {}, "repeat": 0, "fold": 0, "seed": seed, "contestant": named}
    prints = {name: f"{name} of {task}" for name in ("data", "split", "truth")}
    return {"key": key, "status": "ok", "job": job, "form": form.name, "fingerprints": prints}
