"""The JSON schema of a suite, for editors that complete and check YAML."""

from __future__ import annotations

from typing import Any

from dlbench.core import catalog
from dlbench.suite.shape import Frame, Model, Task


class _Suite(Frame):
    """A benchmark suite of dlbench: tasks, models, and how they are compared."""

    tasks: list[Task]
    models: list[Model]
    include: list[str] | None = None


def json_schema() -> dict[str, Any]:
    """Return a JSON schema (draft 2020-12). Names of the catalog are offered; own components validate too."""
    schema = _Suite.model_json_schema(by_alias=True)
    kinds = schema["$defs"]
    model, task = kinds["ModelShape"], kinds["TaskShape"]
    task["properties"]["dataset"]["anyOf"] = [_named(catalog.datasets()), {"type": "object"}]
    _nullable(task["properties"]["type"], _named(catalog.tasks()))
    _nullable(task["properties"]["metrics"], {"type": "array", "minItems": 1, "items": _named(catalog.metrics())})
    chains = sorted({*catalog.models(), *(entry for entry in _chains())})
    for kind, names in ((model, chains), (kinds["StageShape"], _encoders())):
        kind["properties"]["name"] |= {"anyOf": [{"enum": list(names)}, {"type": "string"}]}
        kind["properties"]["name"].pop("type", None)
    for owner, key in ((schema, "tasks"), (schema, "models"), (model, "stages"), (model, "needs")):
        _or_name(owner["properties"][key], {"tasks": catalog.datasets(), "models": chains}.get(key, _encoders()))
    title = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "dlbench suite"}
    return {**schema, **title}


def _named(names: Any) -> dict[str, Any]:
    """Offer names, and let any other text pass: an included file may bring its own."""
    return {"anyOf": [{"enum": list(names)}, {"type": "string"}]}


def _nullable(schema: dict[str, Any], inner: dict[str, Any]) -> None:
    schema["anyOf"] = [inner, {"type": "null"}]


def _or_name(schema: dict[str, Any], names: Any) -> None:
    """Let an entry of a list be a bare name."""
    for listed in (schema, *schema.get("anyOf", ())):
        if "items" in listed:
            listed["items"] = {"anyOf": [{"enum": list(names)}, {"type": "string"}, listed["items"]]}


def _encoders() -> list[str]:
    return [name for name, model in catalog.models().items() if "Embeddings" in model.gives]


def _chains() -> list[str]:
    known = catalog.models().items()
    heads = [name for name, model in known if "table" in model.accepts and {*model.gives} - {"Embeddings"}]
    return [f"{stage}+{head}" for stage in _encoders() for head in heads if head != stage]
