"""Which place is to find which object."""

from __future__ import annotations

import numpy as np

from dlbench.models.deep.detection.anchors import points
from dlbench.models.deep.detection.matching import CLOSEST, Match, by_alignment, by_overlap

NONE = [0, 0, 0, 0, -1]


def _match(found: Match) -> dict[str, np.ndarray]:
    return {name: np.asarray(value) for name, value in found._asdict().items()}


def test_places_find_what_they_overlap_and_others_nothing() -> None:
    truth = np.array([[[0, 0, 10, 10, 2], [20, 20, 30, 30, 0], NONE]], dtype=np.float32)
    places = np.array([[0, 0, 10, 9], [20, 20, 30, 26], [50, 50, 60, 60]], dtype=np.float32)
    found = _match(by_overlap(places, truth, 0.7, 0.3, best=False))
    assert found["found"].tolist() == [[1, 0, 0]]
    assert found["empty"].tolist() == [[0, 0, 1]]  # the second overlaps by 0.6: left alone
    assert found["codes"][0, 0] == 2
    assert found["boxes"][0, 0].tolist() == [0, 0, 10, 10]
    best = _match(by_overlap(places, truth, 0.7, 0.3, best=True))
    assert best["found"].tolist() == [[1, 1, 0]]
    assert best["codes"][0, :2].tolist() == [2, 0]


def test_the_best_place_of_an_object_finds_that_one_though_it_overlaps_another_more() -> None:
    truth = np.array([[[0, 0, 10, 10, 0], [0, 0, 2, 2, 1]]], dtype=np.float32)
    places = np.array([[0, 0, 10, 10], [0, 0, 6, 6]], dtype=np.float32)
    found = _match(by_overlap(places, truth, 0.7, 0.3, best=True))
    assert found["codes"].tolist() == [[0, 1]]
    assert found["found"].tolist() == [[1, 1]]


def test_an_empty_picture_has_nothing_to_find() -> None:
    truth = np.array([[NONE, NONE]], dtype=np.float32)
    places = np.array([[0, 0, 10, 10], [0, 0, 0, 0]], dtype=np.float32)
    found = _match(by_overlap(places, truth, 0.7, 0.3, best=True))
    assert found["found"].sum() == 0
    assert found["empty"].tolist() == [[1, 1]]
    aligned = _match(_aligned(truth))
    assert aligned["found"].sum() == aligned["worth"].sum() == 0


def _aligned(truth: np.ndarray, seed: int = 0) -> Match:
    """Match the cells of a picture of 64 × 64, whose boxes and scores are drawn."""
    random = np.random.default_rng(seed)
    places = points(8, 8, 8)
    halves = random.uniform(2, 20, (len(truth), 64, 2)).astype(np.float32)
    boxes = np.concatenate([places - halves, places + halves], axis=2)
    scores = random.uniform(0, 1, (len(truth), 64, 3)).astype(np.float32)
    return by_alignment(places, np.full(64, 8, np.float32), truth, boxes, scores)


def test_points_inside_an_object_find_it_some_of_them_and_the_best_is_worth_its_overlap() -> None:
    truth = np.array([[[0, 0, 40, 40, 1], [44, 44, 64, 64, 2], NONE]], dtype=np.float32)
    for seed in range(20):
        found = _match(_aligned(truth, seed))
        places = points(8, 8, 8)
        for box, code in ((truth[0, 0, :4], 1), (truth[0, 1, :4], 2)):
            mine = (found["found"][0] == 1) & (found["codes"][0] == code)
            assert 1 <= mine.sum() <= CLOSEST
            assert (places[mine] >= box[:2]).all()
            assert (places[mine] <= box[2:]).all()
            assert (found["boxes"][0][mine] == box).all()
            assert 0 < found["worth"][0][mine].max() <= 1
        assert (found["worth"][0][found["empty"][0] == 1] == 0).all()
        assert found["found"].sum() + found["empty"].sum() == 64


def test_an_object_between_all_points_is_found_from_the_cells_around_its_middle() -> None:
    truth = np.array([[[6, 6, 10, 10, 0]]], dtype=np.float32)  # points lie at 4 and 12
    found = _match(_aligned(truth))
    assert sorted(map(tuple, points(8, 8, 8)[found["found"][0] == 1])) == [(4, 4), (4, 12), (12, 4), (12, 12)]
