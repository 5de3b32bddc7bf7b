"""BLEU, chrF, TER and ROUGE against what their field published, and against sacreBLEU itself."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.significance import PairedTest

from dlbench.core.catalog import metric
from dlbench.forms.references import References
from dlbench.forms.texts import Texts
from dlbench.forms.truth import Truth
from dlbench.metrics.corpus import streams
from dlbench.stats.bootstrap import crossed_interval, crossed_paired

CORPUS = ("bleu", "chrf", "ter")
ROUGE = ("rouge1", "rouge2", "rougeL", "rougeLsum")
SACREBLEU: dict[str, Callable[[], Any]] = {"bleu": BLEU, "chrf": CHRF, "ter": TER}
DOG = ("The dog bit the man.", "It wasn't surprising.", "The man had just bitten him.")
BITES = (
    ("The dog bit the man.", "The dog had bit the man."),
    ("It was not unexpected.", "No one was surprised."),
    ("The man bit him first.", "The man had bitten the dog."),
)
SYSTEMS = ("newstest2017.uedin-nmt.4722.en-de", "newstest2017.online-A.0.en-de")


def truth_of(references: Any) -> Truth:
    return Truth.of(np.arange(len(references)).astype(np.str_), References(tuple(map(tuple, references))))


def scored(name: str, references: Any, texts: Any, weights: np.ndarray | None = None) -> float:
    return metric(name).score(truth_of(references), Texts(tuple(texts)), weights)


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def wmt17(outside: Path) -> tuple[list[str], list[list[str]]]:
    """Return the references and the two systems of WMT 2017, English to German."""
    folder = outside / "wmt17_en_de_bleu"
    names = ("reference.de.gz", *(f"{name}.gz" for name in SYSTEMS))
    reference, *systems = (gzip.decompress((folder / name).read_bytes()).decode().splitlines() for name in names)
    return reference, systems


@pytest.fixture(scope="module")
def tables(wmt17: tuple[list[str], list[list[str]]]) -> list[np.ndarray]:
    """Return BLEU's statistics of both systems."""
    reference, systems = wmt17
    truth = truth_of([[text] for text in reference])
    found = [metric("bleu").statistics(truth, Texts(tuple(texts))) for texts in systems]
    return [table for table in found if table is not None]


def test_bleu_of_two_references() -> None:
    assert scored("bleu", BITES, DOG) == pytest.approx(48.530827, abs=1e-6)
    assert scored("bleu", BITES, ("", "", "")) == 0


def test_published_corpus_bleu(outside: Path) -> None:
    cases = read(outside / "sacrebleu_corpus_bleu.json")
    seen = 0
    for case in cases["corpus_bleu"]:
        if case["options"].get("tokenize", "13a") == "13a":
            references = list(zip(*case["references"], strict=True))
            assert scored("bleu", references, case["hypotheses"]) == pytest.approx(case["expected"], abs=1e-6)
            seen += 1
    assert seen == 4
    fourth = next(case for case in cases["max_ngram_order"] if case["order"] == 4)
    references = list(zip(*fourth["references"], strict=True))
    assert f"{scored('bleu', references, fourth['hypotheses']):.2f}" == fourth["expected_2dp"]
    for case in cases["statistics_to_bleu"]:
        sums = np.array([case["hyp_len"], case["ref_len"], *case["common"], *case["total"]])
        assert metric("bleu").from_sums(sums) / 100 == pytest.approx(case["expected_0_1"], abs=1e-9)


def test_published_precisions_and_brevity_penalties_of_papineni(outside: Path) -> None:
    cases = read(outside / "papineni_2002.json")
    for case in cases["modified_precision"]:
        table = metric("bleu").statistics(truth_of([case["references"]]), Texts((case["hypothesis"],)))
        assert table is not None
        n = case["n"]
        assert table[0, 1 + n] / table[0, 5 + n] == pytest.approx(case["expected"], abs=1e-6)
    for case in cases["brevity_penalty"]:
        references = [" ".join("a" * length) for length in case["reference_lengths"]]
        score = scored("bleu", [references], [" ".join("a" * case["hypothesis_length"])])
        assert score / 100 == pytest.approx(case["expected"], abs=1e-4)  # all n-grams match


def test_published_bleu_of_wmt17(outside: Path, tables: list[np.ndarray]) -> None:
    expected = read(outside / "wmt17_en_de_bleu" / "expected.json")
    for name, table in zip(SYSTEMS, tables, strict=True):
        assert table.shape == (3004, 10)
        score = metric("bleu").from_sums(table.sum(axis=0))
        assert score == pytest.approx(expected["mteval_v13a_bleu"][name], abs=expected["tolerance"])


@pytest.mark.parametrize("share", [1.0, 0.05])
def test_sacrebleus_paired_bootstrap(
    share: float, wmt17: tuple[list[str], list[list[str]]], tables: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours differs by no more than two sets of 1,000 resamples do, where two systems are far apart and where not.

    sacreBLEU asks how often resampled differences exceed their mean by the difference found; ours, on which side of
    zero they lie. So its rule is held to the differences that ours draws.
    """
    n = 400
    swapped = np.random.default_rng(4).random(n) < share
    first, reference = wmt17[1][0][:n], wmt17[0][:n]
    second = [other if swap else one for one, other, swap in zip(first, wmt17[1][1], swapped, strict=False)]
    monkeypatch.setenv("SACREBLEU_SEED", "1")
    systems = [("first", first), ("second", second)]
    _, found = PairedTest(systems, {"bleu": BLEU()}, [reference], test_type="bs", n_samples=1000)()
    sides = Noted(tables[0][:n]), Noted(np.where(swapped[:, np.newaxis], tables[1][:n], tables[0][:n]))
    paired = crossed_paired(*sides, n, 1, np.random.default_rng(3), 1000)
    whole, *drawn = np.abs(np.array(sides[0].scores) - np.array(sides[1].scores))
    ours = (1 + (drawn - np.mean(drawn) >= whole).sum()) / 1001
    theirs = found["BLEU"][1].p_value
    assert ours == pytest.approx(theirs, abs=3 * math.sqrt(2 * theirs * (1 - theirs) / 1000))
    assert (theirs < 0.01) == (share == 1)
    assert paired.difference == pytest.approx(found["BLEU"][0].score - found["BLEU"][1].score, abs=1e-9)
    for side, system in zip(sides, found["BLEU"], strict=True):
        held = crossed_interval(side, n, 1, np.random.default_rng(2), 1000)
        assert (held.low + held.high) / 2 == pytest.approx(system.mean, abs=0.2)
        assert (held.high - held.low) / 2 == pytest.approx(system.ci, rel=0.15)


class Noted:
    """BLEU under weights, which remembers what it returned."""

    def __init__(self, table: np.ndarray) -> None:
        self.table, self.scores = table, list[float]()

    def __call__(self, seed: int, weights: np.ndarray) -> float:
        self.scores.append(float(metric("bleu").from_sums(weights @ self.table)))
        return self.scores[-1]


def test_published_rouge_155(outside: Path) -> None:
    cases = read(outside / "rouge155" / "expected.json")
    targets, texts = (
        (outside / "rouge155" / f"{part}.txt").read_text().splitlines() for part in ("target", "prediction")
    )
    for name, expected in cases["no_stemmer"].items():
        table = metric(name).statistics(truth_of([[target] for target in targets]), Texts(tuple(texts)))
        assert table is not None
        assert table[:, 0] == pytest.approx([each["fmeasure"] for each in expected], abs=cases["tolerance"])
    for case in cases["small"]:
        score = scored(case["rouge"], [[case["target"]]], [case["prediction"]])
        assert score == pytest.approx(case["expected"]["fmeasure"])


@pytest.mark.parametrize("name", ROUGE)
def test_the_best_reference_counts_and_items_are_averaged(name: str) -> None:
    assert scored(name, [("x y", "a b")], ["a b"]) == 1
    assert scored(name, [("x y", "a b"), ("c d",)], ["a b", "e f"]) == 0.5
    assert scored(name, [("x y", "a b"), ("c d",)], ["a b", "e f"], np.array([3.0, 1.0])) == 0.75


WORDS = st.sampled_from(["a", "the", "cat", "The", "sat,", "on", "mat.", "12.5", "don't", "né"])
SENTENCES = st.lists(WORDS, max_size=9).map(" ".join)
PAIRS = st.lists(st.tuples(st.lists(SENTENCES, min_size=1, max_size=3), SENTENCES), min_size=1, max_size=5)


@pytest.mark.parametrize("name", CORPUS)
@settings(max_examples=60, deadline=None)
@given(pairs=PAIRS)
def test_a_corpus_scores_as_sacrebleu_says(name: str, pairs: list[tuple[list[str], str]]) -> None:
    references, texts = zip(*pairs, strict=True)
    ours = scored(name, references, texts)
    theirs = SACREBLEU[name]().corpus_score(texts, streams(references)).score
    nothing = not any(text.split() for text in texts) and not any(text for several in references for text in several)
    assert math.isnan(ours) if nothing else (ours == pytest.approx(theirs, abs=1e-9) or math.isnan(ours))
    if any(all(text.split() for text in several) for several in references):
        assert ours == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("name", [*CORPUS, *ROUGE])
def test_sums_of_many_resamples_are_scored_at_once(name: str) -> None:
    judge, truth, texts = metric(name), truth_of(BITES), Texts(DOG)
    weights = np.array([[1, 1, 1], [2, 0, 1], [0, 0, 3], [0, 0, 0]], dtype=np.float64)
    table = judge.statistics(truth, texts)
    assert table is not None
    at_once = judge.from_sums(weights @ table)
    assert at_once.shape == (4,)
    assert at_once.tolist() == pytest.approx([judge.score(truth, texts, each) for each in weights], nan_ok=True)
    assert math.isnan(at_once[-1])
    assert judge.weigher(truth, texts)(weights[1]) == pytest.approx(at_once[1])


@pytest.mark.parametrize("name", [*CORPUS, *ROUGE])
def test_a_truth_of_another_kind_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}: expected a truth with references"):
        metric(name).score(Truth(np.array(["a"]), np.array([1])), Texts(("a",)))
