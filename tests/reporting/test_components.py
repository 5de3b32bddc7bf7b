"""Where the spread comes from: numbers of the table against the records they rest on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_run import Game, Player, made_run

from dlbench.reporting.findings import find
from dlbench.reporting.runs_together import together
from dlbench.reporting.sections import beside
from dlbench.reporting.source import Source

SVM = Player("svm", "classic", 0.9)
NET = Player("net", "deep", 0.8)


def told(source: Source, seed: int) -> Source:
    """Return the source with what the engine keeps of each job: its contestant and the base of its seeds."""
    records = [
        {**record, "spec": {"contestant": record["job"]["contestant"], "seed": seed}} for record in source.records
    ]
    return replace(source, records=tuple(records))


def test_split_and_fit_are_the_nested_analysis_of_variance() -> None:
    source = made_run([Game("digits", [SVM, NET], seeds=3)])
    found = {one.contestant: one for one in find(source).spreads}
    by_split = _scores(source, "net").reshape(5, 3)
    fit = by_split.var(axis=1, ddof=1).mean()
    split = max(0.0, by_split.mean(axis=1).var(ddof=1) - fit / 3)
    net = found["net"]
    assert (net.splits, net.searches, net.fits) == (5, 1, 3)
    assert net.fit == pytest.approx(np.sqrt(fit))
    assert net.split == pytest.approx(np.sqrt(split))
    assert net.search is None
    assert sum(net.shares.values()) == pytest.approx(1.0)


def test_runs_of_other_seeds_show_what_the_search_adds() -> None:
    sources = [
        told(made_run([Game("digits", [SVM, net], seeds=2)], run=f"run-{seed}", seed=seed), seed)
        for seed, net in enumerate((NET, replace(NET, skill=0.7)))
    ]
    found = {one.contestant: one for one in find(together(sources)).spreads}
    by_fit = np.stack([_scores(source, "net").reshape(5, 2) for source in sources], axis=1)
    search = by_fit.mean(axis=2).var(axis=1, ddof=1).mean() - by_fit.var(axis=2, ddof=1).mean() / 2
    assert search > 0
    assert set(found) == {"svm", "net"}
    assert (found["net"].splits, found["net"].searches, found["net"].fits) == (5, 2, 2)
    assert found["net"].search == pytest.approx(np.sqrt(search))


def test_the_table_says_what_hides_and_one_fit_a_split_has_none() -> None:
    findings = find(made_run([Game("digits", [SVM, NET], seeds=2)]))
    table = next(one for one in beside(findings, findings.rounds[0]) if "spread" in one.title)
    assert {line[0] for line in table.lines} == {"svm", "net"}
    assert "hides" in table.notes[0]
    single = find(made_run([Game("digits", [SVM, NET])]))
    assert not single.spreads
    assert not [one for one in beside(single, single.rounds[0]) if "spread" in one.title]


def _scores(source: Source, label: str) -> np.ndarray:
    """Return the accuracies of a contestant, fold by fold, fit by fit."""
    held = [record for record in source.records if record["job"]["contestant"]["label"] == label]
    return np.array([record["scores"]["accuracy"]["value"] for record in held])
