"""A contestant: a model as a suite enters it, with the encoders that stand before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dlbench.core import catalog
from dlbench.core.errors import UsageError
from dlbench.core.form import reachable
from dlbench.core.model import Model
from dlbench.core.pretraining import Kept, Pretrain, trained, tuning_space
from dlbench.core.schema import Schema
from dlbench.core.space import Dimension, DimensionSpace, Pinned, Prefixed, Recorder


@dataclass(frozen=True)
class Contestant:
    """A model's name, fixed parameters and stages, as a suite enters it.

    Attributes:
        label: what reports call it.
        model: name of the model that answers.
        stages: names of the models whose embeddings it reads, in order.
        parameters: fixed ones; those of a stage are called `stage.name`.
        threshold: `tuned` where the cut between two classes is chosen on validation for the primary metric, or
            {cost: {false_positive: …, false_negative: …}} where it is for what mistakes cost; empty for the usual one.
        pretrain: what it starts from instead of drawn weights, as `Pretrain.told` gives it; empty for those.
    """

    label: str
    model: str
    stages: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    threshold: str | Mapping[str, Mapping[str, float]] = ""
    pretrain: Mapping[str, Any] = field(default_factory=dict)

    @property
    def start(self) -> Pretrain | None:
        """What it starts from; None where its weights are drawn."""
        return Pretrain.of(self.pretrain) if self.pretrain else None

    @property
    def free(self) -> Contestant:
        """The same without fixed parameters."""
        return replace(self, parameters={})

    @property
    def costs(self) -> Mapping[str, float]:
        """What a false positive and a false negative cost; empty where the suite names no cost."""
        return {} if isinstance(self.threshold, str) else self.threshold["cost"]

    @classmethod
    def named(cls, name: str) -> Contestant:
        """Read a name as a suite writes it: `svm`, or `pca+logistic` with stages before the model."""
        *stages, last = name.split("+")
        return cls(name, last, tuple(stages))

    @property
    def architecture(self) -> dict[str, Any]:
        """Its fixed parameters that say what a net is made of, not how it is taught."""
        return {name: value for name, value in self.parameters.items() if not trained(name)}

    @property
    def links(self) -> tuple[Model, ...]:
        """The stages' models and the model itself, in order."""
        return tuple(catalog.model(name) for name in (*self.stages, self.model))

    @property
    def head(self) -> Model:
        """The model that answers."""
        return catalog.model(self.model)

    @property
    def kind(self) -> str:
        """deep where any link is deep, else the kind of the model; for an ensemble of one kind, that kind."""
        if self.blends:
            return self.of if self.of in ("classic", "deep") else self.head.kind
        return "deep" if any(link.kind == "deep" for link in self.links) else self.head.kind

    @property
    def blends(self) -> bool:
        """Whether it is put together from the trials of other contestants."""
        return self.head.trainer == "ensemble"

    @property
    def of(self) -> str:
        """Whose trials an ensemble takes: classic, deep, all, or labels with commas between them."""
        return str(self.parameters.get("of", "all"))

    def takes(self, other: Contestant) -> bool:
        """Whether an ensemble takes the trials of another contestant: none of floors, and none of ensembles."""
        if other.blends or other.kind == "floor":
            return False
        named = [name.strip() for name in self.of.split(",")]
        return self.of == "all" or other.kind == self.of or other.label in named

    @property
    def uses(self) -> tuple[str, ...]:
        """Distributions whose versions change its results."""
        return tuple(sorted({name for link in self.links for name in link.uses}))

    def form_for(self, asked: str) -> str | None:
        """Return the richest form it gives that can be turned into `asked`, or None."""
        return next((given for given in self.head.gives if asked in reachable(given)), None)

    def misfit(self, modality: str, asked: str, shape: tuple[int, ...] = ()) -> str | None:
        """Say why it cannot answer a task that asks for a form over data of a modality; None where it can."""
        seen = modality
        for link in self.links:
            if absent := link.absent():
                return f"{link.name}: {absent}"
            if seen not in link.accepts:
                return f"{link.name} reads {' or '.join(link.accepts)}, not {seen}"
            if seen == "image" and shape and (reason := link.too_small(shape)):
                return reason
            seen = "table"
        for stage in self.links[:-1]:
            if "Embeddings" not in stage.gives:
                return f"{stage.name} gives no Embeddings, so it cannot stand before {self.model}"
        if self.form_for(asked) is None:
            return f"{self.model} gives {' and '.join(self.head.gives)}, the task asks for {asked}"
        return None

    def space(self, hp: DimensionSpace, schema: Schema) -> list[dict[str, Any]]:
        """Ask `hp` for the parameters of every link; return one dictionary a link."""
        values, seen = [], schema
        pinned = Pinned(Kept(hp) if self.pretrain else hp, self.parameters)
        for link in self.links[:-1]:
            values.append(link.space(Prefixed(pinned, link.name), seen))
            seen = seen.encoded(link.width(values[-1], seen))
        tuned = tuning_space(pinned) if self.pretrain else {}
        values.append({**self.head.space(pinned, seen), **tuned})
        return values

    def dimensions(self, schema: Schema) -> dict[str, Dimension]:
        """Return every parameter of every link by name, as `space` asks for them."""
        recorder = Recorder()
        self.space(recorder, schema)
        return recorder.dimensions

    def check(self, schema: Schema) -> list[str]:
        """Say what is wrong with the fixed parameters; empty where nothing is."""
        from dlbench.core.errors import suggest

        known = self.free.dimensions(schema)
        problems = [
            f"unknown parameter {name!r}{suggest(name, known)}" for name in self.parameters if name not in known
        ]
        for name, value in self.parameters.items():
            if name in known and (problem := known[name].problem(value)):
                problems.append(f"{name}: {problem}")
        return problems

    def require_fit(self, modality: str, asked: str, shape: tuple[int, ...]) -> None:
        """Raise UsageError where `misfit` finds a reason."""
        if reason := self.misfit(modality, asked, shape):
            raise UsageError(reason)
