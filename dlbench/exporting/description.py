"""model.json and requirements.txt: what goes in, what comes out, how good it was, what it needs."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from typing import Any

from dlbench import __version__
from dlbench.core import catalog
from dlbench.core.canonical import canonical
from dlbench.core.errors import DlbenchError
from dlbench.exporting.material import Material, Member, top_of
from dlbench.machine import backend, installed

FORMAT = 1


def describe(material: Material, models: Sequence[str]) -> dict[str, Any]:
    """Return model.json but for columns, files and digest.

    Args:
        material: of the job.
        models: names of the model files.
    """
    spec, record = material.spec, material.job.record
    return {
        "format": FORMAT,
        "job": material.job.name,
        "model": spec.contestant.label,
        "task_type": spec.task.type,
        "dataset": spec.task.dataset,
        "modality": material.data.inputs.modality,
        "shape": list(material.data.inputs.shape),
        "top": top_of(material.data),
        "classes": list(material.parts.schema.classes),
        "form": material.form,
        "threshold": record.get("threshold"),
        "members": [
            {"weight": one.weight, "sharpness": one.sharpness, "links": list(_links(material, one, models))}
            for one in material.members
        ],
        "score": _score(material),
        "rows": {"train": len(material.train), "test": len(material.test)},
        "record": {"key": record["key"], "attempt": record["attempt"], "digest": record["digest"]},
        "dlbench": __version__,
        "python": platform.python_version(),
    }


def _links(material: Material, member: Member, models: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the files of every link, and how it wants its inputs."""
    links = member.contestant.links
    for i, (model, values) in enumerate(zip(links, material.values(member), strict=True), start=1):
        stem = member.stem + ("model" if len(links) == 1 else f"{i}_{model.name}")
        net = f"{stem}.encoder.keras" if i < len(links) else f"{stem}.keras"
        deep = model.trainer == "network"
        prepared = f"{stem}.preparation.skops"
        yield {
            "model": model.name,
            "layout": "pixels" if model.prepare(values).layout == "pixels" else "matrix",
            "pipeline": None if deep else f"{stem}.skops",
            "net": net if deep else None,
            "preparation": prepared if prepared in models else None,
        }


def _score(material: Material) -> dict[str, Any]:
    """Return the primary metric on the test rows of this job, and on all folds with its interval."""
    metric = material.spec.task.metrics[0]
    value = material.job.record["scores"][metric]["value"]
    told = {"metric": metric, "better": catalog.metric(metric).better, "value": value}
    return {**told, **_interval(material, metric)}


def _interval(material: Material, metric: str) -> dict[str, Any]:
    """Return mean and 95 % interval over the folds of the run, as its report has them; empty where it has none."""
    from dlbench.reporting.load import load_source
    from dlbench.reporting.rows import rows

    spec = material.spec
    wanted = (spec.task.label, spec.contestant.label, metric, canonical(dict(spec.point)) if spec.point else "")
    try:
        found = rows(load_source(material.job.run, material.job.store))
        row = next(one for one in found if (one.task, one.contestant, one.metric, one.point) == wanted)
    except (StopIteration, DlbenchError):
        return {}
    return {"mean_of_folds": row.value, "low": row.low, "high": row.high}


def requirements(material: Material, *, onnx: bool = False) -> str:
    """Return requirements.txt: the versions installed here, of what the folder needs."""
    names = {"numpy", "pandas", "scikit-learn", "skops", *material.spec.contestant.uses}
    names |= {name for member in material.members for name in member.contestant.uses}
    if any(link.trainer == "network" for member in material.members for link in member.contestant.links):
        names |= {"keras", backend()}
    names |= {"onnxruntime"} if onnx else set()
    lines = [f"{name}=={installed(name)}" if installed(name) else name for name in sorted(names - {"dlbench"})]
    return "\n".join([f"# Python {platform.python_version()}", *lines]) + "\n"
