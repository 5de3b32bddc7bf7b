"""The search of one fold: trials on train and validation, the best setting kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.canonical import canonical
from dlbench.core.errors import DlbenchError
from dlbench.engine import trial_store
from dlbench.engine.allowance import Allowance
from dlbench.engine.judge import score
from dlbench.engine.scoring import Outcome, Scorer, most_rounds, settings
from dlbench.engine.search import Oracle, Proposal
from dlbench.engine.trial_store import Trial
from dlbench.prepare.threshold import best_threshold, cost_of

if TYPE_CHECKING:
    import numpy as np

    from dlbench.core.job import JobSpec
    from dlbench.engine.parts import Parts

__all__ = ["NoTrialFinished", "Shelf", "Tuned", "given", "settings", "tune"]

Send = Callable[[dict[str, Any]], None]
PACK = 32
"""Most settings that are asked for at once: enough to fill a device, few enough to lose when killed."""


class NoTrialFinished(DlbenchError):
    """Every trial of a search failed; the text says why the last one did."""

    exit_code = 3


@dataclass(frozen=True)
class Tuned:
    """What a search found.

    Attributes:
        values: name → value of every searched parameter.
        rounds: link name → epochs or boosting rounds for the refit.
        score: of the best trial on validation, at the usual cut; None without a search.
        threshold: the cut between two classes that is best there; None where the contestant does not ask for one.
        trials: one mapping a trial: number, values, share, score, seconds, rounds, status, reason; `repeats` names
            the trial that a repeated setting was answered from, `packed` how many trained together.
        predictions: `trial-<number>.<array>` → array, of the validation part or all out-of-fold items.
        seconds: by name, of all trials; `replayed` are those that an earlier process spent.
        reserve: seconds that were held back for the refit, also where the search has used them up.
    """

    values: dict[str, Any] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    score: float | None = None
    threshold: float | None = None
    trials: list[dict[str, Any]] = field(default_factory=list)
    predictions: dict[str, np.ndarray] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    reserve: float = 0.0

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Tuned:
        """Rebuild what a finished search stage says, without its predictions."""
        validation = record["validation"]["value"]
        reserve = float(record.get("reserve", 0.0))
        told = (record["chosen"], record["rounds"], validation, record.get("threshold"), record["trials"])
        return cls(*told, reserve=reserve)


@dataclass(frozen=True)
class Shelf:
    """Where finished trials go, and where those of a killed search stand; None for nowhere."""

    outside: Path | None = None
    stored: Path | None = None


def given(spec: JobSpec) -> Tuned:
    """Return the setting of a job without a search: its own parameters, every epoch."""
    return Tuned(rounds=most_rounds(spec, 1.0))


def tune(spec: JobSpec, parts: Parts, send: Send, shelf: Shelf | None = None) -> Tuned:
    """Search within the budget of `spec` and return the best setting.

    Trials that an earlier process finished are told again, not trained again, as long as the oracle proposes what
    it proposed; their seconds count as spent.

    Args:
        spec: of a job that searches.
        parts: of its fold.
        send: takes a `trial` event for each.
        shelf: where trials are left and found.

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
    loop = _Loop(spec, parts, send, shelf or Shelf())
    while proposals := loop.ask(oracle):
        loop.run(proposals)
        done = [proposal for proposal in proposals if proposal.number in loop.trials]
        for proposal in done:
            oracle.tell(proposal, loop.trials[proposal.number].entry["score"])
        if len(done) < len(proposals):
            break
    return loop.result()


class _Loop:
    """The trials so far, and what they cost: in all, and of that in an earlier process."""

    def __init__(self, spec: JobSpec, parts: Parts, send: Send, shelf: Shelf) -> None:
        self.spec, self.parts, self.send, self.shelf = spec, parts, send, shelf
        self.sign = 1.0 if catalog.metric(spec.task.objective).better == "higher" else -1.0
        self.stored = trial_store.read(shelf.stored, spec.search_key) if shelf.stored else {}
        self.trials: dict[int, Trial] = {}
        self.replayed = self.spent = 0.0
        self.scorer = Scorer(spec, parts)
        self.allowance = Allowance(spec.search.seconds, self.scorer.growth)

    def ask(self, oracle: Oracle) -> list[Proposal]:
        """Return what is tried next: one setting, or several where some may train together; none at the end."""
        room = self.allowance.room()
        most = min(PACK if self.scorer.packs else 1, PACK if room is None else room)
        if len(self.trials) in self.stored:
            most = max(1, most)
        proposals: list[Proposal] = []
        while len(proposals) < most and (proposal := oracle.ask()) is not None:
            proposals.append(proposal)
        return proposals

    def run(self, proposals: Sequence[Proposal]) -> None:
        """Replay, train or repeat every setting; those of one key train together.

        A group after the first is left out where one as long as the longest does not fit any more: another
        architecture compiles anew, which the trials before say nothing of.
        """
        groups: dict[str, list[Proposal]] = {}
        repeats = []
        for proposal in proposals:
            if self._replay(proposal):
                continue
            if self._known(proposal) or any(_same(proposal, one) for group in groups.values() for one in group):
                repeats.append(proposal)
                continue
            key = self.scorer.key(proposal) if len(proposals) > 1 else None
            groups.setdefault(f"alone {proposal.number}" if key is None else f"packed {key}", []).append(proposal)
        longest = 0.0
        for group in groups.values():
            if self.allowance.fits(longest):
                began = self.allowance.elapsed()
                self._train(group)
                longest = max(longest, self.allowance.elapsed() - began)
        for proposal in repeats:
            if self._known(proposal):
                self._repeat(proposal)

    def _replay(self, proposal: Proposal) -> bool:
        """Take a trial from an earlier process, where it is the same; drop it and what came later where not."""
        found = self.stored.get(proposal.number)
        if found is None:
            return False
        if canonical([found.entry["values"], found.entry["share"]]) != canonical([proposal.values, proposal.share]):
            self.stored = {number: trial for number, trial in self.stored.items() if number < proposal.number}
            text = f"trial {proposal.number}: stored with another setting than is proposed now; run again from here on"
            print(text, file=sys.stderr)
            return False
        self.replayed = max(self.replayed, found.elapsed)
        self.allowance.resume(max(found.elapsed, self.spent))
        self._take(Trial({**found.entry, "values": proposal.values}, found.arrays, found.spent, found.elapsed), [])
        return True

    def _known(self, proposal: Proposal) -> Mapping[str, Any] | None:
        """Return an earlier trial of the same setting."""
        entries = (trial.entry for trial in self.trials.values())
        return next((e for e in entries if (e["values"], e["share"]) == (proposal.values, proposal.share)), None)

    def _repeat(self, proposal: Proposal) -> None:
        """Answer a setting that was tried before from memory."""
        known = self._known(proposal) or {}
        entry = {**known, "number": proposal.number, "repeats": known.get("repeats", known["number"]), "seconds": 0.0}
        self._keep(Trial(entry, elapsed=self.allowance.elapsed()))

    def _train(self, group: Sequence[Proposal]) -> None:
        start = time.monotonic()
        outcomes = self.scorer.score(group, self.allowance.deadline())
        seconds = (time.monotonic() - start) / len(group)
        for proposal, outcome in zip(group, outcomes, strict=True):
            entry = _entry(proposal, outcome, seconds, len(group))
            self._keep(Trial(entry, outcome.arrays, outcome.spent, self.allowance.elapsed()))

    def _keep(self, trial: Trial) -> None:
        outside = self.shelf.outside
        self._take(trial, trial_store.write(outside, self.spec.search_key, trial) if outside else [])

    def _take(self, trial: Trial, files: list[str]) -> None:
        """Count a trial and say so."""
        self.trials[trial.entry["number"]] = trial
        self.spent = self.allowance.elapsed()
        self.allowance.charge(float(trial.entry["seconds"]), int(trial.entry.get("packed", 1)))
        best = self._best()
        told = {"of": self.spec.search.trials, "best": best["score"] if best else None, "files": files}
        self.send({"event": "trial", **trial.entry, **told})

    def _best(self) -> Mapping[str, Any] | None:
        """Return the best trial that used the full resource; the largest share where none did."""
        done = [trial.entry for trial in self.trials.values() if trial.entry["score"] is not None]
        return max(done, key=lambda entry: (entry["share"], self.sign * entry["score"], -entry["number"]), default=None)

    def result(self) -> Tuned:
        """Return the best setting, or raise NoTrialFinished."""
        found, best = [self.trials[number] for number in sorted(self.trials)], self._best()
        if best is None:
            reason = found[-1].entry["reason"] if found else "the space holds no setting"
            raise NoTrialFinished(f"none of {len(found)} trials finished; the last: {reason}")
        threshold = self._threshold(best) if self.spec.contestant.threshold else None
        predictions = {f"trial-{t.entry['number']}.{name}": a for t in found for name, a in t.arrays.items()}
        seconds = {name: sum(t.spent.get(name, 0.0) for t in found) for name in ("preparation", "compile", "fit")}
        seconds |= {"search": self.allowance.elapsed(), "replayed": self.replayed}
        entries = [dict(trial.entry) for trial in found]
        chosen, rounds, reserve = best["values"], dict(best["rounds"]), self.allowance.reserve()
        return Tuned(chosen, rounds, best["score"], threshold, entries, predictions, seconds, reserve)

    def _threshold(self, best: Mapping[str, Any]) -> float:
        """Return the cut that is best on the validation predictions of the best trial: for a cost where the suite
        names one, else for the primary metric."""
        arrays = self.trials[best.get("repeats", best["number"])].arrays
        form = catalog.form(self.parts.schema.form).from_arrays(arrays)
        if costs := self.spec.contestant.costs:
            truth = self.parts.valid_truth.target
            return best_threshold(
                form, lambda cut: cost_of(truth, cut.to("Labels").arrays()["codes"], **costs), "lower"
            )
        primary = self.spec.task.metrics[0]
        better = catalog.metric(primary).better
        return best_threshold(form, lambda cut: score(self.parts.valid_truth, cut, primary), better)


def _entry(proposal: Proposal, outcome: Outcome, seconds: float, packed: int) -> dict[str, Any]:
    """Return what records say of a trial; the seconds of those that trained together are shared equally."""
    return {
        "number": proposal.number,
        "values": proposal.values,
        "share": proposal.share,
        "score": outcome.score,
        "rounds": dict(outcome.rounds),
        "status": outcome.status,
        "reason": outcome.reason,
        **({"fold_scores": list(outcome.fold_scores)} if outcome.fold_scores else {}),
        **({"packed": packed} if packed > 1 else {}),
        "seconds": seconds,
    }


def _same(one: Proposal, other: Proposal) -> bool:
    return (one.values, one.share) == (other.values, other.share)
