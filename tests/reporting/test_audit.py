"""A planted breach of the fairness contract is named."""

from __future__ import annotations

import copy

import pytest

from dlbench.reporting.audit import audit


def record(label, fold=0, **changes):
    made = {
        "status": "ok",
        "stages": ["s"],
        "job": {
            "task": "digits",
            "point": {},
            "repeat": 0,
            "fold": fold,
            "contestant": {"label": label},
            "search": {"trials": 4, "rows": None},
        },
        "fingerprints": {"data": "d", "split": f"s{fold}", "truth": f"t{fold}"},
        "sizes": {"train": 80, "valid": 20, "test": 50},
        "validation": {"metric": "accuracy", "value": 0.9},
        "environment": {"threads": 1},
        "ledger": {"used_seconds": 3.0, "search": 2.0, "refit": 1.0, "trials": 4},
    }
    made = copy.deepcopy(made)
    for path, value in changes.items():
        *parents, last = path.split("__")
        inner = made
        for parent in parents:
            inner = inner[parent]
        inner[last] = value
    return made


def test_an_honest_run_breaks_nothing():
    assert audit([record(label, fold) for label in "ab" for fold in (0, 1)]) == ()


@pytest.mark.parametrize(
    ("clause", "breach"),
    [
        (1, {"fingerprints__split": "other"}),
        (1, {"fingerprints__data": "other"}),
        (1, {"sizes__test": 49}),
        (2, {"validation__metric": "f1_macro"}),
        (4, {"ledger__used_seconds": 9.0}),
        (6, {"job__search__trials": 8}),
        (6, {"job__search__rows": 50}),
        (6, {"ledger__trials": 0}),
        (7, {"environment__threads": 2}),
    ],
    ids=str,
)
def test_a_planted_breach_is_named(clause, breach):
    found = audit([record("honest"), record("cheat", **breach)])
    assert len(found) == 1
    assert found[0].startswith(f"Clause {clause} is broken on digits")
    assert "cheat" in found[0]


def test_failed_jobs_and_other_folds_are_not_held_against_each_other():
    assert audit([record("a", 0), record("a", 1), record("b", 0, status="failed", sizes__test=1)]) == ()
