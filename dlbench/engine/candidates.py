"""Trials that an ensemble may be made of: what the searches of its members have left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.errors import CorruptRecord
from dlbench.engine.blend import softened_form
from dlbench.prepare.softening import sharpness_of
from dlbench.store import file_hash, load_arrays, read_record

if TYPE_CHECKING:
    from dlbench.core.contestant import Contestant
    from dlbench.core.form import Form
    from dlbench.core.job import JobSpec
    from dlbench.engine.parts import Parts
    from dlbench.forms.truth import Truth


@dataclass(frozen=True)
class Candidate:
    """A trial of a member's search.

    Attributes:
        contestant: whose trial it is.
        trial: as the search has left it: number, values, rounds, seconds.
        prediction: of the validation part.
        sharpness: by which its scores became probabilities, see `prepare.softening`; None where it gave them itself.
    """

    contestant: Contestant
    trial: Mapping[str, Any]
    prediction: Form
    sharpness: float | None = None


def candidates(spec: JobSpec, parts: Parts, stages: Mapping[str, Path]) -> tuple[list[Candidate], dict[str, float]]:
    """Return the trials that can be averaged, and what the searches have cost."""
    found: list[Candidate] = []
    seconds, trials = 0.0, 0
    asked = catalog.task(spec.task.type).asks
    for member in spec.members:
        folder = stages.get(member.search_key)
        if folder is None:
            continue
        try:
            record, arrays = _read(folder)
        except CorruptRecord:
            continue
        seconds, trials = seconds + float(record["seconds"]["search"]), trials + len(record["trials"])
        if np.array_equal(arrays["ids"], parts.valid_truth.ids):
            form = member.contestant.form_for(asked) or parts.schema.form
            made = _of_search(member.contestant, record["trials"], arrays, form)
            found += [_averaged(one, parts.valid_truth) if form != parts.schema.form else one for one in made]
    return found, {"seconds": seconds, "trials": trials}


def _of_search(
    contestant: Contestant, trials: Sequence[Mapping[str, Any]], arrays: Mapping[str, np.ndarray], form: str
) -> list[Candidate]:
    """Return the trials of one search that used the full resource, each setting once."""
    made = []
    for trial in trials:
        prefix = f"trial-{trial['number']}."
        held = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        if held and trial["score"] is not None and trial["share"] >= 1:
            made.append(Candidate(contestant, trial, catalog.form(form).from_arrays(held)))
    return made


def _averaged(candidate: Candidate, truth: Truth) -> Candidate:
    """Return a candidate that gave scores with the probabilities that they are worth on the validation part."""
    sharpness = sharpness_of(candidate.prediction.arrays()["values"], truth.target)
    return replace(candidate, prediction=softened_form(candidate.prediction, sharpness), sharpness=sharpness)


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return a stage's record and its validation predictions, their hash verified."""
    record = read_record(folder / "record.json")
    path = folder / "validation.npz"
    if not path.is_file() or file_hash(path) != record["files"].get(path.name):
        raise CorruptRecord(f"{path}: its hash is not the one in the record")
    return record, load_arrays(path.read_bytes())
