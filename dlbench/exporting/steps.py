"""The links of a model before their fit: as code for scikit-learn's part, as a file with first weights for nets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core.errors import UsageError
from dlbench.core.schema import Schema
from dlbench.core.seeds import derive
from dlbench.exporting.code import Writer
from dlbench.exporting.material import Material, Member
from dlbench.prepare.augmentations import NONE
from dlbench.prepare.columns import ColumnsPrepared
from dlbench.prepare.encoders import table_steps
from dlbench.prepare.images import Images
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.table import Table
from dlbench.training.boosters import booster_of
from dlbench.training.estimators import seeded
from dlbench.training.goal import NATURAL, known_target
from dlbench.training.networks import EPOCHS, fresh_net

if TYPE_CHECKING:
    from dlbench.core.model import Model
    from dlbench.prepare.data import Inputs


@dataclass
class Steps:
    """Writes the steps of a reproduction.

    Attributes:
        material: of the job.
        folder: takes the nets.
        writer: notes imports and carried sources.
        losses: names of losses that nets are trained on, `auto` apart.
    """

    material: Material
    folder: Path
    writer: Writer = field(default_factory=Writer)
    losses: dict[str, str] = field(default_factory=dict)

    @property
    def deep(self) -> bool:
        """Whether a net was written."""
        return bool(self.losses)

    def member(self, member: Member) -> list[str]:
        """Return one line of code a link."""
        inputs: Inputs = self.material.parts.whole.inputs
        schema, seed, lines = self.material.schema_of(member), self.material.spec.fit_seed, []
        links = list(zip(member.contestant.links, self.material.values(member), strict=True))
        for i, (model, values) in enumerate(links):
            last = i == len(links) - 1
            lines.append(self._line(member, i, model, values, schema, inputs, seed if last else derive(seed, i)))
            if not last:
                width = model.width(values, schema)
                schema = schema.encoded(width)
                inputs = Table(np.zeros((len(inputs), width)))
        return lines

    def _line(
        self, member: Member, place: int, model: Model, values: Mapping[str, Any], schema: Schema, inputs: Inputs,
        seed: int,
    ) -> str:  # fmt: skip
        how = model.prepare(values)
        told: dict[str, str] = {
            "name": repr(model.name),
            "layout": repr("pixels" if how.layout == "pixels" else "matrix"),
        }
        target = None if place < len(member.contestant.links) - 1 else known_target(self.material.parts.whole)
        if model.trainer == "network":
            told |= self._network(member, place, model, values, schema, inputs, seed)
        else:
            if isinstance(inputs, Table):
                told["preparation"] = self.writer.code(table_steps(how, inputs, target, seed))
            told["estimator"] = self._estimator(member, model, values, schema, seed)
        return f"Step({', '.join(f'{name}={code}' for name, code in told.items())})"

    def _estimator(self, member: Member, model: Model, values: Mapping[str, Any], schema: Schema, seed: int) -> str:
        estimator = seeded(model.build(values, replace(schema, rows=len(self.material.train))), seed)
        if not hasattr(estimator, "get_params"):
            raise UsageError(
                f"{model.name}: {type(estimator).__name__} has no get_params, so no script can make it again"
            )
        if model.resource == "rounds":
            booster = booster_of(estimator)
            if (rounds := member.rounds.get(model.name)) is not None:
                estimator.set_params(**{booster.rounds: rounds})
            threads = {booster.threads: self.material.spec.threads} if booster.threads else {}
            estimator.set_params(**threads, **({} if threads else {"early_stopping": False}))
        return self.writer.code(estimator)

    def _network(
        self, member: Member, place: int, model: Model, values: Mapping[str, Any], schema: Schema, inputs: Inputs,
        seed: int,
    ) -> dict[str, str]:  # fmt: skip
        if member.contestant.start:
            raise UsageError(f"{model.name}: starts from loaded weights, layer by layer, which no script makes again")
        if (augment := values.get("augment", NONE)) != NONE:
            raise UsageError(
                f"{model.name}: augment: {augment} is drawn inside compiled steps, which no script makes again"
            )
        how, target = model.prepare(values), known_target(self.material.parts.whole)
        prepared: Any
        if how.layout == "columns":
            prepared = ColumnsPrepared.fit(how, inputs, seed)
            seen, columns = prepared(inputs), prepared.columns
        else:
            prepared, seen = Prepared.learn(how, inputs, target, seed, np.float32)
            columns = schema.columns
        network = fresh_net(model, values, replace(schema, shape=seen.shape[1:], rows=len(seen), columns=columns), seed)
        if network.loss is not None:
            raise UsageError(f"{model.name}: learns by a loss of its own, which no script makes again")
        file = f"{member.stem}{place + 1}_{model.name}.first.keras"
        network.net.save(self.folder / file)
        learns = "inputs" if network.learns == "inputs" else ("classes" if schema.classes else "values")
        learns = "masks" if schema.form == "Masks" else learns
        loss = str(values.get("loss", "auto"))
        self.losses[loss] = NATURAL[learns] if loss == "auto" else loss
        told = {
            "net": repr(file), "learns": repr(learns), "values": self.writer.code(dict(values)),
            "epochs": repr(int(member.rounds.get(model.name, EPOCHS))), "seed": repr(seed),
            "order": repr(derive("order", seed)),
        }  # fmt: skip
        if not isinstance(inputs, Images):
            told["preparation"] = self.writer.code(prepared.steps)
        if network.encoder is not None:
            told["code"] = repr(network.encoder.outputs[0]._keras_history.operation.name)
        return told
