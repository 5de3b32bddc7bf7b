"""Curves and pictures of detection, from made answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.forms.truth import Truth
from dlbench.metrics.voc_ap import VocAveragePrecision, matched
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.evidence.outlines import Outline, Outlines
from dlbench.reporting.evidence.pictures import PHOTO, data_address
from dlbench.reporting.html.outline_cards import HUES, group_of_outlines
from dlbench.reporting.plots.detected import by_class, envelope
from dlbench.reporting.plots.thresholds import PR_GRID


def _made(seed: int, pictures: int = 12) -> tuple[Truth, Boxes]:
    rng = np.random.default_rng(seed)
    true, said = [], []
    for _ in range(pictures):
        boxes = np.column_stack([rng.uniform(0, 80, (4, 2)), rng.uniform(8, 30, (4, 2))])
        codes = rng.integers(0, 3, 4)
        kept = rng.random(4) < 0.8
        near = boxes[kept] + rng.normal(0, 1.5, (kept.sum(), 4))
        stray = np.column_stack([rng.uniform(0, 80, (2, 2)), rng.uniform(8, 30, (2, 2))])
        found = np.clip(np.concatenate([near, stray]), 0, None)
        true.append((boxes, codes))
        said.append((found, np.concatenate([codes[kept], rng.integers(0, 3, 2)]), rng.random(len(found))))
    ids = np.arange(pictures).astype(np.str_)
    return Truth.of(ids, Objects.of(true), ("a", "b", "c")), Boxes.of(said)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 999))
def test_a_curve_falls_and_its_area_is_the_average_precision(seed: int) -> None:
    truth, found = _made(seed)
    assert truth.objects is not None
    areas = VocAveragePrecision().by_class(truth, found)
    ranking = matched(truth.objects, 3, found, 0.5)
    for code in np.flatnonzero(~np.isnan(areas)):
        curve = envelope(ranking, int(code))
        assert (np.diff(curve) <= 1e-12).all()
        # A mean over 50 recalls, each up to a fiftieth behind the area.
        assert curve.mean() <= areas[code] + 1e-9
        assert curve.mean() >= areas[code] - 1 / len(PR_GRID) - 1e-9


def test_classes_without_objects_are_left_out_and_jobs_are_averaged() -> None:
    truth, found = _made(1)
    assert truth.objects is not None
    lacking = Truth.of(truth.ids, truth.objects, ("a", "b", "c", "never"))
    answers = [Answer({}, lacking, found), Answer({}, lacking, Boxes.of([([], [], [])] * len(truth)))]  # type: ignore[list-item, arg-type]
    curves = by_class(answers)
    assert set(curves) == {"a", "b", "c"}
    alone = by_class(answers[:1])
    np.testing.assert_allclose(curves["a"], alone["a"] / 2)


def test_cards_tell_what_is_true_and_what_was_said() -> None:
    truth = Outline(np.array([[1.04, 2, 3, 4], [5, 6, 7, 8]]), np.array([0, HUES]), ("<b>", "cell"))
    said = Outline(np.empty((0, 4)), np.empty(0, dtype=np.int64), ())
    found = Outlines("lowest", 9, ("x", "y"), (truth, truth), {"net": (said, truth)}, {"net": np.array([0.0, 1.0])})
    group = group_of_outlines(found, "task", "")
    assert (group.title, group.total, len({card.anchor for card in group.cards})) == ("lowest", 9, 2)
    card = group.cards[0]
    assert [what for what, _ in card.outlined] == ["true: <b> 1, cell 1", "net: 0.0000"]
    assert card.outlined[0][1][0][:4] == (1.0, 2.0, 3.0, 4.0)
    assert [box.hue for box in card.outlined[0][1]] == [0, 0]
    assert card.frame == (12.0, 14.0)


@pytest.mark.parametrize(
    ("side", "channels", "kind"), [(PHOTO, 3, "png"), (PHOTO + 1, 3, "jpeg"), (PHOTO + 1, 1, "jpeg")]
)
def test_larger_pictures_are_kept_as_jpeg(side: int, channels: int, kind: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (side, 8, channels))
    assert data_address(pixels, 255.0, side).startswith(f"data:image/{kind};base64,")
