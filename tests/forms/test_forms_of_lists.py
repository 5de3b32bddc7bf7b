"""Boxes, texts, tags and their truth: what goes to disk comes back, items are taken and joined, damage is refused."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.forms.boxes import Boxes
from dlbench.forms.joining import joined
from dlbench.forms.objects import Objects
from dlbench.forms.references import References
from dlbench.forms.tags import Tags
from dlbench.forms.texts import Texts
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)


def boxes(counts: list[int], rng: np.random.Generator) -> Boxes:
    return Boxes.of([(rng.uniform(0, 9, (n, 4)), rng.integers(0, 3, n), rng.random(n)) for n in counts])


def tags(counts: list[int], rng: np.random.Generator) -> Tags:
    return Tags.of([rng.integers(0, 3, n) for n in counts])


def objects(counts: list[int], rng: np.random.Generator) -> Objects:
    flags = {name: rng.random(sum(counts)) < 0.3 for name in ("crowd", "difficult")}
    found = [(rng.uniform(0, 9, (n, 4)), rng.integers(0, 3, n)) for n in counts]
    return Objects.of(found, areas=rng.random(sum(counts)), **flags)


def through_disk(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    stream.seek(0)
    with np.load(stream, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def same(one: Any, other: Any) -> None:
    assert one.arrays().keys() == other.arrays().keys()
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[name], err_msg=name)


@given(counts=st.lists(st.integers(0, 3), max_size=6), seed=st.integers(0, 99))
def test_boxes_come_back_from_disk(counts: list[int], seed: int) -> None:
    made = boxes(counts, np.random.default_rng(seed))
    same(Boxes.from_arrays(through_disk(made.arrays())), made)
    assert made.problem(len(counts)) is None


@given(counts=st.lists(st.integers(0, 3), max_size=6), seed=st.integers(0, 99))
def test_tags_come_back_from_disk(counts: list[int], seed: int) -> None:
    made = tags(counts, np.random.default_rng(seed))
    same(Tags.from_arrays(through_disk(made.arrays())), made)
    assert made.problem(len(counts)) is None
    assert made.counts.tolist() == counts


@given(values=st.lists(WORDS, max_size=6))
def test_texts_come_back_from_disk_to_the_letter(values: list[str]) -> None:
    made = Texts(tuple(values))
    assert Texts.from_arrays(through_disk(made.arrays())) == made
    assert made.problem(len(values)) is None


@given(counts=st.lists(st.integers(0, 3), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_objects_come_back_from_disk_with_their_truth(counts: list[int], seed: int) -> None:
    made = Truth.of(np.arange(len(counts)).astype(str), objects(counts, np.random.default_rng(seed)), ("a", "b", "c"))
    back = Truth.from_arrays(through_disk(made.arrays()))
    same(back, made)
    assert back.references is None
    assert back.target.tolist() == counts


@given(texts=st.lists(st.lists(WORDS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=6))
def test_references_come_back_from_disk_with_their_truth(texts: list[tuple[str, ...]]) -> None:
    made = Truth.of(np.arange(len(texts)).astype(str), References(tuple(texts)))
    back = Truth.from_arrays(through_disk(made.arrays()))
    assert back.references == made.references
    assert back.objects is None


@given(counts=st.lists(st.integers(0, 3), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_true_tags_come_back_from_disk_with_their_truth(counts: list[int], seed: int) -> None:
    made = Truth.of(np.arange(len(counts)).astype(str), tags(counts, np.random.default_rng(seed)), ("O", "B-A", "I-A"))
    back = Truth.from_arrays(through_disk(made.arrays()))
    same(back, made)
    assert back.tags is not None
    assert back.objects is back.references is None
    assert back.target.tolist() == counts


@given(counts=st.lists(st.integers(0, 3), min_size=1, max_size=6), seed=st.integers(0, 99), data=st.data())
def test_taken_items_are_those_items(counts: list[int], seed: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    index = np.array(data.draw(st.lists(st.integers(0, len(counts) - 1), max_size=8)), dtype=np.int64)
    made, held, said = boxes(counts, rng), objects(counts, rng), tags(counts, rng)
    for place, item in enumerate(index):
        begin, end = made.take(index).offsets[place : place + 2]
        first, last = made.offsets[item : item + 2]
        np.testing.assert_array_equal(made.take(index).boxes[begin:end], made.boxes[first:last])
        np.testing.assert_array_equal(held.take(index).crowd[begin:end], held.crowd[first:last])
        np.testing.assert_array_equal(said.take(index).codes[begin:end], said.codes[first:last])


@pytest.mark.parametrize("name", ["Boxes", "Texts", "Tags"])
def test_parts_that_are_joined_are_the_whole(name: str) -> None:
    rng, counts = np.random.default_rng(0), [2, 0, 3, 1]
    made = {"Boxes": boxes(counts, rng), "Texts": Texts(("a", "", "né", "d")), "Tags": tags(counts, rng)}[name]
    parts = [made.take(np.arange(4) < 2), made.take(np.arange(2, 4))]
    same(joined(parts), made)


def test_parts_of_a_truth_that_are_joined_are_the_whole() -> None:
    ids, groups = np.array(list("abcd")), np.array(list("xyxy"))
    rng, counts = np.random.default_rng(0), [2, 0, 3, 1]
    texts = References((("a",), ("b", "c"), ("d",), ("",)))
    listed = (objects(counts, rng), texts, tags(counts, rng))
    for made in (*(Truth.of(ids, each, groups=groups) for each in listed), Truth(ids, np.arange(4), tuple("abcd"))):
        same(Truth.joined([made.take(np.arange(1)), made.take(np.arange(1, 4))]), made)


def test_forms_of_one_array_an_item_are_taken_and_joined_as_arrays() -> None:
    made = Values(np.array([1.0, 2.0, 3.0]))
    assert made.take(np.array([2, 0])).values.tolist() == [3, 1]
    assert joined([made, made.take(np.array([1]))]).values.tolist() == [1, 2, 3, 2]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"offsets": np.array([0, 2])}, "expected boxes of 2 pictures, got those of 1"),
        ({"offsets": np.array([0, 2, 1])}, "ascend"),
        ({"offsets": np.array([0, 1, 5])}, "ascend"),
        ({"boxes": np.ones((2, 3))}, "four numbers"),
        ({"codes": np.zeros(1, dtype=np.int64)}, "a class and a score"),
        ({"scores": np.array([1.0, np.nan])}, "not finite"),
        ({"boxes": np.array([[0, 0, -1, 1], [0, 0, 1, 1.0]])}, "negative"),
        ({"codes": np.array([0, -1])}, "below zero"),
    ],
)
def test_unusable_boxes_are_named(change: dict[str, np.ndarray], told: str) -> None:
    fine = {"boxes": np.ones((2, 4)), "codes": np.zeros(2, dtype=np.int64), "scores": np.ones(2)}
    good = {**fine, "offsets": np.array([0, 1, 2])}
    assert Boxes(**good).problem(2) is None
    assert told in str(Boxes(**{**good, **change}).problem(2))


@pytest.mark.parametrize(
    "broken",
    [{"boxes": np.ones((2, 3))}, {"scores": np.ones(3)}, {"offsets": np.array([0, 3])}, {"offsets": np.ones(2)}],
)
def test_damaged_boxes_are_refused(broken: dict[str, np.ndarray]) -> None:
    fine = {"boxes": np.ones((2, 4)), "codes": np.zeros(2), "scores": np.ones(2), "offsets": np.array([0, 2])}
    assert len(Boxes.from_arrays(fine).codes) == 2
    with pytest.raises(ValueError, match="Boxes: expected"):
        Boxes.from_arrays({**fine, **broken})


@pytest.mark.parametrize(
    ("codes", "offsets", "told"),
    [
        ([0, 1], [0, 2], "expected tags of 2 sentences, got those of 1"),
        ([0, 1], [0, 2, 1], "ascend"),
        ([[0, 1]], [0, 0, 1], "one class a token"),
        ([0, -1], [0, 1, 2], "below zero"),
    ],
)
def test_unusable_tags_are_named(codes: list[Any], offsets: list[int], told: str) -> None:
    assert Tags(np.array([0, 1]), np.array([0, 1, 2])).problem(2) is None
    assert told in str(Tags(np.array(codes), np.array(offsets)).problem(2))


@pytest.mark.parametrize("broken", [{"codes": np.zeros((2, 1))}, {"codes": np.zeros(3)}, {"offsets": np.ones(2)}])
def test_damaged_tags_are_refused(broken: dict[str, np.ndarray]) -> None:
    fine = {"codes": np.zeros(2), "offsets": np.array([0, 2])}
    assert Tags.from_arrays(fine).counts.tolist() == [2]
    with pytest.raises(ValueError, match="Tags: expected"):
        Tags.from_arrays({**fine, **broken})


def test_unusable_texts_are_named() -> None:
    assert Texts(("a",)).problem(2) == "expected 2 texts, got 1"
    assert "no Unicode" in str(Texts(("a", "half \ud800")).problem(2))
    assert "got int" in str(Texts((1,)).problem(1))  # type: ignore[arg-type]


@pytest.mark.parametrize("broken", [{"begins": np.array([0, 9])}, {"utf8": np.array([195], dtype=np.uint8)}])
def test_damaged_texts_are_refused(broken: dict[str, np.ndarray]) -> None:
    with pytest.raises(ValueError):
        Texts.from_arrays({"utf8": np.array([97], dtype=np.uint8), "begins": np.array([0, 1]), **broken})


def test_a_truth_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one text an item, got none for item 1"):
        References((("a",), ()))
    with pytest.raises(ValueError, match="2 boxes, but crowd of shape"):
        Objects.of([(np.ones((2, 4)), np.zeros(2))], crowd=np.zeros(3))
