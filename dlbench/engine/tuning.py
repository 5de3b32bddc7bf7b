"""The search of one fold: trials on train and validation, the best setting kept."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.errors import DlbenchError
from dlbench.core.space import Values
from dlbench.engine.judge import score
from dlbench.engine.search import Oracle, Proposal
from dlbench.prepare.threshold import best_threshold
from dlbench.training import chain
from dlbench.training.limits import Limits

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.contestant import Contestant
    from dlbench.core.job import JobSpec
    from dlbench.core.schema import Schema
    from dlbench.engine.parts import Parts

Send = Callable[[dict[str, Any]], None]


class NoTrialFinished(DlbenchError):
    """Every trial of a search failed; the text says why the last one did."""

    exit_code = 3


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Attributes:
        values: name → value of every searched parameter.
        rounds: link name → epochs or boosting rounds for the refit.
        score: of the best trial on the validation part, at the usual cut; None without a search.
        threshold: the cut between two classes that is best there; None where the contestant does not ask for one.
        trials: one mapping a trial: number, values, share, score, seconds, rounds, status, reason.
        predictions: `trial-<number>.<array>` → array, of the validation part.
        seconds: by name, of all trials.
    """

    values: dict[str, Any] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    score: float | None = None
    threshold: float | None = None
    trials: list[dict[str, Any]] = field(default_factory=list)
    predictions: dict[str, np.ndarray] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Tuned:
        """Rebuild what a finished search stage says, without its predictions."""
        validation = record["validation"]["value"]
        return cls(record["chosen"], record["rounds"], validation, record.get("threshold"), record["trials"])


def given(spec: JobSpec) -> Tuned:
    """Return the setting of a job without a search: its own parameters, every epoch."""
    return Tuned(rounds=_rounds(spec, spec.contestant, 1.0))


def tune(spec: JobSpec, parts: Parts, send: Send) -> Tuned:
    """Search within the budget of `spec` and return the best setting.

    Raises:
        NoTrialFinished: every trial failed.
    """
    better = catalog.metric(spec.task.objective).better
    oracle = Oracle(
        spec.search.oracle,
        lambda hp: spec.contestant.space(hp, parts.schema),
        better,
        spec.search.trials,
        spec.search.epochs,
        spec.search_seed,
    )
    loop = _Loop(spec, parts, better, time.monotonic())
    while loop.time_left() and (proposal := oracle.ask()) is not None:
        trial = loop.run(proposal)
        oracle.tell(proposal, trial["score"])
        best = loop.best()
        send({"event": "trial", **trial, "of": spec.search.trials, "best": best["score"] if best else None})
    return loop.result()


class _Loop:
    """The trials so far, and what they cost."""

    def __init__(self, spec: JobSpec, parts: Parts, better: str, start: float) -> None:
        self.spec, self.parts, self.start = spec, parts, start
        self.sign = 1.0 if better == "higher" else -1.0
        self.trials: list[dict[str, Any]] = []
        self.predictions: dict[str, np.ndarray] = {}
        self.seconds: dict[str, float] = {}

    def time_left(self) -> bool:
        """Whether another trial as long as the longest, and the refit, still fit into the granted seconds."""
        left = self._left()
        return left is None or not self.trials or self._longest() * (1 + self._growth()) < left

    def _left(self) -> float | None:
        """Return the granted seconds that are left; None without a grant."""
        seconds = self.spec.search.seconds
        return None if seconds is None else seconds - (time.monotonic() - self.start)

    def _longest(self) -> float:
        return max((float(trial["seconds"]) for trial in self.trials), default=0.0)

    def _growth(self) -> float:
        """Return how many times a trial's rows the refit sees, and so, about, how many times its seconds it takes."""
        return len(self.parts.whole) / max(1, len(self.parts.search))

    def _deadline(self) -> float | None:
        """Return when a trial must stop, so that the refit of it, or of the longest before it, still has its time."""
        left = self._left()
        if left is None:
            return None
        own = left / (1 + self._growth())
        return time.monotonic() + max(0.1, min(own, left - self._longest() * self._growth()))

    def run(self, proposal: Proposal) -> dict[str, Any]:
        """Train and judge one setting; a setting tried before is answered from memory."""
        known = next((t for t in self.trials if (t["values"], t["share"]) == (proposal.values, proposal.share)), None)
        start = time.monotonic()
        if known:
            trial = {**known, "number": proposal.number, "repeats": known["number"]}
        else:
            trial = {
                "number": proposal.number,
                "values": proposal.values,
                "share": proposal.share,
                **self._try(proposal),
            }
        self.trials.append({**trial, "seconds": time.monotonic() - start})
        return self.trials[-1]

    def _try(self, proposal: Proposal) -> dict[str, Any]:
        failed: dict[str, Any] = {"score": None, "rounds": {}, "status": "failed"}
        try:
            fitted, prediction = self._fit(proposal)
            problem = prediction.problem(len(self.parts.valid))
            if problem:
                return {**failed, "reason": problem}
            value = score(self.parts.valid_truth, prediction, self.spec.task.objective)
        except Exception as error:  # noqa: BLE001  a contestant's code: a failed trial counts and ends nothing
            return {**failed, "reason": f"{type(error).__name__}: {error}"}
        self.predictions |= {f"trial-{proposal.number}.{name}": a for name, a in prediction.arrays().items()}
        for name, seconds in fitted.seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        done = {"score": value, "rounds": dict(fitted.rounds), "status": "ok" if value is not None else "failed"}
        return {**done, "reason": "" if value is not None else "the objective is not defined on the validation part"}

    def _fit(self, proposal: Proposal) -> tuple[Any, Any]:
        spec, parts = self.spec, self.parts
        limits = Limits(
            rounds=_rounds(spec, spec.contestant, proposal.share),
            deadline=self._deadline(),
            patience=spec.search.patience,
            share=proposal.share if spec.contestant.head.resource == "rows" else 1.0,
        )
        values = settings(spec.contestant, proposal.values, parts.schema)
        seed = spec.trial_seed(proposal.number)
        fitted = chain.fit(spec.contestant, values, parts.schema, parts.search, parts.valid, limits, seed)
        return fitted, fitted.predict(parts.valid.inputs)

    def best(self) -> dict[str, Any] | None:
        """Return the best trial that used the full resource; the largest share where none did."""
        done = [trial for trial in self.trials if trial["score"] is not None]
        return max(done, key=lambda trial: (trial["share"], self.sign * trial["score"], -trial["number"]), default=None)

    def result(self) -> Tuned:
        """Return the best setting, or raise NoTrialFinished."""
        best = self.best()
        if best is None:
            raise NoTrialFinished(f"none of {len(self.trials)} trials finished; the last: {self.trials[-1]['reason']}")
        seconds = {**self.seconds, "search": time.monotonic() - self.start}
        threshold = self._threshold(best) if self.spec.contestant.threshold else None
        return Tuned(best["values"], best["rounds"], best["score"], threshold, self.trials, self.predictions, seconds)

    def _threshold(self, best: Mapping[str, Any]) -> float:
        """Return the cut that is best for the primary metric on the validation predictions of the best trial."""
        prefix = f"trial-{best.get('repeats', best['number'])}."
        arrays = {name.removeprefix(prefix): a for name, a in self.predictions.items() if name.startswith(prefix)}
        form = catalog.form(self.parts.schema.form).from_arrays(arrays)
        primary = self.spec.task.metrics[0]
        better = catalog.metric(primary).better
        return best_threshold(form, lambda cut: score(self.parts.valid_truth, cut, primary), better)


def settings(contestant: Contestant, values: Mapping[str, Any], schema: Schema) -> list[dict[str, Any]]:
    """Return one dictionary of parameters a link: proposed, pinned or default."""
    return contestant.space(Values(values), schema)


def _rounds(spec: JobSpec, contestant: Contestant, share: float) -> dict[str, int]:
    """Return the most epochs of each link that counts in epochs; a link that counts in rounds only when rationed."""
    epochs = {link.name: spec.search.epochs for link in contestant.links if link.resource == "epochs"}
    boosted = {link.name: 100 for link in contestant.links if link.resource == "rounds" and share < 1}
    return {name: max(1, math.ceil(most * share)) for name, most in (epochs | boosted).items()}
