"""One job: load, split, search, refit, predict, judge. The heart, and short.

The truth of the test part leaves this process for a file before any contestant's code runs, and is read back only
by the judge: while a contestant trains, no array in memory holds it. This guards against mistakes, not against a
contestant that goes looking for files: its code runs with the user's own rights.
"""

from __future__ import annotations

import hashlib
import json
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlbench.core import catalog
from dlbench.core.errors import Diverged, DlbenchError
from dlbench.engine import noticing, search
from dlbench.engine.clock import Clock
from dlbench.engine.desk import Desk
from dlbench.engine.ensemble import assemble, refit
from dlbench.engine.judge import judge
from dlbench.engine.pace import pace
from dlbench.engine.parts import Parts, cut
from dlbench.engine.pretraining import started
from dlbench.engine.tuning import Shelf, Tuned, given, settings, tune
from dlbench.forms.outlined import truth_of
from dlbench.prepare.threshold import apply
from dlbench.training import chain
from dlbench.training.limits import Limits

if TYPE_CHECKING:
    from dlbench.core.form import Form
    from dlbench.core.job import JobSpec
    from dlbench.forms.truth import Truth
    from dlbench.training.fitted import Fitted


class WrongPrediction(DlbenchError):
    """A contestant's prediction cannot be scored."""

    exit_code = 3


def run_job(spec: JobSpec, desk: Desk) -> dict[str, Any]:
    """Do one job and return the parts of its record that only it knows.

    Raises:
        DataUnavailable, DataError: the data.
        Diverged, WrongPrediction, NoTrialFinished: the contestant.
        Exception: whatever a contestant's code raises.
    """
    clock = Clock()
    form = spec.contestant.form_for(catalog.task(spec.task.type).asks) or ""
    with clock.measure("load"):
        parts, truth_name = _parts(spec, form, desk)
        seen = noticing.of_data(parts, len(parts.schema.classes))
        if _looks_at_columns(spec):
            seen |= noticing.of_columns(parts, len(parts.schema.classes))
    misfit = spec.contestant.misfit(parts.schema.modality, form, parts.schema.shape)
    if misfit:
        raise DlbenchError(misfit)
    paces = [pace()]
    spec, weights = started(spec, desk, clock)
    tuned, fitted, stuck = (_blended if spec.members else _fitted)(spec, parts, desk, clock)
    desk.send({"event": "step", "step": "predict"})
    prediction = _predict(fitted, parts, clock)
    paces.append(pace())
    if tuned.threshold is not None:
        prediction = apply(tuned.threshold, prediction)
    looked = _looked(spec, fitted, parts, prediction, desk)
    desk.send({"event": "step", "step": "save"})
    _save_prediction(desk.folder, parts, prediction)
    kept = fitted.save(desk.folder) if spec.keep_model else []
    (desk.folder / "trials.json").write_text(json.dumps(tuned.trials))
    (desk.folder / "history.json").write_text(json.dumps(fitted.history))
    scores = judge(_read_truth(desk.outside), prediction, spec.task.metrics)
    return {
        "chosen": tuned.values,
        "rounds": dict(fitted.rounds),
        "threshold": tuned.threshold,
        "validation": _validation(spec, tuned),
        "scores": scores,
        "ledger": _ledger(spec, tuned, clock, fitted, shared=bool(desk.search or spec.members)),
        "pace_seconds": sum(paces) / len(paces),
        "predict_seconds_per_1000": 1000 * clock["predict"] / max(1, len(parts.test_ids)),
        "first_predict_seconds": clock["predict_cold"],
        "parameters": fitted.parameters,
        "model_bytes": sum((desk.folder / name).stat().st_size for name in kept) or None,
        "fingerprints": {**parts.fingerprints, "truth": truth_name},
        "sizes": {"train": len(parts.train), "valid": len(parts.valid), "test": len(parts.test_ids)},
        "form": prediction.name,
        **({"inferred": dict(parts.inferred)} if parts.inferred else {}),
        **({"pretrained": {**weights, "loaded": dict(fitted.loaded)}} if spec.contestant.start else {}),
        **({"attributed": looked} if looked else {}),
        "noticed": {**seen, **noticing.of_search(spec, parts, tuned, fitted.history), "unconverged": stuck},
    }


def _parts(spec: JobSpec, form: str, desk: Desk) -> tuple[Parts, str]:
    """Load and cut the data; leave the truth in a file and nowhere else."""
    import numpy as np

    parts, truth = cut(catalog.dataset(spec.task.dataset).load(spec.task.params), spec, form)
    arrays: dict[str, Any] = truth.arrays()
    sha = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        sha.update(f"{name} {array.dtype.str} {array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    np.savez_compressed(desk.outside / "truth.npz", **arrays)
    return parts, sha.hexdigest()[:32]


def _looks_at_columns(spec: JobSpec) -> bool:
    """Whether a job is the first of its contestant; of the user's own tables the plan knows it already."""
    first = spec.split.repeat == spec.split.fold == spec.fit_index == 0
    return first and not catalog.dataset(spec.task.dataset).own_file


def _read_truth(outside: Path) -> Truth:
    import numpy as np

    with np.load(outside / "truth.npz", allow_pickle=False) as archive:
        return truth_of({name: archive[name] for name in archive.files})


def _tuned(spec: JobSpec, parts: Parts, desk: Desk, clock: Clock) -> Tuned:
    """Return the setting for the refit: given, from a finished search, or searched now."""
    if not spec.search_key:
        return given(spec)
    if desk.search is not None:
        clock.add("search", float(desk.search["seconds"]["search"]))
        return Tuned.from_record(desk.search)
    search.load()
    desk.send({"event": "step", "step": "search"})
    tuned = tune(spec, parts, desk.send, Shelf(desk.outside, desk.trials))
    clock.add("search", tuned.seconds["search"])
    desk.send({"event": "step", "step": "save"})
    _leave_search(spec, tuned, desk, parts)
    return tuned


def _leave_search(spec: JobSpec, tuned: Tuned, desk: Desk, parts: Parts) -> None:
    """Hand the finished search over, so that a kill during the refit does not lose it."""
    import numpy as np

    folder = desk.outside / "search"
    folder.mkdir()
    predictions: dict[str, Any] = tuned.predictions
    np.savez_compressed(folder / "validation.npz", ids=parts.valid_truth.ids, **predictions)
    record = {
        "key": spec.search_key,
        "status": "ok",
        "chosen": tuned.values,
        "rounds": tuned.rounds,
        "threshold": tuned.threshold,
        "validation": _validation(spec, tuned),
        "trials": tuned.trials,
        "seconds": tuned.seconds,
        "reserve": tuned.reserve,
        "fingerprints": parts.fingerprints,
    }
    desk.send({"event": "stage", "record": record})


def _fitted(spec: JobSpec, parts: Parts, desk: Desk, clock: Clock) -> tuple[Tuned, Fitted, list[str]]:
    """Find the setting, then fit it on train and validation; return what was said of fits that did not converge too."""
    tuned = _tuned(spec, parts, desk, clock)
    seconds = _seconds_left(spec, tuned, clock["search"], desk.grace)
    _come_to_refit(desk, seconds)
    with noticing.unconverged() as stuck, clock.measure("refit"):
        return tuned, _refit(spec, parts, tuned, seconds), stuck


def _blended(spec: JobSpec, parts: Parts, desk: Desk, clock: Clock) -> tuple[Tuned, Fitted, list[str]]:
    """Choose an ensemble from its members' trials, and fit those in the seconds of one job. The choice is charged to it
    as well, and so are the searches of its members."""
    seconds = spec.search.seconds
    desk.send({"event": "step", "step": "search"})
    with clock.measure("choice"):
        assembled = assemble(spec, parts, desk.needs, seconds)
    clock.add("search", assembled.shared["seconds"])
    _come_to_refit(desk, seconds)
    deadline = None if seconds is None else time.monotonic() + seconds
    with noticing.unconverged() as stuck, clock.measure("refit"):
        return assembled.tuned(), refit(spec, parts, assembled, deadline), stuck


def _come_to_refit(desk: Desk, seconds: float | None) -> None:
    """Say what the job is at, and how many seconds it has for it."""
    desk.send({"event": "step", "step": "refit", **({} if seconds is None else {"seconds": seconds})})


def _seconds_left(spec: JobSpec, tuned: Tuned, searched: float, grace: float) -> float | None:
    """Return what the refit may take: what the search has left, at least what it had held back for it.

    A trial that compiled longer than planned is no reason to judge a net after one epoch: the grace pays for it, a
    fifth of which stays for what cannot be stopped. The ledger shows the overrun.
    """
    seconds = spec.search.seconds
    if seconds is None:
        return None
    left = seconds - searched
    return max(0.1, left, min(tuned.reserve, left + 0.8 * grace))


def _refit(spec: JobSpec, parts: Parts, tuned: Tuned, seconds: float | None) -> Fitted:
    limits = Limits(rounds=tuned.rounds, deadline=None if seconds is None else time.monotonic() + seconds)
    values = settings(spec.contestant, tuned.values, parts.schema)
    return chain.fit(spec.contestant, values, parts.schema, parts.whole, None, limits, spec.fit_seed)


def _predict(fitted: Fitted, parts: Parts, clock: Clock) -> Form:
    """Predict the test part, warm: a first call on a few items pays what only a first call pays, timed apart."""
    import numpy as np

    few = parts.test_inputs.take(np.arange(min(8, len(parts.test_ids))))
    with clock.measure("predict_cold"):
        fitted.predict(few)
    with clock.measure("predict"):
        prediction = fitted.predict(parts.test_inputs)
    problem = prediction.problem(len(parts.test_ids))
    if problem:
        raise (Diverged if "not finite" in problem else WrongPrediction)(f"the prediction holds {problem}")
    return prediction


def _looked(spec: JobSpec, fitted: Fitted, parts: Parts, prediction: Form, desk: Desk) -> dict[str, Any]:
    """Leave what the contestant looked at where the suite asks for it; return what the record says of that."""
    if not spec.attributions:
        return {}
    desk.send({"event": "step", "step": "look"})
    look = import_module("dlbench.engine.looking").look  # by name: it changes no result, so that no key rests on it
    told: dict[str, Any] = look(spec, fitted, parts, prediction, desk.folder)
    return told


def _save_prediction(folder: Path, parts: Parts, prediction: Form) -> None:
    import numpy as np

    arrays: dict[str, Any] = prediction.arrays()
    np.savez_compressed(folder / "predictions.npz", ids=parts.test_ids, **arrays)


def _validation(spec: JobSpec, tuned: Tuned) -> dict[str, Any] | None:
    if tuned.score is None:
        return None
    better = catalog.metric(spec.task.objective).better
    return {"metric": spec.task.objective, "better": better, "value": tuned.score}


def _ledger(spec: JobSpec, tuned: Tuned, clock: Clock, fitted: Fitted, *, shared: bool) -> dict[str, Any]:
    """Return what was granted and what was used; `used_seconds` is what a budget charges.

    A search that another job did is charged to each job that rests on it, and marked as shared, so that sums can
    count it once; `replayed_seconds` of it were spent by a process that was killed. An ensemble is granted what its
    members are, and one job's seconds for its own refit; what choosing takes is charged to it too. Pretraining goes on
    for given epochs, so that it is granted what it takes, and is shared as a search is. `own_*` leave out what other
    jobs were granted and spent.
    """
    own = clock["choice"] + clock["refit"]
    used = clock["pretraining"] + clock["search"] + own
    searches = len(spec.members) or bool(spec.search_key)
    seconds, learned = spec.search.seconds, clock["pretraining"] - clock["pretraining_elsewhere"]
    granted = None if seconds is None else seconds * (len(spec.members) + 1) + clock["pretraining"]
    return {
        "granted_seconds": granted,
        "granted_trials": spec.search.trials * searches if spec.search.oracle != "none" else 0,
        "trials": int(tuned.seconds.get("member_trials", len(tuned.trials))),
        "fit_seconds": clock["refit"],
        "used_seconds": used,
        "unspent_seconds": None if granted is None else max(0.0, granted - used),
        "own_granted_seconds": None if seconds is None else seconds + learned,
        "own_used_seconds": learned + own + (0.0 if shared else clock["search"]),
        "replayed_seconds": tuned.seconds.get("replayed", 0.0),
        "search_shared": shared,
        **({"pretraining": clock["pretraining"], "pretraining_shared": learned <= 0} if spec.starts else {}),
        "stopped": fitted.stopped,
        "refit_rounds": [sum(fitted.rounds.values()), sum(tuned.rounds.values())] if tuned.rounds else None,
        **({"choice": clock["choice"]} if spec.members else {}),
        **{name: fitted.seconds.get(name, 0.0) for name in ("preparation", "compile", "fit")},
        **{name: clock[name] for name in ("load", "search", "refit", "predict")},
    }
