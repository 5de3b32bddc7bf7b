"""The first screen: at most five sentences, and every number in them is what the records say, computed here anew."""

from __future__ import annotations

import html
import itertools
import json
import re
import shlex
from dataclasses import replace
from statistics import fmean, median
from typing import Any

import numpy as np
import pytest
from made_run import Game, Player, made_run
from scipy import stats

from dlbench.reporting import figures, render
from dlbench.reporting.findings import Findings, find
from dlbench.reporting.plain import latex
from dlbench.reporting.runs_together import together
from dlbench.reporting.sections import EVIDENCE, evidence
from dlbench.reporting.source import Source
from dlbench.reporting.wording.summary import evidence as said_of

FLOOR = Player("majority", "floor", 0.25, spread=0)
NUMBER = r"[−+]?[\d,]+(?:\.\d+)?"


def luck(seed: int, tasks: int, **game: Any) -> Source:
    """Return a run of two classic and two deep contestants whose skills and validation are drawn."""
    rng = np.random.default_rng(seed)
    games = []
    for number in range(tasks):
        skills = rng.uniform(0.6, 1.0, 4)
        players = [
            Player(name, kind, float(skill), validation=float(rng.uniform(0.5, 1.0)))
            for name, kind, skill in zip("abcd", ["classic", "classic", "deep", "deep"], skills, strict=True)
        ]
        games.append(Game(f"task{number}", [FLOOR, *players], items=60, **game))
    return made_run(games)


def records(source: Source, task: str, label: str) -> list[Any]:
    return [one for one in source.records if (one["job"]["task"], one["job"]["contestant"]["label"]) == (task, label)]


def by_fold(source: Source, task: str, label: str) -> np.ndarray:
    return np.array([record["scores"]["accuracy"]["value"] for record in records(source, task, label)])


def validation(source: Source, task: str, label: str) -> float:
    return fmean(one["validation"]["value"] for one in records(source, task, label))


def fit_seconds(source: Source, task: str, label: str) -> float:
    return median(one["ledger"]["used_seconds"] - one["ledger"]["search"] for one in records(source, task, label))


def champion(source: Source, task: str, labels: str) -> str:
    return max(labels, key=lambda label: validation(source, task, label))


def corrected(differences: np.ndarray) -> tuple[float, float, float]:
    """Return the mean, half its 95 % interval, and p, by Nadeau and Bengio's correction for five folds."""
    error = float(differences.std(ddof=1)) * np.sqrt(1 / 5 + 200 / 800)
    mean = float(differences.mean())
    return mean, float(stats.t(4).ppf(0.975) * error), float(2 * stats.t(4).sf(abs(mean / error)))


def expected_answer(mean: float, half: float, p: float) -> str:
    if mean - half >= -0.02 and mean + half <= 0.02:
        return "equivalent"
    if p > 0.05 or abs(mean) <= half:
        return "undecided"
    return "deep" if mean > 0 else "classic"


def comparisons(source: Source, tasks: int) -> tuple[list[tuple[float, float, float]], list[float], int]:
    """Return deep − classic on each task, its p by Holm over all that is compared, and how many comparisons that is."""
    kinds, p = [], []
    for number in range(tasks):
        task = f"task{number}"
        classic, deep = champion(source, task, "ab"), champion(source, task, "cd")
        order = sorted("abcd", key=lambda label: -validation(source, task, label))
        kinds.append(corrected(by_fold(source, task, deep) - by_fold(source, task, classic)))
        p.append((number, kinds[-1][2]))
        if set(order[:2]) != {classic, deep}:
            first, second = (by_fold(source, task, label) for label in order[:2])
            p.append((-1, corrected(first - second)[2]))
    held, adjusted = sorted(p, key=lambda pair: pair[1]), {}
    running = 0.0
    for place, (number, value) in enumerate(held):
        running = max(running, min(1.0, value * (len(held) - place)))
        adjusted.setdefault(number, running)
    return kinds, [adjusted[number] for number in range(tasks)], len(p)


@pytest.mark.parametrize("seed", range(12))
def test_the_answer_on_several_tasks_counts_what_the_records_decide(seed: int) -> None:
    tasks = 2 + seed % 4
    source = luck(seed, tasks)
    said = find(source).summary[0].text
    kinds, adjusted, _ = comparisons(source, tasks)
    answers = [expected_answer(mean, half, p) for (mean, half, _), p in zip(kinds, adjusted, strict=True)]
    words = {"classic": "classic leads on", "deep": "deep leads on"}
    words |= {"equivalent": "equivalent on", "undecided": "undecided on", "none": "no answer on"}
    for answer, word in words.items():
        told = re.search(rf"{word} (\d+)", said)
        assert (int(told.group(1)) if told else 0) == answers.count(answer)
    assert f"of {tasks} tasks" in said


def _pairs(ranks: dict[str, float]) -> list[tuple[str, str]]:
    """Return who may stand first by rank, and who of the other kind; several where ranks tie."""
    firsts = [label for label in "abcd" if ranks[label] == min(ranks.values())]
    rivals = {label: "cd" if label in "ab" else "ab" for label in firsts}
    best = {kind: min(ranks[label] for label in kind) for kind in ("ab", "cd")}
    return [(first, label) for first in firsts for label in rivals[first] if ranks[label] == best[rivals[first]]]


def _taken(source: Source, ranks: dict[str, float], first: str, second: str) -> str:
    """Return how the sentence must go where `first` has the best mean rank and `second` the best of the other kind."""
    kinds = {label: "deep" if label in "cd" else "classic" for label in "abcd"}
    tasks = sorted({one["job"]["task"] for one in source.records})
    longer = median(fit_seconds(source, task, first) / fit_seconds(source, task, second) for task in tasks)
    gaps = [corrected(by_fold(source, task, first) - by_fold(source, task, second)) for task in tasks]
    better = any(mean > half for mean, half, _ in gaps)
    if ranks[first] < ranks[second] and not better and longer >= 1.3:
        but = f"is shown to be better on no task and takes {figures.times(longer)} as long to train"
        best = f"{first} has the best one, {ranks[first]:.1f}, but {but}"
        return f"take ({second}), mean rank on validation {ranks[second]:.1f}; {best}"
    order = "level with" if ranks[first] == ranks[second] else "before"
    before = f"{order} {second}, the best {kinds[second]} one, with {ranks[second]:.1f}"
    return f"take ({first}), which has the best mean rank on validation, {ranks[first]:.1f}, {before}"


@pytest.mark.parametrize("seed", range(12))
def test_the_model_to_take_has_the_best_mean_rank_unless_that_shows_nothing_and_costs_more(seed: int) -> None:
    source, tasks = luck(seed, 3), [f"task{number}" for number in range(3)]
    said = find(source).summary[1].text
    validated = {
        label: [fmean(one["validation"]["value"] for one in records(source, task, label)) for task in tasks]
        for label in "abcd"
    }
    ranks = {
        label: fmean(
            1 + sum(validated[other][at] > validated[label][at] for other in "abcd") for at in range(len(tasks))
        )
        for label in "abcd"
    }
    ways = (_taken(source, ranks, first, second) for first, second in _pairs(ranks))
    found = next(match for way in ways if (match := re.search(way, said)))
    means = {(task, label): by_fold(source, task, label).mean() for task, label in itertools.product(tasks, "abcd")}
    lost = {task: max(means[task, label] for label in "abcd") - means[task, found.group(1)] for task in tasks}
    assert f"within the margin of the best on {sum(value <= 0.02 for value in lost.values())}" in said
    if max(lost.values()) > 0:
        worst = re.search(r"furthest behind on (\w+), by ([\d.]+) to (\w)", said)
        assert worst
        assert worst.group(2) == figures.score(max(lost.values())) == figures.score(lost[worst.group(1)])


@pytest.mark.parametrize("seed", range(6))
def test_costs_are_medians_of_the_champions_records(seed: int) -> None:
    source = luck(seed, 3)
    said = find(source).summary[2].text
    ratios = []
    for number in range(3):
        sides = [records(source, f"task{number}", champion(source, f"task{number}", kind)) for kind in ("cd", "ab")]
        fits = [median(one["ledger"]["used_seconds"] - one["ledger"]["search"] for one in side) for side in sides]
        ratios.append(fits[0] / fits[1])
    assert f"cost {figures.times(median(ratios))} the training time" in said
    assert "12× the latency, 3.6× the memory, 95× the size of classic ones, in the median of 3 tasks." in said


@pytest.mark.parametrize("seed", range(6))
def test_the_smallest_difference_that_could_be_seen_is_half_the_interval_of_the_first_step_of_holm(seed: int) -> None:
    source = luck(seed, 3)
    said = find(source).summary[3].text
    kinds, _, family = comparisons(source, 3)
    halves = [half * stats.t(4).ppf(1 - 0.025 / family) / stats.t(4).ppf(0.975) for _, half, _ in kinds]
    assert f"differences under {figures.score(min(halves))} to {figures.score(max(halves))}, by task," in said
    assert "indicative (5 folds × 1 fit seed)" in said


def test_a_task_on_which_both_sides_agree_on_everything_hides_no_difference() -> None:
    """Nothing varies there: a smallest difference of 0.0000 would say that the smallest one could be seen."""
    hard, easy = find(luck(0, 2)).verdicts
    told = said_of([hard, replace(easy, detectable=0.0)], ())
    assert told is not None
    assert f"differences under {figures.score(hard.detectable)} could not be seen" in told.text


def test_fairness_sums_the_ledgers() -> None:
    source = luck(0, 2)
    said = find(source).summary[4].text
    for kind in ("classic", "deep"):
        ledgers = [one["ledger"] for one in source.records if one["job"]["contestant"]["kind"] == kind]
        trials, seconds = (sum(ledger[name] for ledger in ledgers) for name in ("trials", "used_seconds"))
        assert f"{kind} {trials} of {trials} trials in {figures.seconds(seconds)}" in said


@pytest.mark.parametrize("seed", range(10))
def test_on_one_task_the_answer_tells_both_values_the_difference_its_interval_and_p(seed: int) -> None:
    source = luck(seed, 1)
    said = find(source).summary[0].text
    ((mean, half, _),), (p,), family = comparisons(source, 1)
    classic, deep = champion(source, "task0", "ab"), champion(source, "task0", "cd")
    values = {label: by_fold(source, "task0", label).mean() for label in (classic, deep)}
    ahead, behind = (deep, classic) if mean >= 0 else (classic, deep)
    low, high = sorted((abs(mean) - half, abs(mean) + half))
    told = f"{figures.score(values[ahead])} against {figures.score(values[behind])}: {ahead} ahead by "
    told += f"{figures.score(abs(mean))} [{figures.signed(low)}, {figures.signed(high)}], {figures.probability(p)}"
    assert told in said
    assert ("after Holm" in said) == (family > 1)


@pytest.mark.parametrize("seed", range(8))
def test_on_one_task_somebody_is_to_be_taken(seed: int) -> None:
    findings = find(luck(seed, 1))
    leader = findings.leaders[0]
    taken = re.match(r"Take (\w),", findings.summary[1].text)
    assert taken
    if leader.answer in ("leads", "trails", "equivalent"):
        assert taken.group(1) == leader.take
    else:
        dearer = leader.ratios["fit_seconds"] >= 1.3 and leader.ratio_intervals["fit_seconds"][0] > 1
        assert taken.group(1) == (leader.runner_up if dearer else leader.contestant)


@pytest.mark.parametrize("tasks", [1, 3])
def test_it_is_never_more_than_five_sentences_and_all_outputs_tell_the_same(tasks: int) -> None:
    source = luck(1, tasks)
    findings = find(source)
    assert 3 <= len(findings.summary) <= 5
    assert all(re.fullmatch(r"[^\n]+\.", claim.text) for claim in findings.summary)
    assert not any(re.search(r"[a-z)]\. [A-Z]", claim.text) for claim in findings.summary)
    document = json.loads(render(source, "json"))
    assert [claim["text"] for claim in document["summary"]] == [claim.text for claim in findings.summary]
    markdown = html.unescape(render(source, "markdown").replace("\\", ""))
    terminal = " ".join(re.sub(r"[│╭╮╰╯─]", " ", render(source, "terminal", width=200, color=False)).split())
    for claim in findings.summary:
        assert claim.text in markdown
        assert claim.text in terminal


def test_the_first_screen_comes_first() -> None:
    source = luck(1, 3)
    terminal, markdown = render(source, "terminal", width=80, color=False), render(source, "markdown")
    assert "In short" in "\n".join(terminal.splitlines()[:4])
    assert markdown.index("## In short") < markdown.index("## Deep or classic?")
    lines = terminal.splitlines()
    assert next(number for number, line in enumerate(lines) if line.startswith("╰")) < 24


@pytest.mark.parametrize("runs", [1, 2])
def test_text_formats_tell_once_how_to_get_each_sentence_with_its_keys(runs: int) -> None:
    source = together([replace(luck(at, 1), run={**luck(at, 1).run, "id": f"run {at}"}) for at in range(runs)])
    told = evidence(find(source))
    command = shlex.split(told.removeprefix(EVIDENCE).partition(",")[0])
    assert command == ["dlbench", "report", *[f"run {at}" for at in range(runs)], "--format", "json"]
    document = json.loads(render(source, "json"))
    assert "fields summary and verdicts" in told
    assert all(claim["keys"] for claim in document["summary"])
    assert all(claim["keys"] for verdict in document["verdicts"] for claim in verdict["claims"])
    texts = {
        "terminal": " ".join(render(source, "terminal", width=200, color=False).split()),
        "markdown": html.unescape(render(source, "markdown").replace("\\", "")),
        "latex": render(source, "latex"),
    }
    assert {name: text.count(latex(told) if name == "latex" else told) for name, text in texts.items()} == {
        "terminal": 1, "markdown": 1, "latex": 1,
    }  # fmt: skip


def test_claims_rest_on_records_of_the_run_whose_contestants_they_name() -> None:
    source = luck(2, 2)
    findings = find(source)
    labels = {record["key"]: record["job"]["contestant"]["label"] for record in source.records}
    verdict = findings.verdicts[0]
    assert [claim.text for claim in verdict.claims] == [verdict.headline, *verdict.sentences]
    for claim in _claims(findings):
        assert claim.keys
        assert set(claim.keys) <= set(labels)
    assert {labels[key] for key in verdict.claims[1].keys} == {verdict.deep, verdict.classic}


def _claims(findings: Findings) -> list[Any]:
    several = [*findings.verdicts, *findings.leaders, *([findings.across] if findings.across else [])]
    return [*findings.summary, *(claim for one in several for claim in one.claims)]


def test_a_run_that_has_not_begun_says_so() -> None:
    ends = dict.fromkeys([(0, fold, 0) for fold in range(5)], ("failed", "boom"))
    source = made_run(
        [Game("digits", [Player("svm", "classic", 0.9, ends=ends), Player("net", "deep", 0.9, ends=ends)])]
    )
    assert [claim.text for claim in find(source).summary] == ["No job has ended well yet, so there is nothing to tell."]


def test_a_breach_of_the_contract_is_on_the_first_screen() -> None:
    source = luck(0, 1)
    cut = tuple(
        {**record, "ledger": {**record["ledger"], "stopped": "deadline"}}
        if record["job"]["contestant"]["label"] == "c"
        else record
        for record in source.records
    )
    assert "the contract is broken in 1 place, see below" in find(replace(source, records=cut)).summary[-1].text


PAIRS = [[(f"svm{number}", "classic", 0.6), (f"net{number}", "deep", 0.95)] for number in range(2)]


def test_where_no_contestant_answers_two_tasks_each_task_has_its_own() -> None:
    sides = [Player("svm", "classic", 0.9), Player("net", "deep", 0.95)], [Player("trees", "classic", 0.8)]
    source = made_run([Game(f"task{number}", [FLOOR, *players]) for number, players in enumerate(sides)])
    told = [claim.text for claim in find(source).summary]
    assert not any("One model for" in text for text in told)
    take = next(text for text in told if text.startswith("Take "))
    assert re.match(r"Take (svm|net) on task0 and trees on task1: ", take)


def test_a_cheaper_model_that_is_shown_to_lose_somewhere_is_not_taken_for_all_tasks() -> None:
    def game(task: str, svm: float, trees: float) -> Game:
        classic = [Player("svm", "classic", svm, validation=svm), Player("trees", "classic", trees, validation=trees)]
        return Game(task, [FLOOR, *classic, Player("net", "deep", 0.905, validation=0.905)])

    take = find(made_run([game("images", 0.9, 0.6), game("tables", 0.6, 0.9)])).summary[1].text
    assert "take net, which has the best mean rank on validation, 1.0" in take
    take = find(made_run([game("images", 0.9, 0.6), game("tables", 0.9, 0.6)])).summary[1].text
    assert "take svm, mean rank on validation 2.0; net has the best one, 1.0, but is shown to be better on no" in take


@pytest.mark.parametrize("validated", [True, False])
@pytest.mark.parametrize("tasks", [1, 2])
def test_of_two_nobody_is_called_the_best_on_validation(tasks: int, validated: bool) -> None:
    sides = [[Player(name, kind, value, validated=validated) for name, kind, value in pair] for pair in PAIRS[:tasks]]
    source = made_run([Game(f"task{number}", [FLOOR, *players]) for number, players in enumerate(sides)])
    take = next(claim.text for claim in find(source).summary if claim.text.startswith("Take "))
    assert take.startswith("Take net0")
    assert "on test" in take
    assert "validation" not in take
    assert "search" not in take


@pytest.mark.parametrize(("refit", "chosen"), [((1, 4), "classic"), ((3, 4), "deep"), (None, "deep")])
def test_nobody_speaks_for_a_kind_or_is_taken_whose_refit_was_cut_short(
    refit: tuple[int, int] | None, chosen: str
) -> None:
    players = [Player("svm", "classic", 0.7), Player("trees", "classic", 0.6), Player("net", "deep", 0.9, refit=refit)]
    findings = find(made_run([Game("digits", [FLOOR, *players])]))
    assert findings.recommendations[0].kind == chosen
    verdict = findings.verdicts[0]
    assert (verdict.deep is None) == (chosen == "classic")
    assert (verdict.answer == "none") == (chosen == "classic")
