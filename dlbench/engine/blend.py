"""Fitted members of an ensemble as one: the weighted mean of what they answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.forms.probabilities import Probabilities
from dlbench.prepare.softening import softened

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.form import Form
    from dlbench.prepare.data import Inputs
    from dlbench.training.fitted import Fitted


@dataclass(frozen=True)
class Blend:
    """Fitted members and their weights; see `Fitted` for what its members mean."""

    names: tuple[str, ...]
    members: tuple[Fitted, ...]
    weights: tuple[float, ...]
    sharpness: tuple[float | None, ...]

    @property
    def rounds(self) -> dict[str, int]:
        """Empty: each member's rounds stand with its choice."""
        return {}

    @property
    def history(self) -> list[dict[str, Any]]:
        """Epochs of all members in order, each with the member's name."""
        found = zip(self.names, self.members, strict=True)
        return [{"member": name, **entry} for name, member in found for entry in member.history]

    @property
    def parameters(self) -> int | None:
        """Learned numbers of all members; None where one cannot tell."""
        counts = [member.parameters for member in self.members]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    @property
    def seconds(self) -> dict[str, float]:
        """Preparation, compile and fit, summed."""
        names = ("preparation", "compile", "fit")
        return {name: sum(member.seconds.get(name, 0.0) for member in self.members) for name in names}

    @property
    def stopped(self) -> str:
        """Whether a deadline stopped a member."""
        return "deadline" if any(member.stopped == "deadline" for member in self.members) else ""

    @property
    def loaded(self) -> Mapping[str, Any]:
        """Empty: what its members have read stands with their own jobs."""
        return {}

    def predict(self, inputs: Inputs) -> Form:
        """Return the weighted mean of the members' answers."""
        pairs = zip(self.members, self.sharpness, strict=True)
        answers = [softened_form(member.predict(inputs), sharpness) for member, sharpness in pairs]
        return type(answers[0]).blend(answers, self.weights)

    def encode(self, inputs: Inputs) -> np.ndarray:
        """An ensemble gives no codes."""
        raise NotImplementedError("an ensemble gives no Embeddings")

    def save(self, folder: Path) -> list[str]:
        """Write every member as `member_1.*` and so on, and their names and weights as `ensemble.json`."""
        files = []
        for number, member in enumerate(self.members, start=1):
            aside = folder / f"member_{number}"
            aside.mkdir()
            for name in member.save(aside):
                (aside / name).rename(folder / f"member_{number}.{name}")
                files.append(f"member_{number}.{name}")
            aside.rmdir()
        columns = zip(self.names, self.weights, self.sharpness, strict=True)
        told = [{"member": name, "weight": weight, "sharpness": sharpness} for name, weight, sharpness in columns]
        (folder / "ensemble.json").write_text(json.dumps(told, indent=1))
        return [*files, "ensemble.json"]


def softened_form(form: Form, sharpness: float | None) -> Form:
    """Return scores as probabilities, and anything else as it is."""
    if sharpness is None:
        return form
    return Probabilities(softened(form.arrays()["values"], sharpness))
