"""Fits settings and judges them on the inner folds: what a trial is. Settings of one key train together."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from dlbench.core.errors import Diverged, DlbenchError
from dlbench.core.seeds import derive
from dlbench.core.space import Values
from dlbench.engine.cross import Inner, inner
from dlbench.engine.judge import score
from dlbench.training import chain
from dlbench.training.limits import Limits

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.contestant import Contestant
    from dlbench.core.form import Form
    from dlbench.core.job import JobSpec
    from dlbench.core.schema import Schema
    from dlbench.engine.parts import Parts
    from dlbench.engine.search import Proposal
    from dlbench.training.fitted import Fitted

_ROUNDS = 100
_LONGEST_REASON = 500


class Unusable(DlbenchError):
    """A prediction that cannot be scored."""

    exit_code = 3


@dataclass(frozen=True)
class Outcome:
    """What a setting came to.

    Attributes:
        score: mean over the inner folds; None where it failed.
        rounds: link name → epochs or boosting rounds for the refit: the median of the folds' best.
        status: ok, failed or diverged.
        reason: why, in one sentence; empty where all went well.
        arrays: name → array of the validation predictions, of all out-of-fold items.
        spent: seconds of preparation, compile and fit.
        fold_scores: one a fold, where there are several.
    """

    score: float | None = None
    rounds: Mapping[str, int] = field(default_factory=dict)
    status: str = "failed"
    reason: str = ""
    arrays: Mapping[str, np.ndarray] = field(default_factory=dict)
    spent: Mapping[str, float] = field(default_factory=dict)
    fold_scores: Sequence[float | None] = ()


@dataclass(frozen=True)
class _Sitting:
    """One setting on one fold."""

    score: float | None
    rounds: Mapping[str, int]
    prediction: Form
    spent: Mapping[str, float]


class Scorer:
    """Scores the settings of one search.

    Args:
        spec: whose contestant is fitted, within whose limits.
        parts: of its fold.
    """

    def __init__(self, spec: JobSpec, parts: Parts) -> None:
        self.spec, self.parts, self.inner = spec, parts, inner(parts)
        self._packing = _packing(spec)

    @property
    def growth(self) -> float:
        """How many times the rows of a trial the refit sees."""
        return len(self.parts.whole) / max(1, sum(len(fold.train) for fold in self.inner))

    @property
    def packs(self) -> bool:
        """Whether some settings may train together."""
        return self._packing is not None

    def key(self, proposal: Proposal) -> str | None:
        """Return what settings share that may train together; None for one that trains alone."""
        if self._packing is None:
            return None
        contestant, schema = self.spec.contestant, self.parts.schema
        try:
            values = settings(contestant, proposal.values, schema)
            found: str | None = self._packing.key(contestant, values, schema, self._limits(proposal, None))
        except Exception:  # noqa: BLE001  a contestant's code: alone, the trial fails and says why
            return None
        return found

    def score(self, proposals: Sequence[Proposal], deadline: float | None) -> list[Outcome]:
        """Fit and judge one setting, or several of one key together, fold after fold.

        A setting that fails on a fold has failed. Every fold gets an even part of the time until the deadline.
        """
        sittings: list[list[_Sitting]] = [[] for _ in proposals]
        failures: dict[int, Exception] = {}
        for number, fold in enumerate(self.inner):
            going = [place for place in range(len(proposals)) if place not in failures]
            if not going:
                break
            until = _even(deadline, len(self.inner) - number)
            fits = self._fit([proposals[place] for place in going], number, fold, until)
            for place, fitted in zip(going, fits, strict=True):
                try:
                    sittings[place].append(self._judged(fitted, fold))
                except Exception as error:  # noqa: BLE001  a contestant's code: a failed trial ends nothing
                    failures[place] = error
        return [_failed(failures[i]) if i in failures else self._outcome(found) for i, found in enumerate(sittings)]

    def _fit(
        self, proposals: Sequence[Proposal], number: int, fold: Inner, deadline: float | None
    ) -> list[Fitted | Exception]:
        contestant, schema = self.spec.contestant, self.parts.schema
        limits = [self._limits(proposal, deadline) for proposal in proposals]
        seeds = [self._seed(proposal, number) for proposal in proposals]
        try:
            values = [settings(contestant, proposal.values, schema) for proposal in proposals]
            if len(proposals) > 1 and self._packing is not None:
                return list(self._packing.fit(contestant, values, schema, fold.train, fold.valid, limits, seeds))
            return [chain.fit(contestant, values[0], schema, fold.train, fold.valid, limits[0], seeds[0])]
        except Exception as error:  # noqa: BLE001  a contestant's code: a failed trial ends nothing
            return [error for _ in proposals]

    def _judged(self, fitted: Fitted | Exception, fold: Inner) -> _Sitting:
        if isinstance(fitted, Exception):
            raise fitted
        prediction = fitted.predict(fold.valid.inputs)
        problem = prediction.problem(len(fold.valid))
        if problem:
            raise (Diverged if "not finite" in problem else Unusable)(problem)
        value = score(fold.truth, prediction, self.spec.task.objective)
        return _Sitting(value, dict(fitted.rounds), prediction, fitted.seconds)

    def _outcome(self, found: Sequence[_Sitting]) -> Outcome:
        """Join the folds. One on which the objective is not defined, such as AUC on one class, has no say."""
        defined = [sitting.score for sitting in found if sitting.score is not None]
        predictions = [sitting.prediction for sitting in found]
        joined = predictions[0] if self.parts.folds is None else self.parts.folds.joined(predictions)
        reason = "" if defined else "the objective is not defined on the validation part"
        names = {name for sitting in found for name in sitting.spent}
        return Outcome(
            score=fmean(defined) if defined else None,
            rounds={name: _middle([one.rounds[name] for one in found]) for name in found[0].rounds},
            status="ok" if defined else "failed",
            reason=reason,
            arrays=joined.arrays(),
            spent={name: sum(sitting.spent.get(name, 0.0) for sitting in found) for name in sorted(names)},
            fold_scores=[sitting.score for sitting in found] if len(found) > 1 else (),
        )

    def _limits(self, proposal: Proposal, deadline: float | None) -> Limits:
        spec = self.spec
        return Limits(
            rounds=most_rounds(spec, proposal.share),
            deadline=deadline,
            patience=spec.search.patience,
            share=proposal.share if spec.contestant.head.resource == "rows" else 1.0,
        )

    def _seed(self, proposal: Proposal, fold: int) -> int:
        seed = self.spec.trial_seed(proposal.number)
        return derive(seed, fold) if fold else seed


def settings(contestant: Contestant, values: Mapping[str, Any], schema: Schema) -> list[dict[str, Any]]:
    """Return one dictionary of parameters a link: proposed, pinned or default."""
    return contestant.space(Values(values), schema)


def most_rounds(spec: JobSpec, share: float) -> dict[str, int]:
    """Return the most epochs of each link that counts in epochs; a link that counts in rounds only when rationed."""
    links = spec.contestant.links
    epochs = {link.name: spec.search.epochs for link in links if link.resource == "epochs"}
    boosted = {link.name: _ROUNDS for link in links if link.resource == "rounds" and share < 1}
    return {name: max(1, math.ceil(most * share)) for name, most in (epochs | boosted).items()}


def _packing(spec: JobSpec) -> Any:
    """Return the module that trains settings together; None where the suite or the backend wants them alone."""
    if spec.search.packed is False or spec.contestant.kind != "deep":
        return None
    import keras

    if spec.search.packed == "auto" and keras.backend.backend() != "jax":
        return None
    from dlbench.training import packing

    return packing


def _even(deadline: float | None, folds: int) -> float | None:
    now = time.monotonic()
    return None if deadline is None else now + (deadline - now) / folds


def _middle(rounds: Sequence[int]) -> int:
    return max(1, round(median(rounds)))


def _failed(error: Exception) -> Outcome:
    reason = str(error) if isinstance(error, Unusable) else f"{type(error).__name__}: {error}"
    told = reason.encode(errors="replace").decode()[:_LONGEST_REASON]
    return Outcome(status="diverged" if isinstance(error, Diverged) else "failed", reason=told)
