"""Suppression of a batch with static shapes against the greedy one, picture by picture."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.models.deep.detection.boxes import corners
from dlbench.models.deep.detection.suppression import surest
from dlbench.prepare.suppression import suppress

BOXES = 12


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.3, 0.7]))
def test_with_enough_rounds_it_is_the_greedy_one(seed: int, iou: float) -> None:
    random = np.random.default_rng(seed)
    sides = np.concatenate([random.integers(0, 12, (3, BOXES, 2)), random.integers(1, 12, (3, BOXES, 2))], axis=2)
    scores = random.integers(0, 6, (3, BOXES)).astype(np.float32)  # with ties
    places, kept = surest(corners(sides.astype(np.float32)), scores, iou, BOXES, rounds=BOXES)
    for number in range(3):
        expected = suppress(sides[number], scores[number], np.zeros(BOXES), iou)
        assert np.asarray(places)[number, : len(expected)].tolist() == expected.tolist()
        assert np.asarray(kept)[number].tolist() == [1] * len(expected) + [0] * (BOXES - len(expected))
        left = np.asarray(places)[number, len(expected) :]
        assert sorted(np.asarray(places)[number]) == list(range(BOXES))
        assert (np.diff(scores[number][left]) <= 0).all()


def test_a_chain_needs_as_many_rounds_as_it_is_long() -> None:
    """Each of five boxes overlaps the next alone: the first, third and fifth stay."""
    sides = np.array([[[6 * place, 0, 10, 10] for place in range(5)]], dtype=np.float32)
    scores = np.array([[5, 4, 3, 2, 1]], dtype=np.float32)

    def kept(rounds: int) -> list[int]:
        places, flags = surest(corners(sides), scores, 0.2, 5, rounds)
        return sorted(np.asarray(places)[0][np.asarray(flags)[0] == 1].tolist())

    assert kept(5) == kept(4) == [0, 2, 4]
    assert kept(1) == [0]
