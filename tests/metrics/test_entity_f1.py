"""F1 of entities against what seqeval published, a case worked by hand, and a count of entities one by one."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.forms.labels import Labels
from dlbench.forms.tags import Tags
from dlbench.forms.truth import Truth
from dlbench.metrics.entity_f1 import EntityF1, counted, types_of

Sentences = Sequence[Sequence[str]]
CLASSES = ("O", "B-A", "I-A", "B-B", "I-B")


def both(true: Sentences, said: Sentences, classes: tuple[str, ...] = CLASSES) -> tuple[Truth, Tags]:
    """Return truth and prediction of sentences of named tags."""
    made = [Tags.of([[classes.index(name) for name in sentence] for sentence in side]) for side in (true, said)]
    return Truth.of(np.arange(len(true)).astype(np.str_), made[0], classes), made[1]


def shares(right: Any, found: Any, true: Any) -> dict[str, float]:
    """Return precision, recall and F1 of counts, 0 where there is nothing to be right of."""
    return {"precision": right / max(found, 1), "recall": right / max(true, 1), "f1": 2 * right / (found + true)}


@pytest.mark.parametrize("number", [0, 1])
def test_published_scores_of_seqeval(number: int, outside: Path) -> None:
    path = outside / "seqeval_doc.json"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    case = json.loads(path.read_text(encoding="utf-8"))["cases"][number]
    names = {name for side in ("y_true", "y_pred") for sentence in case[side] for name in sentence}
    truth, said = both(case["y_true"], case["y_pred"], tuple(sorted(names)))
    assert EntityF1().score(truth, said) == pytest.approx(case["micro"]["f1"])
    assert shares(*EntityF1().statistics(truth, said).sum(axis=0)) == pytest.approx(case["micro"])
    by_type = EntityF1().by_type(truth, said)
    counts = dict(zip(types_of(truth.classes), counted(EntityF1(), truth, said).sum(axis=0).T, strict=True))
    told = {name: {**shares(*each), "support": each[2]} for name, each in counts.items()}
    for name, expected in case.get("per_class", {}).items():
        assert told[name] == pytest.approx(expected)
        assert by_type[name] == pytest.approx(expected["f1"])
    for name, expected in case["macro"].items():
        assert np.mean([each[name] for each in told.values()]) == pytest.approx(expected)


def test_entities_counted_by_hand() -> None:
    """The first sentence holds A at 0, A at 1–2, B at 3 and A at 5; said are A at 0, A at 1–2, A at 3 and A at 5.

    In the second the same tag stands alone on both sides: it begins anew, and is right.
    """
    true = [["B-A", "B-A", "I-A", "I-B", "O", "I-A"], ["I-A"]]
    said = [["I-A", "B-A", "I-A", "B-A", "O", "B-A"], ["B-A"]]
    truth, prediction = both(true, said)
    assert EntityF1().statistics(truth, prediction).tolist() == [[3, 4, 4], [1, 1, 1]]
    assert EntityF1().score(truth, prediction) == 0.8
    assert EntityF1().by_type(truth, prediction) == pytest.approx({"A": 8 / 9, "B": 0})


def entities(sentence: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Yield type, first and last token of each entity, token by token."""
    begun, kind = 0, ""
    for place, name in enumerate([*sentence, "O"]):
        goes_on = name == f"I-{kind}"
        if kind and not goes_on:
            yield kind, begun, place - 1
        if not goes_on:
            begun, kind = place, name.partition("-")[2]


TOKENS = st.tuples(*[st.sampled_from(CLASSES)] * 2)
PAIRS = st.lists(st.lists(TOKENS, max_size=9), max_size=5)


@given(pairs=PAIRS)
def test_entities_are_those_counted_one_by_one(pairs: list[list[tuple[str, str]]]) -> None:
    true, said = ([[pair[side] for pair in sentence] for sentence in pairs] for side in (0, 1))
    there, found = ([set(entities(sentence)) for sentence in side] for side in (true, said))
    table = [[len(one & other), len(other), len(one)] for one, other in zip(there, found, strict=True)]
    truth, prediction = both(true, said)
    assert EntityF1().statistics(truth, prediction).tolist() == table
    right, claimed, held = np.reshape(table, (-1, 3)).sum(axis=0)
    expected = 2 * right / (claimed + held) if claimed + held else math.nan
    assert EntityF1().score(truth, prediction) == pytest.approx(expected, nan_ok=True)
    for kind, score in EntityF1().by_type(truth, prediction).items():
        of = [[sum(one[0] == kind for one in some) for some in side] for side in (there, found)]
        shared = sum(one[0] == kind for a, b in zip(there, found, strict=True) for one in a & b)
        both_sides = sum(map(sum, of))
        assert score == pytest.approx(2 * shared / both_sides if both_sides else math.nan, nan_ok=True)


def test_without_any_entity_there_is_no_score() -> None:
    truth, said = both([["O", "O"], []], [["O", "O"], []])
    assert math.isnan(EntityF1().score(truth, said))
    assert all(math.isnan(score) for score in EntityF1().by_type(truth, said).values())
    assert EntityF1().score(*both([["O"]], [["B-A"]])) == 0
    assert math.isnan(EntityF1().score(*both([["O"]], [["O"]], ("O",))))


def test_what_does_not_fit_is_refused() -> None:
    truth, _ = both([["O"], ["B-A", "I-A"]], [["O"], ["B-A", "I-A"]])
    with pytest.raises(ValueError, match="entity_f1: expected 2 tags of sentence 1, one a token, got 1"):
        EntityF1().score(truth, Tags.of([[0], [1]]))
    with pytest.raises(ValueError, match="entity_f1: expected codes below 5, the task's classes; got 5"):
        EntityF1().score(truth, Tags.of([[0], [1, 5]]))
    with pytest.raises(ValueError, match="entity_f1: expected a truth with tags, got one without"):
        EntityF1().score(Truth(np.array(["a"]), np.array([1]), CLASSES), Tags.of([[1]]))
    with pytest.raises(ValueError, match="entity_f1: expected Tags, got Labels"):
        EntityF1().score(truth, Labels(np.array([0, 1])))


@pytest.mark.parametrize("odd", ["S-A", "B", "I-", "PER", "o"])
def test_a_class_that_spells_no_entity_is_refused(odd: str) -> None:
    with pytest.raises(ValueError, match=f"expected classes O, B-TYPE and I-TYPE, got '{odd}'"):
        EntityF1().score(*both([["O"]], [["O"]], ("O", "B-A", odd)))
