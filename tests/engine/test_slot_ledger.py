"""The ledger of each slot adds up to the wall of the run: nothing is counted twice, nothing is left out."""

from __future__ import annotations

import pytest

import dlbench
from dlbench.engine.slot_ledger import LINES, SlotBook, Spent, slot_ledger, totals
from dlbench.store import Store

CONTENT = {
    "name": "slots",
    "tasks": ["iris"],
    "models": ["logistic", "svm"],
    "search": {"trials": 3},
    "protocol": {"folds": 3},
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    root = tmp_path_factory.mktemp("slots")
    return root, dlbench.run(dlbench.load_suite(CONTENT), output=root, jobs=2)


def test_each_slot_adds_up_to_the_wall(outcome):
    rows = slot_ledger(outcome[1].folder.journal())
    assert [row["slot"] for row in rows] == [0, 1]
    for row in rows:
        assert abs(row["unexplained"]) <= 0.02 * row["wall"], row
        assert all(row[line] >= 0 for line in LINES), row


def test_start_up_import_and_idle_are_lines_of_their_own(outcome):
    rows = slot_ledger(outcome[1].folder.journal())
    whole = totals(rows)
    assert all(whole[line] > 0 for line in LINES if line != "look"), whole
    assert whole["look"] == 0  # no picture here, and nobody asked
    assert whole["wall"] == pytest.approx(sum(whole[line] for line in (*LINES, "unexplained")))


def test_each_record_says_in_which_slot_its_seconds_went(outcome):
    root, done = outcome
    store = Store(root)
    for key, entry in done.folder.attempts().items():
        ledger = store.record("jobs", key, entry["attempt"])["ledger"]
        assert ledger["slot"] in (0, 1)
        assert sum(ledger["spent"].values()) == pytest.approx(ledger["wall"], abs=0.02)
        assert ledger["spent"]["search"] >= ledger["search"] - 0.05  # the outer clock also sees what is written


def test_seconds_by_step():
    spent = Spent(1, 100.0)
    # the first message is heard late
    for lived, now, step in ((0.0, 102.7, "import"), (1.0, 103.0, "load"), (1.5, 103.5, "refit"), (4.0, 106.0, "save")):
        spent.note({"event": "step", "step": step, "lived": lived}, now)
    spent.note({"event": "trial"}, 106.0)
    spent.note({"event": "done", "lived": 4.25}, 106.25)
    closed = spent.closed(107.0)
    assert closed["spent"] == {"start-up": 2.0, "import": 1.0, "load": 0.5, "refit": 2.5, "save": 0.25, "end": 0.75}
    assert (closed["slot"], closed["wall"]) == (1, 7.0)


def test_a_job_that_says_nothing_has_spent_its_time_starting_up():
    assert Spent(0, 10.0).closed(13.0)["spent"] == {"start-up": 3.0, "import": 0.0}


def test_between_two_jobs_a_slot_is_idle():
    book = SlotBook(2, 0.0)
    book.freed({"slot": 0, "wall": 3.0, "spent": {"refit": 3.0}}, 4.0, 4.5)
    book.freed({"slot": 0, "wall": 2.0, "spent": {"refit": 1.0, "save": 1.0}}, 7.5, 7.5)
    rows = slot_ledger([{"event": "finished"}, book.closed(10.0)])
    first = {line: seconds for line, seconds in rows[0].items() if line in LINES and seconds}
    assert first == {"refit": 4.0, "save": 1.0, "end": 0.5, "idle": 4.5}
    assert rows[1]["idle"] == 10.0
    assert [row["unexplained"] for row in rows] == [0.0, 0.0]
