"""What `dlbench info` tells: a component's literal metadata and its parameters, nothing heavy loaded."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from dlbench.core import catalog
from dlbench.core.component import Component
from dlbench.core.contestant import Contestant
from dlbench.core.dataset import Dataset
from dlbench.core.errors import UnknownName
from dlbench.core.loss import Loss
from dlbench.core.metric import Metric
from dlbench.core.schema import Schema
from dlbench.core.space import Dimension
from dlbench.core.task import Task


@dataclass(frozen=True)
class Sheet:
    """One component for people: what it is, its facts by name, and a row for each parameter."""

    name: str
    what: str
    title: str
    about: str
    facts: dict[str, str]
    bias: dict[str, str] = field(default_factory=dict)
    parameters: list[dict[str, str]] = field(default_factory=list)


def describe(name: str) -> list[Sheet]:
    """Return a sheet for each component of that name: a metric and a loss may share one.

    Raises:
        UnknownName: nothing is called so; the text names what is nearest.
    """
    if "+" in name:
        return [_contestant(Contestant.named(name))]
    sheets = [_contestant(Contestant.named(name))] if name in catalog.models() else []
    sheets += [_dataset(catalog.dataset(name))] if name in catalog.datasets() else []
    sheets += [_metric(catalog.metric(name))] if name in catalog.metrics() else []
    sheets += [_task(catalog.task(name))] if name in catalog.tasks() else []
    sheets += [_loss(catalog.loss(name))] if name in catalog.losses() else []
    if not sheets:
        known = [*catalog.models(), *catalog.datasets(), *catalog.metrics(), *catalog.tasks(), *catalog.losses()]
        raise UnknownName("model, dataset, metric, task type or loss", name, known)
    return sheets


def _contestant(contestant: Contestant) -> Sheet:
    first, head = contestant.links[0], contestant.head
    facts = {
        "kind": contestant.kind,
        "reads": ", ".join(first.accepts),
        "gives": ", ".join(head.gives),
        "answers": ", ".join(_answers(contestant)) or "nothing by itself; it stands before another model",
        "a Hyperband search rations": head.resource,
        "libraries": ", ".join(contestant.uses),
    }
    if first.smallest > (1, 1):
        facts["smallest image"] = "×".join(map(str, first.smallest))
    for link in contestant.links:
        facts["paper" if link is head else f"paper of {link.name}"] = link.paper
    bias = {name.replace("_", " "): text for name, text in asdict(head.bias).items()}
    title = " → ".join(link.title for link in contestant.links)
    about = _about(head) if first is head else ""
    return Sheet(contestant.label, "model", title, about, _said(facts), bias, _parameters(contestant))


def _answers(contestant: Contestant) -> list[str]:
    """Return the task types it can answer on some modality."""
    return [
        name
        for name, task in catalog.tasks().items()
        if any(contestant.misfit(modality, task.asks) is None for modality in task.modalities)
    ]


def _parameters(contestant: Contestant) -> list[dict[str, str]]:
    """Return a row a parameter; more where it differs between kinds of data or of answer."""
    kinds = [(modality, form) for modality in contestant.links[0].accepts for form in contestant.head.gives]
    seen: dict[tuple[str, Dimension], list[tuple[str, str]]] = {}
    for modality, form in kinds:
        for name, dimension in contestant.dimensions(Schema.example(modality, form)).items():
            seen.setdefault((name, dimension), []).append((modality, form))
    names = dict.fromkeys(name for name, _ in seen)
    return [
        {"name": name, "default": _value(dimension.default), "takes": dimension.describe(), "for": _apart(held, kinds)}
        for wanted in names
        for (name, dimension), held in seen.items()
        if name == wanted
    ]


def _apart(held: list[tuple[str, str]], kinds: list[tuple[str, str]]) -> str:
    """Say for which data and answers a row holds; "all" where for every one."""
    parts = []
    for position in (0, 1):
        mine = dict.fromkeys(kind[position] for kind in held)
        if len(mine) < len({kind[position] for kind in kinds}):
            parts.append(" or ".join(mine))
    return ", ".join(parts) or "all"


def _dataset(data: Dataset) -> Sheet:
    facts = {
        "modality": data.modality,
        "rows": str(data.rows or ""),
        "classes": str(data.classes or ""),
        "task types": ", ".join(data.tasks),
        "test part": "its own, official" if data.has_test_part else "",
        "source": data.source,
        "licence": data.licence,
        "paper": data.paper,
        "libraries": ", ".join(data.uses),
    }
    rows = [
        {
            "name": parameter.name,
            "default": _value(parameter.default),
            "takes": parameter.type.__name__
            + ("" if parameter.optional or parameter.default is not None else ", required"),
            "meaning": parameter.help,
        }
        for parameter in data.parameters
    ]
    return Sheet(data.name, "dataset", data.title, _about(data), _said(facts), parameters=rows)


def _metric(metric: Metric) -> Sheet:
    low, high = ("unbounded" if end is None else f"{end:g}" for end in (metric.low, metric.high))
    facts = {
        "better": metric.better,
        "scores": metric.scores,
        "range": f"{low} to {high}",
        "resampled by": f"{metric.unit} within {metric.strata}" if metric.strata else metric.unit,
        "needs the inputs": "yes" if metric.needs_inputs else "no",
        "needs the truth": "yes" if metric.needs_truth else "no",
        "paper": metric.paper,
    }
    return Sheet(metric.name, "metric", metric.title, _about(metric), _said(facts))


def _task(task: Task) -> Sheet:
    facts = {
        "modalities": ", ".join(task.modalities),
        "asks for": task.asks,
        "target": task.target,
        "metrics": ", ".join(task.metrics),
        "a search optimises": task.objective or task.metrics[0],
        "floor": task.floor,
        "paper": task.paper,
    }
    return Sheet(task.name, "task type", task.title, _about(task), _said(facts))


def _loss(loss: Loss) -> Sheet:
    facts = {
        "learns": loss.learns,
        "set by": f"loss: {loss.name}, on any deep model that learns {loss.learns}",
        "libraries": ", ".join(loss.uses),
        "paper": loss.paper,
    }
    return Sheet(loss.name, "loss", loss.title, _about(loss), _said(facts))


def _about(component: Component) -> str:
    """Return the prose of its docstring, up to the first worked example or list."""
    kept = []
    for paragraph in (inspect.cleandoc(type(component).__doc__ or "")).split("\n\n"):
        if ">>>" in paragraph or paragraph.rstrip().endswith(":") or ":\n    " in paragraph:
            break
        kept.append(" ".join(paragraph.split()))
    return "\n".join(kept)


def _said(facts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in facts.items() if text}


def _value(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)
