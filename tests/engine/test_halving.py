"""Halving the field: what rungs grant and cut, what the report says of it, and that a killed run cuts the same."""

from __future__ import annotations

import pytest

import dlbench
from dlbench.budget import LEAST, OVERHEAD, shared_out, within
from dlbench.cli.lines import Lines
from dlbench.core.errors import SuiteError, UsageError
from dlbench.engine.events import JobFinished
from dlbench.engine.halving import Halved, Standing, cut_of, halve, run_halved
from dlbench.engine.start import Options
from dlbench.planning import Reuse, plan_suite
from dlbench.rungs import left_after, load, rung_plan, shrunk
from dlbench.runs import all_runs
from dlbench.slices import Slice
from dlbench.store import Store

MOONS = {"dataset": {"name": "moons", "rows": 100}}
CLASSIC = ["logistic", "decision_tree", "gaussian_nb", "k_neighbors"]


def suite(**changes):
    search = {"trials": 2, "halving": 2, **changes.pop("search", {})}
    base = {"name": "halved", "tasks": [MOONS], "models": ["majority", *CLASSIC], "protocol": {"folds": 2}}
    return dlbench.load_suite({**base, **changes, "search": search})


class Told:
    """A store whose records say of a contestant what a test says: a score on validation, or how the job failed."""

    def __init__(self, asked, values):
        self.rungs, self._asked, self._values, self._labels = [], asked, values, {}

    def work(self, rung):
        self.rungs.append(rung)
        self._labels |= {job.key: job.contestant.label for job in rung_plan(rung).jobs}
        return True

    def find(self, kind, key):
        value = self._values[self._labels[key]]
        ledger = {"wall": 2.0, "used_seconds": 1.0}
        if isinstance(value, str):
            return {"status": value, "reason": "it broke", "validation": None, "ledger": ledger}
        scores = {"accuracy": {"value": 1.0 - value}}  # of the test part: the other way round
        return {"status": "ok", "reason": "", "validation": {"value": value}, "scores": scores, "ledger": ledger}

    def halved(self):
        return halve(self._asked, self, self.work)


SCORES = dict(zip(CLASSIC, (0.9, 0.7, 0.812, 0.95), strict=True))


def test_rungs_go_on_while_more_than_the_halving_are_left():
    assert left_after(8, 2) == (4, 2)
    assert left_after(8, 3) == (3,)
    assert left_after(28, 3) == (10, 4, 2)
    assert left_after(2, 2) == ()


def test_trials_seconds_and_rows_shrink_together_and_epochs_do_not():
    search = suite(search={"trials": 9, "seconds": 30.0, "rows": 3000, "halving": 3}).search
    part = shrunk(search, 3)
    assert (part.trials, part.seconds, part.rows, part.epochs) == (3, 10.0, 1000, search.epochs)
    assert (shrunk(search, 81).trials, shrunk(search, 81).rows, shrunk(search, 81).seconds) == (1, 100, 0.5)
    assert shrunk(suite().search, 2).seconds is None
    assert shrunk(suite().search, 2).rows is None


def test_the_best_on_validation_go_on_and_the_others_are_told_why():
    told = Told(suite(), SCORES)
    halved = told.halved()
    assert {(cut.contestant, cut.metric): cut.reason for cut in halved.cuts} == {
        ("gaussian_nb", None): "cut by halving, rung 1 of 1: accuracy 0.812 on validation, 3rd of 4",
        ("decision_tree", None): "cut by halving, rung 1 of 1: accuracy 0.7 on validation, 4th of 4",
    }
    (rung,) = halved.rungs
    assert (rung["jobs"], rung["cut"], rung["seconds"], rung["wall"]) == (4, 2, {"classic": 4.0}, 8.0)
    assert Halved.from_json(halved.to_json()) == halved


def test_a_rung_is_the_first_fold_of_those_who_search():
    told = Told(suite(protocol={"folds": 3, "repeats": 2, "seeds": 2}, search={"trials": 5}), SCORES)
    told.halved()
    jobs = rung_plan(told.rungs[0]).jobs
    assert [job.contestant.label for job in jobs] == CLASSIC
    assert {(job.split.repeat, job.split.fold, job.fit_index) for job in jobs} == {(0, 0, 0)}
    assert {(job.search.trials, job.split.folds, job.keep_model) for job in jobs} == {(3, 3, False)}
    assert not {job.key for job in jobs} & {job.key for job in plan_suite(suite()).jobs}


def test_a_task_with_fewer_contestants_joins_in_the_last_rung():
    more = [*CLASSIC, {"name": "svm", "tasks": ["moons"]}]
    tasks = [MOONS, {"dataset": {"name": "moons", "rows": 120}, "as": "other", "models": CLASSIC[:3]}]
    told = Told(suite(tasks=tasks, models=more), {**SCORES, "svm": 0.1})
    halved = told.halved()
    assert [[task.label for task in rung.tasks] for rung in told.rungs] == [["moons"], ["moons", "other"]]
    assert [rung.search.trials for rung in told.rungs] == [1, 1]
    assert [rung["divisor"] for rung in halved.rungs] == [4, 2]
    other = [cut.reason for cut in halved.cuts if cut.task == "other"]
    assert other == ["cut by halving, rung 1 of 1: accuracy 0.7 on validation, 3rd of 3"]
    assert [cut.contestant for cut in halved.cuts if cut.task == "moons"] == ["decision_tree", "svm", "gaussian_nb"]
    assert [count for count, _ in load(suite(tasks=tasks, models=more)).rungs] == [5, 6]


def test_each_side_keeps_its_best_so_that_the_question_can_be_answered():
    told = Told(suite(models=["majority", *CLASSIC[:3], "mlp"]), {**SCORES, "mlp": 0.5})
    reasons = {cut.contestant: cut.reason for cut in told.halved().cuts}
    assert set(reasons) == {"gaussian_nb", "decision_tree"}
    assert "2nd of 4; its place went to the best of the other side" in reasons["gaussian_nb"]
    assert "other side" not in reasons["decision_tree"]


def test_who_failed_stands_last_and_is_told_as_it_ended():
    told = Told(suite(), {**SCORES, "k_neighbors": "timeout"})
    assert [cut.contestant for cut in told.halved().cuts] == ["decision_tree", "k_neighbors"]
    assert told.halved().cuts[1].reason == "cut by halving, rung 1 of 1: timeout (it broke), 4th of 4"


def test_without_a_single_score_nobody_is_cut():
    assert Told(suite(), dict.fromkeys(CLASSIC, "unavailable")).halved().cuts == ()


@pytest.mark.parametrize(("better", "out"), [("higher", ["b", "d"]), ("lower", ["c", "a"])])
def test_the_metric_says_which_end_is_cut_and_equals_go_by_the_suites_order(better, out):
    standings = [Standing(label, "classic", value) for label, value in zip("abcd", (0.5, 0.1, 0.5, 0.1), strict=True)]
    assert sorted(one.label for one in cut_of(standings, 2, better)[0]) == sorted(out)
    third = cut_of(standings, 1, better)[0]
    assert third[0].label == ("c" if better == "higher" else "d")


def test_an_ensemble_is_made_of_those_who_are_left():
    blends = [
        {"name": "greedy_ensemble", "of": "all"},
        {"name": "greedy_ensemble", "of": "decision_tree", "as": "of_cut"},
    ]
    asked = suite(models=[*CLASSIC, *blends])
    plan = Told(asked, SCORES).halved().plan(asked)
    members = {member.contestant.label for job in plan.jobs for member in job.members}
    assert members == {"logistic", "k_neighbors"}
    assert {job.contestant.label for job in plan.jobs} == {"logistic", "k_neighbors", "greedy_ensemble"}
    assert {skip.contestant for skip in plan.skipped} == {"of_cut", "gaussian_nb", "decision_tree"}
    assert plan.suite is asked


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    output = tmp_path_factory.mktemp("halving")
    with (output / "lines.log").open("w") as stream:
        return output, dlbench.run(suite(), output=output, jobs=2, listener=Lines(stream))


def test_a_run_keeps_what_was_cut_and_what_the_rungs_took(finished):
    output, outcome = finished
    header = outcome.folder.header()
    cut = {skip["contestant"] for skip in header["skipped"]}
    assert outcome.finished
    assert len(cut) == 2
    assert {job["contestant"]["label"] for job in header["jobs"]} == {"majority", *CLASSIC} - cut
    (rung,) = header["halving"]["rungs"]
    assert 0 < rung["seconds"]["classic"] <= rung["wall"]
    told = dlbench.report(outcome, output=output).render("markdown")
    assert "cut by halving, rung 1 of 1" in told
    assert "1 rung of 4 jobs in all spent" in told
    assert "test rows of its other folds" in told


def test_progress_counts_each_rung_by_itself(finished):
    lines = (finished[0] / "lines.log").read_text().splitlines()
    ended = [line.rpartition("(")[2] for line in lines if line.endswith(")")]
    assert ended == [f"{number}/4)" for number in range(1, 5)] + [f"{number}/6)" for number in range(1, 7)]


def test_a_second_run_cuts_the_same_and_runs_no_rung(finished):
    output, outcome = finished
    again = dlbench.run(suite(), output=output, jobs=2)
    assert again.pending == 0
    assert again.folder.header()["halving"] == outcome.folder.header()["halving"]
    assert len(list((output / "halved.rung-1").iterdir())) == 1
    planned = dlbench.plan(suite(), output=output)
    assert not planned.pending
    assert [skip.reason for skip in planned.skipped] == [one["reason"] for one in outcome.folder.header()["skipped"]]


def test_a_plan_before_the_rungs_holds_everybody(tmp_path):
    assert len(dlbench.plan(suite(), output=tmp_path).pending) == 2 * (1 + len(CLASSIC))


class Broken(Exception):
    """Stands for a kill."""


def _breaking(after):
    seen = []

    def listener(event):
        seen.extend([event] if isinstance(event, JobFinished) else [])
        if len(seen) == after:
            raise Broken

    return listener


@pytest.mark.parametrize("after", [2, 5])
def test_a_run_broken_in_the_rung_or_behind_it_resumes_to_the_same_cut(finished, tmp_path, after):
    with pytest.raises(Broken):
        dlbench.run(suite(), output=tmp_path, jobs=1, listener=_breaking(after))
    outcome = dlbench.run(suite(), output=tmp_path, jobs=2)
    assert outcome.finished
    assert outcome.folder.header()["skipped"] == finished[1].folder.header()["skipped"]
    store = Store(tmp_path)
    keys = [folder.name for folder in (tmp_path / "jobs").iterdir() if folder.is_dir()]
    assert len(keys) == 4 + 6  # of the rung, and of the run
    assert all(store.attempts("jobs", key) == [1] for key in keys)
    assert len(list((tmp_path / "halved.rung-1").iterdir())) == len(list((tmp_path / "halved").iterdir())) == 1


def test_a_run_that_resumes_keeps_the_cut_it_was_opened_with(tmp_path):
    with pytest.raises(Broken):
        dlbench.run(suite(), output=tmp_path, jobs=1, listener=_breaking(5))
    (opened,) = (tmp_path / "halved").iterdir()
    halved = halve(suite(), Store(tmp_path), lambda rung: True)
    (rung,) = _runs(tmp_path, "halved.rung-1")
    for job in rung.header()["jobs"]:
        (tmp_path / "jobs" / job["key"] / "1" / "record.json").write_text("{}")
    outcome = dlbench.run(suite(), output=tmp_path, jobs=2)
    assert outcome.folder.path == opened
    assert Halved.from_json(outcome.folder.header()["halving"]) == halved
    assert len(list((tmp_path / "halved.rung-1").iterdir())) == 1


def _runs(output, name):
    return [run for run in all_runs(output) if run.path.parent.name == name]


def test_force_runs_the_rungs_again_even_where_it_was_broken_in_one(tmp_path):
    small = suite(models=CLASSIC[:3], protocol={"folds": 2}, search={"trials": 1})
    dlbench.run(small, output=tmp_path, jobs=2)
    with pytest.raises(Broken):
        dlbench.run(small, output=tmp_path, jobs=1, force=True, listener=_breaking(1))
    outcome = dlbench.run(small, output=tmp_path, jobs=2)
    assert [len(_runs(tmp_path, name)) for name in ("halved.rung-1", "halved")] == [2, 2]
    assert outcome.pending == 4
    assert outcome.folder.header()["force"] is True


def test_a_budget_pays_for_the_rungs():
    share = shared_out(suite(), 60.0, slots=2)
    assert (share.jobs, share.rungs) == (6, ((4, 2),))
    assert share.needed == pytest.approx(60.0)
    assert 3 * (share.seconds + OVERHEAD) + 2 * (share.seconds / 2 + OVERHEAD) == pytest.approx(60.0)
    assert share.to_json()["rungs"] == ((4, 2),)
    assert "4 jobs with 1/2 of that" in share.told()
    assert shared_out(suite(), 2.0, slots=2).seconds == LEAST
    told = Told(within(suite(), share), SCORES)
    told.halved()
    assert told.rungs[0].search.seconds == pytest.approx(share.seconds / 2)


def test_what_halving_cannot_go_with_is_refused():
    with pytest.raises(SuiteError, match=r"without a search there is nothing to cut by"):
        suite(search={"oracle": "none"})
    with pytest.raises(SuiteError, match=r"sweep asks for several"):
        suite(sweep={"rows": [40, 80]})
    with pytest.raises(SuiteError, match="halving"):
        suite(search={"halving": 1})
    with pytest.raises(UsageError, match="a slice has some of them"):
        run_halved(suite(), Options(part=Slice(1, 2)))


def test_few_contestants_need_no_rung():
    few = suite(models=["majority", *CLASSIC[:2]])
    assert load(few).rungs == ()
    assert Told(few, SCORES).halved() == Halved(2)
    assert dlbench.plan(few).jobs == plan_suite(few, Reuse()).jobs
