"""Sliding windows: where they stand, what they see, what they learn from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core import catalog
from dlbench.datasets.drawn_scenes import SHAPES, draw
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth
from dlbench.prepare.gradients import descriptors
from dlbench.prepare.suppression import overlaps
from dlbench.prepare.window_detector import WindowDetector, WindowSettings
from dlbench.prepare.window_examples import NEAR, OFF, first_examples, off_objects, shifted, shifts
from dlbench.prepare.window_features import BLOCK, level_map, responses, windows_at
from dlbench.prepare.window_grid import Grid, Plan

BOX = st.tuples(*[st.floats(0, 40)] * 2, *[st.floats(1, 60)] * 2).filter(lambda box: max(box[2:]) <= 4 * min(box[2:]))
"""At most four times as long as wide: the sides of windows are whole cells, which thin ones are far from."""


@settings(deadline=None, max_examples=40)
@given(st.lists(BOX, min_size=1, max_size=8), st.integers(1, 3), st.sampled_from([2, 3, 4]))
def test_every_training_box_has_a_window_of_about_its_size(
    boxes: list[tuple[float, ...]], templates: int, steps: int
) -> None:
    """Within half a step of the pyramid, where the picture need not be enlarged beyond the bound."""
    array = np.array(boxes)
    grid = Grid.of(array, 64, 96, Plan(templates=templates, steps=steps))
    assert grid.offsets[-1] == len(grid.boxes) == len(grid.centred)
    area = np.sqrt(array[:, 2:].prod(axis=1))
    kept = (area >= np.quantile(area, 0.02)) & (area <= np.quantile(area, 0.98)) & (area >= 7)
    seen = np.sqrt(grid.boxes[:, 2:].prod(axis=1))
    for side in area[kept]:
        assert np.abs(np.log2(seen / side)).min() <= 0.5 / steps + 0.1


def test_a_window_sees_what_its_box_shows() -> None:
    """At a level of the picture's own size a window's blocks are the descriptor of that cut of the picture."""
    pixels = np.random.default_rng(0).uniform(size=(2, 48, 64, 3)).astype(np.float32)
    grid = Grid(
        48, 64, 4, Grid.of(np.array([[0, 0, 16, 16]]), 48, 64, Plan(cells=4, margin=1.5)).templates, ((48, 64),), 2
    )
    blocks = level_map(pixels, grid, 0, 9, colour=False)
    window = grid.templates[0]
    down, across = grid.places(0, 0)
    assert blocks.shape[1:3] == (down + window.rows - BLOCK, across + window.columns - BLOCK)
    row, column = 5, 7
    found = windows_at(blocks, window, np.array([1]), np.array([row * across + column]))[0]
    top, left = ((place - grid.padding) * 4 for place in (row, column))
    cut = pixels[1:, top - 4 : top + 4 * window.rows + 4, left - 4 : left + 4 * window.columns + 4]
    around = descriptors(cut, 9, 4, BLOCK).reshape(window.rows + 1, window.columns + 1, -1)[1:-1, 1:-1]
    np.testing.assert_allclose(found, around.transpose(2, 0, 1).ravel(), atol=1e-5)
    box = grid.boxes[row * across + column]
    middle = [left + 2 * window.columns, top + 2 * window.rows]
    np.testing.assert_allclose(box[:2] + box[2:] / 2, middle)


def test_filters_answer_at_every_window_what_they_answer_at_one() -> None:
    rng = np.random.default_rng(1)
    pixels = rng.uniform(size=(3, 40, 32, 3)).astype(np.float32)
    grid = Grid.of(np.array([[0, 0, 20, 12], [0, 0, 9, 20]]), 40, 32, Plan(templates=2))
    for level in range(len(grid.levels)):
        blocks = level_map(pixels, grid, level, 9, colour=True)
        for template, window in enumerate(grid.templates):
            count = int(np.prod(grid.places(level, template)))
            if not count:
                continue
            picture, place = rng.integers(0, 3, 5), rng.integers(0, count, 5)
            shown = windows_at(blocks, window, picture, place)
            filters, bias = rng.normal(size=(2, shown.shape[1])), rng.normal(size=2)
            said = responses(blocks, window, filters, bias)
            assert said.shape == (3, count, 2)
            np.testing.assert_allclose(said[picture, place], shown @ filters.T + bias, atol=1e-3)


@settings(deadline=None)
@given(st.lists(BOX, min_size=1, max_size=5), BOX)
def test_boxes_come_back_from_their_shifts(targets: list[tuple[float, ...]], box: tuple[float, ...]) -> None:
    wanted = np.array(targets)
    wanted[:, 2:] = np.clip(wanted[:, 2:], np.array(box[2:]) / 2, np.array(box[2:]) * 2)
    boxes = np.tile(box, (len(wanted), 1))
    np.testing.assert_allclose(shifted(boxes, shifts(boxes, wanted)), wanted, atol=1e-9)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 99))
def test_examples_lie_on_and_off_the_objects_as_they_claim(seed: int) -> None:
    objects = draw(4, 48, seed).objects
    grid = Grid.of(objects.boxes, 48, 48, Plan())
    found = first_examples(objects, grid, 6, np.random.default_rng(seed))
    assert len(np.unique(np.stack([found.picture, found.window]), axis=1).T) == len(found.picture)
    for picture, window, code in zip(found.picture, found.window, found.code, strict=True):
        own = objects.take(np.array([picture]))
        shared = overlaps(grid.boxes[[window]], own.boxes)[0]
        assert shared.max() < OFF if code < 0 else code in own.codes[shared > 0]
    background = found.code < 0
    assert off_objects(found.picture, found.window, objects, grid)[background].all()
    np.testing.assert_allclose(
        shifted(grid.boxes[found.window[background]], found.offset[background]), grid.boxes[found.window[background]]
    )


def test_crowds_and_difficult_objects_teach_nothing() -> None:
    boxes, codes = np.array([[4, 4, 16, 16], [26, 4, 16, 16], [4, 26, 16, 16]]), np.array([0, 1, 2])
    objects = Objects.of([(boxes, codes)], crowd=np.array([0, 1, 0]), difficult=np.array([0, 0, 1]))
    grid = Grid.of(boxes, 48, 48, Plan(cells=4))
    found = first_examples(objects, grid, 50, np.random.default_rng(0))
    assert set(found.code.tolist()) == {-1, 0}
    assert overlaps(grid.boxes[found.window[found.code < 0]], boxes).max() < OFF
    assert overlaps(grid.boxes[found.window[found.code == 0]], boxes[:1]).max() >= NEAR


def _judged(settings: WindowSettings, metric: str = "map_50") -> float:
    train, test = draw(30, 40, 3), draw(20, 40, 4)
    unit = [each.pixels.astype(np.float32) / 255 for each in (train, test)]
    found = WindowDetector(settings, len(SHAPES)).fit(unit[0], train.objects, 1).predict(unit[1])
    assert found.problem(20) is None
    assert (found.boxes[:, :2] >= 0).all()
    assert (found.boxes[:, :2] + found.boxes[:, 2:] <= 40 + 1e-9).all()
    truth = Truth.of(np.arange(20).astype(np.str_), test.objects, SHAPES)
    return catalog.metric(metric).score(truth, found)


PLAN = Plan(cells=4, steps=2)


def test_shapes_are_found_and_moving_boxes_finds_them_better() -> None:
    still = WindowSettings(PLAN, colour=False, rounds=1, refine=False)
    assert _judged(still) > 0.3
    moved = WindowSettings(PLAN, colour=False, rounds=1)
    assert _judged(moved, "map_75") > _judged(still, "map_75")


def test_pictures_with_one_object_in_all_are_learned_from() -> None:
    pixels = np.full((3, 32, 32, 1), 0.2, dtype=np.float32)
    pixels[0, 8:20, 10:22] = 1
    objects = Objects.of([(np.array([[10, 8, 12, 12]]), np.array([1])), ([], []), ([], [])])
    found = WindowDetector(WindowSettings(PLAN), 3).fit(pixels, objects, 0).predict(pixels)
    assert found.problem(3) is None
    assert set(found.codes.tolist()) <= {1}
    assert overlaps(found.boxes[:1], objects.boxes)[0, 0] > 0.5


def test_kept_and_remade_maps_teach_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = draw(6, 40, 0)
    unit = drawn.pixels.astype(np.float32) / 255
    settings = WindowSettings(PLAN, rounds=1)
    one = WindowDetector(settings, 4).fit(unit, drawn.objects, 0).predict(unit)
    monkeypatch.setattr("dlbench.prepare.window_maps.MOST_KEPT", 0)
    other = WindowDetector(settings, 4).fit(unit, drawn.objects, 0).predict(unit)
    for name, array in one.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[name])


def test_crowds_alone_teach_to_find_nothing() -> None:
    drawn = draw(3, 32, 0)
    crowds = Objects(**{**drawn.objects.arrays(), "crowd": np.ones(len(drawn.objects.boxes), dtype=np.bool_)})
    unit = drawn.pixels.astype(np.float32) / 255
    found = WindowDetector(WindowSettings(PLAN), 4).fit(unit, crowds, 0).predict(unit)
    assert found.offsets.tolist() == [0, 0, 0, 0]
