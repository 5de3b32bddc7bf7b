"""The job of an ensemble: trials chosen on their validation predictions, their settings refitted, answers averaged."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.errors import CorruptRecord, DlbenchError
from dlbench.core.seeds import derive
from dlbench.engine.judge import score
from dlbench.engine.out_of_sample import out_of_sample
from dlbench.engine.scoring import settings
from dlbench.engine.tuning import Tuned
from dlbench.forms.probabilities import Probabilities
from dlbench.prepare.ensemble_selection import select
from dlbench.prepare.softening import sharpness_of, softened
from dlbench.store import file_hash, load_arrays, read_record
from dlbench.training import chain
from dlbench.training.limits import Limits

if TYPE_CHECKING:
    from dlbench.core.contestant import Contestant
    from dlbench.core.form import Form
    from dlbench.core.job import JobSpec
    from dlbench.core.schema import Schema
    from dlbench.engine.parts import Parts
    from dlbench.forms.truth import Truth
    from dlbench.prepare.data import Inputs
    from dlbench.training.fitted import Fitted


class NoMembers(DlbenchError):
    """No finished search has left a trial that can be averaged."""

    exit_code = 3


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


@dataclass(frozen=True)
class Assembled:
    """An ensemble before its refit.

    Attributes:
        chosen: one mapping a member: contestant, trial, weight, values, rounds, and sharpness where it gives scores.
        contestants: label → contestant of the chosen members.
        score: of validation, on the objective, every item answered by a choice that had not seen it.
        in_sample: the same of the ensemble on the predictions it was chosen from, which flatter it.
        shared: seconds and trials of the searches it rests on.
    """

    chosen: tuple[Mapping[str, Any], ...]
    contestants: Mapping[str, Contestant]
    score: float | None
    in_sample: float | None
    shared: Mapping[str, float]

    def tuned(self) -> Tuned:
        """Return what a record says of a search."""
        spent = {"search": self.shared["seconds"], "member_trials": self.shared["trials"]}
        return Tuned(
            values={"members": list(self.chosen), "in_sample": self.in_sample}, score=self.score, seconds=spent
        )


def assemble(spec: JobSpec, parts: Parts, stages: Mapping[str, Path], left: float | None) -> Assembled:
    """Choose members from finished searches.

    Args:
        spec: of the ensemble.
        parts: of its fold, the same as its members'.
        stages: search key → folder of the finished stage; a search that failed is missing.
        left: seconds for the refit of all members; the lightest are left out until the trials' own seconds,
            for as many rows as a refit sees, fit into it. None for no limit.

    Raises:
        NoMembers: nothing to choose from.
    """
    found, shared = _candidates(spec, parts, stages)
    if not found:
        raise NoMembers("no search of its members has left a validation prediction that can be averaged")
    growth = _growth(parts)

    def choose(forms: Sequence[Form], truth: Truth) -> dict[int, float]:
        return _affordable(_selected(forms, truth, spec.task.objective), found, left, growth)

    forms = [one.prediction for one in found]
    kept = choose(forms, parts.valid_truth)
    blended = type(forms[0]).blend([forms[place] for place in kept], list(kept.values()))
    rng = np.random.default_rng(derive("out_of_sample", str(spec.search_seed)))
    answers = out_of_sample(forms, parts.valid_truth, rng, choose) or blended
    value, seen = (score(parts.valid_truth, form, spec.task.objective) for form in (answers, blended))
    chosen = tuple(_told(found[place], weight) for place, weight in kept.items())
    contestants = {found[place].contestant.label: found[place].contestant for place in kept}
    return Assembled(chosen, contestants, value, seen, shared)


def _selected(forms: Sequence[Form], truth: Truth, objective: str) -> dict[int, float]:
    """Return the weights of the trials that are best together on an objective."""

    def merit(form: Form) -> float | None:
        return score(truth, form, objective)

    def loss(form: Form) -> float | None:
        return score(truth, form, "log_loss")

    better = catalog.metric(objective).better
    return select(forms, merit, better, ties=loss if forms[0].name == "Probabilities" else None)[0]


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

    def predict(self, inputs: Inputs) -> Form:
        """Return the weighted mean of the members' answers."""
        pairs = zip(self.members, self.sharpness, strict=True)
        answers = [_softened(member.predict(inputs), sharpness) for member, sharpness in pairs]
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


def refit(spec: JobSpec, parts: Parts, assembled: Assembled, deadline: float | None) -> Blend:
    """Fit every chosen setting on train and validation together, with the seed that its own job uses."""
    fitted = []
    for number, choice in enumerate(assembled.chosen):
        limits = Limits(rounds=choice["rounds"], deadline=_share(deadline, len(assembled.chosen) - number))
        contestant = assembled.contestants[choice["contestant"]]
        schema = schema_of(choice, parts.schema)
        values = settings(contestant, choice["values"], schema)
        fitted.append(chain.fit(contestant, values, schema, parts.whole, None, limits, spec.fit_seed))
    names = tuple(f"{choice['contestant']} trial {choice['trial']}" for choice in assembled.chosen)
    weights = tuple(float(choice["weight"]) for choice in assembled.chosen)
    return Blend(names, tuple(fitted), weights, tuple(choice.get("sharpness") for choice in assembled.chosen))


def schema_of(choice: Mapping[str, Any], schema: Schema) -> Schema:
    """Return the schema that a chosen member is fitted with: of scores where these become the probabilities."""
    return schema if choice.get("sharpness") is None else replace(schema, form="Scores")


def _softened(form: Form, sharpness: float | None) -> Form:
    """Return scores as probabilities, and anything else as it is."""
    if sharpness is None:
        return form
    return Probabilities(softened(form.arrays()["values"], sharpness))


def _share(deadline: float | None, members: int) -> float | None:
    """Return when the next of `members` fits must stop, so that each of the rest gets as much time."""
    now = time.monotonic()
    return None if deadline is None else now + max(0.1, (deadline - now) / members)


def _candidates(spec: JobSpec, parts: Parts, stages: Mapping[str, Path]) -> tuple[list[Candidate], dict[str, float]]:
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
    return replace(candidate, prediction=_softened(candidate.prediction, sharpness), sharpness=sharpness)


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return a stage's record and its validation predictions, their hash verified."""
    record = read_record(folder / "record.json")
    path = folder / "validation.npz"
    if not path.is_file() or file_hash(path) != record["files"].get(path.name):
        raise CorruptRecord(f"{path}: its hash is not the one in the record")
    return record, load_arrays(path.read_bytes())


def _growth(parts: Parts) -> float:
    """Return how many times the rows of a trial, all its folds together, a refit sees."""
    seen = [len(parts.search)] if parts.folds is None else [len(train) for train, _ in parts.folds.cuts]
    return len(parts.whole) / max(1, sum(seen))


def _affordable(
    weights: Mapping[int, float], found: Sequence[Candidate], left: float | None, growth: float
) -> dict[int, float]:
    """Leave out the lightest members until the rest can be refitted in the time that is left; one always stays."""
    kept = dict(weights)
    while left is not None and len(kept) > 1:
        if sum(float(found[place].trial["seconds"]) * growth for place in kept) <= left:
            break
        del kept[min(kept, key=lambda place: (kept[place], -place))]
    total = sum(kept.values())
    return {place: weight / total for place, weight in kept.items()}


def _told(candidate: Candidate, weight: float) -> dict[str, Any]:
    trial = candidate.trial
    scores = {} if candidate.sharpness is None else {"sharpness": candidate.sharpness}
    return {
        "contestant": candidate.contestant.label,
        "trial": trial["number"],
        "weight": weight,
        "values": trial["values"],
        "rounds": trial["rounds"],
        **scores,
    }
