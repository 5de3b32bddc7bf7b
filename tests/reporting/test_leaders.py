"""Who leads: chosen on validation fold by fold, tested in the same family as the verdicts; published figures; tasks."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from made_run import Game, Player, made_run
from scipy import stats

from dlbench.reporting import figures, render, wording
from dlbench.reporting.across import Across
from dlbench.reporting.board import board
from dlbench.reporting.champions import champion, standing
from dlbench.reporting.findings import find
from dlbench.reporting.plots.ranks import ranks as diagram
from dlbench.reporting.sections import standings
from dlbench.reporting.source import Source

FLOOR = Player("majority", "floor", 0.25, spread=0)


def validated(source: Source, told: dict[tuple[str, int], float]) -> Source:
    """Return a source with the validation of (label, fold) as told."""
    return replace(
        source,
        records=tuple(
            {**record, "validation": {**record["validation"], "value": told[name]}}
            if (name := (record["job"]["contestant"]["label"], record["job"]["fold"])) in told
            else record
            for record in source.records
        ),
    )


@pytest.fixture
def mixed() -> Source:
    """Two classic contestants take turns: a is best on validation in three folds of five, b in two."""
    players = [FLOOR, Player("a", "classic", 0.9), Player("b", "classic", 0.8), Player("net", "deep", 0.6)]
    told = {("a", fold): 0.9 if fold < 3 else 0.5 for fold in range(5)} | {("b", fold): 0.7 for fold in range(5)}
    return validated(made_run([Game("digits", players)]), told | {("net", fold): 0.1 for fold in range(5)})


def scores(source: Source, label: str) -> np.ndarray:
    held = [record for record in source.records if record["job"]["contestant"]["label"] == label]
    return np.array([record["scores"]["accuracy"]["value"] for record in held])


def test_a_champion_is_whoever_validation_puts_first_in_each_fold(mixed: Source) -> None:
    found = champion(board(mixed)[0], "classic")
    assert found is not None
    assert found.counts == {"a": 3, "b": 2}
    expected = np.concatenate([scores(mixed, "a")[:3], scores(mixed, "b")[3:]])
    assert list(found.values(board(mixed)[0], "accuracy").values()) == pytest.approx(list(expected))


def test_the_verdict_compares_the_champions_fold_by_fold(mixed: Source) -> None:
    verdict = find(mixed).verdicts[0]
    classic = np.concatenate([scores(mixed, "a")[:3], scores(mixed, "b")[3:]])
    difference = scores(mixed, "net") - classic
    assert verdict.classic_value == pytest.approx(classic.mean())
    assert verdict.difference == pytest.approx(difference.mean())
    error = difference.std(ddof=1) * np.sqrt(1 / 5 + 200 / 800)
    assert verdict.p == pytest.approx(2 * stats.t(4).sf(abs(difference.mean() / error)))
    assert "classic a in 3 of 5 folds, b in 2" in " ".join(verdict.sentences)
    assert "a/b leads net" in verdict.headline


def test_the_lead_compares_first_and_second_of_each_fold(mixed: Source) -> None:
    leader = find(mixed).leaders[0]
    first = np.concatenate([scores(mixed, "a")[:3], scores(mixed, "b")[3:]])
    second = np.concatenate([scores(mixed, "b")[:3], scores(mixed, "a")[3:]])
    assert (leader.contestant, leader.runner_up, leader.over, leader.in_verdict) == ("a", "b", 3, False)
    assert leader.difference == pytest.approx((first - second).mean())
    assert leader.comparisons == find(mixed).verdicts[0].comparisons == 2


def test_equal_contestants_lead_by_nothing_where_validation_is_chance() -> None:
    """The winner's curse: of eight equals the best on test would lead; whoever validation puts first does not."""
    players = [Player(f"m{number}", "classic", 0.8, spread=0) for number in range(8)]
    gaps, cursed = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        source = made_run([Game(f"task{seed}", players, folds=5, items=60)], seed=seed)
        told = {(player.label, fold): float(rng.random()) for player in players for fold in range(5)}
        gaps.append(find(validated(source, told)).leaders[0].difference or 0.0)
        means = sorted(scores(source, player.label).mean() for player in players)
        cursed.append(means[-1] - means[-2])
    assert min(cursed) >= 0
    assert abs(np.mean(gaps)) < 3 * np.std(gaps, ddof=1) / np.sqrt(len(gaps))
    assert np.mean(cursed) > 0.005


def test_of_two_contestants_nothing_is_chosen_and_it_is_the_verdicts_comparison() -> None:
    findings = find(made_run([Game("digits", [FLOOR, Player("svm", "classic", 0.9), Player("net", "deep", 0.6)])]))
    leader, verdict = findings.leaders[0], findings.verdicts[0]
    assert leader.in_verdict
    assert (leader.contestant, leader.answer, leader.take) == ("svm", "leads", "svm")
    assert leader.difference == pytest.approx(-(verdict.difference or 0.0))
    assert (leader.p, leader.comparisons) == (verdict.p, 1)


def test_whoever_failed_in_a_fold_is_not_chosen_there() -> None:
    ends = {(0, 1, 0): ("failed", "boom")}
    players = [Player("a", "classic", 0.9, ends=ends, validation=0.9), Player("b", "classic", 0.8, validation=0.5)]
    place = board(made_run([Game("digits", [FLOOR, *players])]))[0]
    first, second = standing(place, ["a", "b"])
    assert (first.in_fold((0, 0)), first.in_fold((0, 1)), second.in_fold((0, 1))) == ("a", "b", "a")


@pytest.mark.parametrize(("value", "side", "inside"), [(0.3, "better", False), (0.999, "worse", False)])
def test_a_published_figure_stands_beside_ours(value: float, side: str, inside: bool) -> None:
    source = made_run([Game("digits", [FLOOR, Player("svm", "classic", 0.9), Player("net", "deep", 0.6)])])
    task = {**source.run["suite"]["tasks"][0], "reference": {"value": value, "source": "a paper", "metric": "accuracy"}}
    told = replace(source, run={**source.run, "suite": {**source.run["suite"], "tasks": [task]}})
    (found,) = find(told).references
    ours = scores(source, "svm").mean()
    assert (found.contestant, found.ours, found.inside) == ("svm", pytest.approx(ours), inside)
    assert found.difference == pytest.approx(ours - value)
    assert f"{abs(ours - value):.4f} {side}" in found.text
    assert "a paper" in found.text


def test_over_tasks_ranks_are_those_of_the_rows_and_few_tasks_are_descriptive() -> None:
    players = [FLOOR, Player("svm", "classic", 0.9), Player("net", "deep", 0.7)]
    findings = find(made_run([Game(f"task{number}", players) for number in range(3)]))
    found = findings.across
    assert found is not None
    assert (found.contestants, found.kinds) == (("svm", "net", "majority"), ("classic", "deep", "floor"))
    assert found.ranks == (1.0, 2.0, 3.0)
    assert (found.rank_low, found.rank_high) == ((1.0, 2.0, 3.0), (1.0, 2.0, 3.0))
    assert found.friedman["chi2"] == pytest.approx(6.0)  # tasks · (contestants − 1), the most that it can be
    assert found.friedman["f_p"] == pytest.approx(1 / 36)  # three tasks agree on one of six orders
    assert found.win_rate == (1.0, 0.5, 0.0)
    assert found.descriptive
    assert "descriptive: with 3 tasks" in " ".join(claim.text for claim in found.claims)
    for at, task in enumerate(found.tasks):
        rows = {row.contestant: row.value for row in findings.rows if (row.task, row.metric) == (task, "accuracy")}
        assert found.values[at] == pytest.approx([rows[name] for name in found.contestants])


def test_strengths_and_ranks_stand_with_their_intervals_and_each_pair_with_its_p() -> None:
    players = [FLOOR, *(Player(f"c{number}", "classic", 0.7 + 0.02 * number) for number in range(3))]
    source = made_run([Game(f"task{number}", players, items=60, folds=2) for number in range(8)])
    findings = find(source)
    found = findings.across
    assert found is not None
    ranked, paired = standings(findings)
    for at, (name, line) in enumerate(zip(found.contestants, ranked.lines, strict=True)):
        assert line[0] == name
        assert line[2] == f"{found.rank_low[at]:.2f} … {found.rank_high[at]:.2f}"
        assert line[6] == figures.span(found.strength_low[at], found.strength_high[at]) != figures.NONE
        other = (at + 1) % len(found.contestants)
        assert float(paired.lines[at][1 + other]) == pytest.approx(found.p[at][other], abs=0.0005)
        assert paired.lines[at][1 + at] == figures.NONE
    terminal, page = render(source, "terminal", width=160, color=False), render(source, "html", items=False)
    assert ranked.lines[0][6] in terminal
    below = page[page.index('id="ranks"') :]
    assert all(f">{text}</t" in below for text in (*ranked.lines[0][1:], *paired.lines[0][1:]))
    assert paired.title in below
    assert "Holm over 6 pairs" in below


def test_a_contestant_without_a_value_on_a_task_is_named_not_ranked() -> None:
    svm, net, ridge = Player("svm", "classic", 0.9), Player("net", "deep", 0.7), Player("ridge", "classic", 0.8)
    found = find(made_run([Game("one", [FLOOR, svm, net, ridge]), Game("two", [FLOOR, svm, net])])).across
    assert found is not None
    assert "ridge" not in found.contestants
    assert found.left_out == {"ridge": ("two",)}


def test_a_single_task_has_nothing_over_tasks() -> None:
    assert find(made_run([Game("digits", [FLOOR, Player("svm", "classic", 0.9)])])).across is None


def many_tasks(**policy: object) -> Source:
    players = [FLOOR, Player("svm", "classic", 0.9), Player("net", "deep", 0.7)]
    source = made_run([Game(f"task{number}", players, metrics=("accuracy",)) for number in range(8)])
    suite = source.run["suite"]
    return replace(source, run={**source.run, "suite": {**suite, "policy": {**suite["policy"], **policy}}})


def test_nemenyi_tells_apart_on_request_and_says_so() -> None:
    source = many_tasks()
    by_wilcoxon, by_nemenyi = (find(replace(source, ranks=ranks)).across for ranks in ("wilcoxon", "nemenyi"))
    assert by_wilcoxon is not None
    assert by_nemenyi is not None
    assert by_wilcoxon.groups == ()  # eight times the same order: p is 3 · 2/2⁸
    assert by_nemenyi.groups == ((0, 1), (1, 2))
    assert (by_wilcoxon.method, by_wilcoxon.distance, by_nemenyi.method) == ("wilcoxon", None, "nemenyi")
    range_of_three = stats.studentized_range.ppf(0.95, 3, np.inf)
    assert by_nemenyi.distance == pytest.approx(range_of_three * np.sqrt(3 * 4 / (12 * 8)), rel=1e-4)
    told = " ".join(claim.text for claim in by_nemenyi.claims)
    assert f"Nemenyi, mean ranks closer than {by_nemenyi.distance:.2f}" in told
    assert "Wilcoxon" not in told


def test_the_p_of_pairs_are_of_the_test_that_was_asked_for() -> None:
    source = many_tasks()
    told = {ranks: standings(find(replace(source, ranks=ranks)))[1].notes[0] for ranks in ("wilcoxon", "nemenyi")}
    assert told["wilcoxon"] == "By Wilcoxon's signed-rank test, adjusted by Holm over 3 pairs."
    assert told["nemenyi"] == "By Nemenyi's test of mean ranks, which is made for all 3 pairs together."
    page = render(replace(source, ranks="nemenyi"), "html", items=False)
    below = page[page.index('id="ranks"') :]
    assert told["nemenyi"] in unescape(below)
    assert told["wilcoxon"] not in unescape(below)


LAST_BEATS_FIRST_BY_FAR_WHERE_IT_DOES = {
    "a": (11, -18, -5, 37, 8, -38, -25, 30, -1, 3, -23, 31, -2, -12, -2, 60, 1, 8, -29, -13),
    "b": (11, -19, -8, 35, 8, -38, -30, 19, -20, 3, -32, 78, -3, -13, -5, 59, 24, 7, -45, -36),
    "c": (7, -24, -14, 28, 23, -42, -36, 17, -22, -5, -37, 75, -5, -18, -11, 51, 30, 5, -47, -44),
}
"""Over twenty tasks: a is shown to differ from b and b from c, a is not from c."""


def test_that_all_differ_is_not_said_where_the_first_and_the_last_do_not() -> None:
    players = [Player(name, "classic", 0.9) for name in LAST_BEATS_FIRST_BY_FAR_WHERE_IT_DOES]
    source = made_run([Game(f"task{at}", players, metrics=("accuracy",), folds=1, items=8) for at in range(20)])
    records = []
    for record in source.records:
        values = LAST_BEATS_FIRST_BY_FAR_WHERE_IT_DOES[record["job"]["contestant"]["label"]]
        value = 0.5 + values[int(record["job"]["task"].removeprefix("task"))] / 200
        records.append({**record, "scores": {"accuracy": {"value": value, "version": "v1"}}})
    found = find(replace(source, records=tuple(records))).across
    assert found is not None
    assert (found.contestants, found.groups) == (("a", "b", "c"), ())
    assert max(found.p[0][1], found.p[1][2]) < 0.04 < 0.05 < found.p[0][2]
    said = " ".join(claim.text for claim in found.claims)
    assert "Not shown to differ (Wilcoxon, Holm): a and c." in said
    assert "All differ" not in said


def across_of(p: tuple[tuple[float, ...], ...], groups: tuple[tuple[int, ...], ...] = ()) -> Across:
    """Return svm, net and majority over eight tasks, told apart by these p."""
    found = find(many_tasks()).across
    assert found is not None
    return replace(found, p=p, groups=groups)


def said_of(found: Across) -> str:
    return " ".join(claim.text for claim in wording.across(found))


def test_who_is_apart_in_rank_and_not_shown_to_differ_is_told_in_words_and_in_the_table() -> None:
    """No bar can join the first and the last past the one between them, and yet they are not shown to differ."""
    found = across_of(((1.0, 0.036, 0.26), (0.036, 1.0, 0.036), (0.26, 0.036, 1.0)))
    assert found.contestants == ("svm", "net", "majority")
    assert "All differ" not in said_of(found)
    assert "Not shown to differ (Wilcoxon, Holm): svm and majority." in said_of(found)
    drawn = diagram(found)
    assert [line[-1] for line in drawn.table.lines] == ["majority", figures.NONE, "svm"]
    assert "but for 1 pair apart in rank" in drawn.about


def test_a_bar_and_a_pair_beside_it_are_both_told() -> None:
    found = across_of(((1.0, 0.3, 0.26), (0.3, 1.0, 0.036), (0.26, 0.036, 1.0)), ((0, 1),))
    assert "Not shown to differ (Wilcoxon, Holm): svm and net; svm and majority." in said_of(found)
    assert [line[-1] for line in diagram(found).table.lines] == ["net, majority", "svm", "svm"]


def test_all_differ_where_every_pair_does() -> None:
    found = across_of(((1.0, 0.01, 0.01), (0.01, 1.0, 0.01), (0.01, 0.01, 1.0)))
    assert "All differ (Wilcoxon, Holm)." in said_of(found)
    assert {line[-1] for line in diagram(found).table.lines} == {figures.NONE}
    assert "apart in rank" not in diagram(found).about


def test_of_many_pairs_apart_in_rank_the_rest_is_counted() -> None:
    p = tuple(tuple(1.0 if a == b or abs(a - b) > 1 else 0.01 for b in range(6)) for a in range(6))
    found = across_of(p)
    many = replace(found, contestants=tuple("abcdef"), kinds=("classic",) * 6)
    assert len(many.unjoined) == 10
    assert "a and c; a and d; a and e; a and f; b and d; b and e; 4 pairs more." in said_of(many)


def test_on_a_further_task_the_margin_is_the_suites() -> None:
    plain, stated = find(many_tasks()).across, find(many_tasks(margins={"accuracy": 0.5})).across
    assert plain is not None
    assert stated is not None
    assert plain.bayesian is not None
    assert stated.bayesian is not None
    assert (plain.bayesian["margin"], stated.bayesian["margin"]) == (0.02, 0.5)
    assert stated.bayesian["within"] > 0.9 > plain.bayesian["within"]


@pytest.mark.parametrize(("words", "asked"), [((), "wilcoxon"), (("--ranks", "nemenyi"), "nemenyi")])
def test_a_report_is_asked_for_nemenyi(monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], asked: str) -> None:
    from click.testing import CliRunner

    from dlbench.cli import report

    monkeypatch.setattr("dlbench.api.judging._sources", lambda runs, output: [many_tasks()])
    done = CliRunner().invoke(report.command, ["tiny", "--format", "markdown", *words])
    assert done.exit_code == 0
    assert ("Nemenyi, mean ranks closer than" in done.output) == (asked == "nemenyi")


@pytest.mark.parametrize("format", ["terminal", "markdown", "latex", "html", "json", "csv", "junit"])
def test_a_published_figure_of_any_metric_stands_beside_ours_in_every_format(format: str) -> None:  # noqa: A002
    players = [FLOOR, Player("svm", "classic", 0.9), Player("net", "deep", 0.6)]
    source = made_run([Game("digits", players)])
    task = {**source.run["suite"]["tasks"][0], "reference": {"value": 0.3, "source": "PAPER", "metric": "log_loss"}}
    told = replace(source, run={**source.run, "suite": {**source.run["suite"], "tasks": [task]}})
    (found,) = find(told).references
    held = [record for record in source.records if record["job"]["contestant"]["label"] == "svm"]
    ours = np.mean([record["scores"]["log_loss"]["value"] for record in held])
    assert found.difference == pytest.approx(0.3 - ours)
    shown = render(told, format, color=False, width=200)
    assert "PAPER" in shown
    exact = {"json": repr(found.difference), "csv": repr(found.difference)}
    assert exact.get(format, f"{abs(found.difference or 0.0):.4f}") in shown


def test_a_published_figure_without_a_metric_is_of_the_first() -> None:
    source = made_run([Game("digits", [FLOOR, Player("svm", "classic", 0.9)])])
    task = {**source.run["suite"]["tasks"][0], "reference": {"value": 0.3, "source": "PAPER"}}
    told = replace(source, run={**source.run, "suite": {**source.run["suite"], "tasks": [task]}})
    assert [one.metric for one in find(told).references] == ["accuracy"]


@pytest.mark.parametrize("tasks", [2, 5, 6])
def test_below_six_tasks_no_test_over_tasks_is_told(tasks: int) -> None:
    players = [FLOOR, Player("svm", "classic", 0.85), Player("net", "deep", 0.9)]
    found = find(made_run([Game(f"task{number}", players, metrics=("accuracy",)) for number in range(tasks)])).across
    assert found is not None
    said = " ".join(claim.text for claim in found.claims)
    assert ("Friedman" in said) == ("On a further task" in said) == (found.bayesian is not None) == (tasks >= 6)


def test_a_lead_tells_the_smallest_difference_it_could_have_seen(mixed: Source) -> None:
    leader = find(mixed).leaders[0]
    half = ((leader.high or 0.0) - (leader.low or 0.0)) / 2
    least = half * stats.t(4).ppf(1 - 0.025 / 2) / stats.t(4).ppf(0.975)
    assert leader.detectable == pytest.approx(least)
    said = " ".join(claim.text for claim in leader.claims)
    assert f"Indicative: 5 folds, fewer than 2 × 5; differences under {least:.4f} could not be seen." in said
