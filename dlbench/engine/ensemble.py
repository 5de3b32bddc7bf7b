"""The job of an ensemble: trials chosen on their validation predictions, their settings refitted, answers averaged."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.core.seeds import derive
from dlbench.engine.blend import Blend
from dlbench.engine.candidates import Candidate, candidates
from dlbench.engine.judge import score
from dlbench.engine.out_of_sample import PARTS, out_of_sample
from dlbench.engine.scoring import settings
from dlbench.engine.tuning import Tuned
from dlbench.prepare.ensemble_selection import select
from dlbench.training import chain
from dlbench.training.limits import Limits

if TYPE_CHECKING:
    from dlbench.core.contestant import Contestant
    from dlbench.core.form import Form
    from dlbench.core.job import JobSpec
    from dlbench.core.schema import Schema
    from dlbench.engine.parts import Parts
    from dlbench.forms.truth import Truth


class NoMembers(DlbenchError):
    """No finished search has left a trial that can be averaged."""

    exit_code = 3


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
            for as many rows as a refit sees, fit into it. As long may choosing take: members join until then, in the
            choices that tell its score as in the one that counts. None for no limit.

    Raises:
        NoMembers: nothing to choose from.
    """
    found, shared = candidates(spec, parts, stages)
    if not found:
        raise NoMembers("no search of its members has left a validation prediction that can be averaged")
    growth, ending = _growth(parts), None if left is None else time.monotonic() + left
    turns = iter(range(1 + PARTS, 0, -1))

    def choose(forms: Sequence[Form], truth: Truth) -> dict[int, float]:
        weights = _selected(forms, truth, spec.task.objective, _share(ending, next(turns)))
        return _affordable(weights, found, left, growth)

    forms = [one.prediction for one in found]
    kept = choose(forms, parts.valid_truth)
    blended = type(forms[0]).blend([forms[place] for place in kept], list(kept.values()))
    rng = np.random.default_rng(derive("out_of_sample", str(spec.search_seed)))
    answers = out_of_sample(forms, parts.valid_truth, rng, choose) or blended
    value, seen = (score(parts.valid_truth, form, spec.task.objective) for form in (answers, blended))
    chosen = tuple(_told(found[place], weight) for place, weight in kept.items())
    contestants = {found[place].contestant.label: found[place].contestant for place in kept}
    return Assembled(chosen, contestants, value, seen, shared)


def _selected(forms: Sequence[Form], truth: Truth, objective: str, deadline: float | None) -> dict[int, float]:
    """Return the weights of the trials that are best together on an objective, of those tried before a deadline."""

    def merit(form: Form) -> float | None:
        return score(truth, form, objective)

    def loss(form: Form) -> float | None:
        return score(truth, form, "log_loss")

    def enough() -> bool:
        return deadline is not None and time.monotonic() >= deadline

    better = catalog.metric(objective).better
    return select(forms, merit, better, ties=loss if forms[0].name == "Probabilities" else None, enough=enough)[0]


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


def _share(deadline: float | None, members: int) -> float | None:
    """Return when the next of `members` must stop, so that each of the rest gets as much time."""
    now = time.monotonic()
    return None if deadline is None else now + max(0.1, (deadline - now) / members)


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
        if sum(_seconds(found[place].trial) * growth for place in kept) <= left:
            break
        del kept[min(kept, key=lambda place: (kept[place], -place))]
    total = sum(kept.values())
    return {place: weight / total for place, weight in kept.items()}


def _seconds(trial: Mapping[str, Any]) -> float:
    """Return how long a trial takes alone: one of several that trained together, at most as long as all of them."""
    return float(trial["seconds"]) * int(trial.get("packed", 1))


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
