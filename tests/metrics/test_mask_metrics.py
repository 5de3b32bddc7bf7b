"""mAP of masks against COCO's own evaluator."""

from __future__ import annotations

import contextlib
import io
import math

import numpy as np
import pytest

from dlbench.core.catalog import metric
from dlbench.forms.instances import Instances
from dlbench.forms.objects import Objects
from dlbench.forms.outlined import OutlinedObjects
from dlbench.forms.ragged import owners
from dlbench.forms.truth import Truth

MASKS = ("map_masks", "map_masks_50", "map_masks_75", "map_masks_small", "map_masks_medium", "map_masks_large")
BOXES = ("map", "map_50", "map_75", "map_small", "map_medium", "map_large")
SIZE = (140, 150)


def disc(rng: np.random.Generator, radius: float | None = None) -> np.ndarray:
    """Return an ellipse somewhere, of any of COCO's sizes unless a radius is given, maybe cut by the edge."""
    down, right = np.mgrid[: SIZE[0], : SIZE[1]]
    radii = (radius or np.exp(rng.uniform(1, 4.3))) * rng.uniform(0.7, 1.3, 2)
    top, left = rng.integers(2, [SIZE[0] - 2, SIZE[1] - 2])
    return np.asarray(((down - top) / radii[0]) ** 2 + ((right - left) / radii[1]) ** 2 <= 1)


def frayed(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return a mask moved a little, with holes and specks."""
    moved = np.roll(mask, rng.integers(-3, 4, 2), axis=(0, 1))
    found = moved ^ (rng.random(SIZE) < rng.choice([0.0, 0.003, 0.03]))
    return found if found.any() else mask


def made(seed: int, *, crowd: float = 0.0, pictures: int = 6, classes: int = 3) -> tuple[Truth, Instances]:
    """Return objects that may overlap, and masks near them, some of another class, some of nothing."""
    rng = np.random.default_rng(seed)
    found, said = [], []
    for _ in range(pictures):
        masks = [disc(rng) for _ in range(rng.integers(0, 5))]
        codes = rng.integers(0, classes, len(masks)).tolist()
        found.append((masks, codes))
        near = [frayed(masks[place], rng) for place in rng.integers(0, len(masks), rng.integers(0, 9))] if masks else []
        near += [disc(rng, 6) for _ in range(rng.integers(0, 2))]
        scores = np.round(rng.random(len(near)), 2).tolist()
        said.append((near, rng.integers(0, classes, len(near)).tolist(), scores))
    flags = rng.random(sum(len(codes) for _, codes in found)) < crowd
    names = tuple(f"class {code}" for code in range(classes))
    return Truth.of(np.arange(pictures).astype(np.str_), OutlinedObjects.outlined(found, flags), names), Instances.of(
        said
    )


def reference(truth: Truth, found: Instances, kind: str) -> list[float]:
    """Return the first six numbers of COCO's evaluator on masks encoded by COCO's own code, NaN where it says −1."""
    coco = pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed")
    from pycocotools import mask as masking
    from pycocotools.cocoeval import COCOeval

    def encoded(masks: object, place: int) -> object:
        return masking.encode(np.asfortranarray(masks.decode(place).astype(np.uint8)))  # type: ignore[attr-defined]

    objects = truth.objects
    assert isinstance(objects, OutlinedObjects)
    annotations = [
        {"id": 1 + place, "image_id": int(of), "category_id": int(objects.codes[place]),
         "bbox": objects.boxes[place].tolist(), "area": float(objects.areas[place]),
         "iscrowd": int(objects.crowd[place]), "segmentation": encoded(objects.masks, place)}
        for place, of in enumerate(owners(objects.offsets))
    ]  # fmt: skip
    results = [
        {"image_id": int(of), "category_id": int(found.codes[place]), "score": float(found.scores[place]),
         "segmentation": encoded(found.masks, place)}
        for place, of in enumerate(owners(found.offsets))
    ]  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        held = coco.COCO()
        pictures = [{"id": number, "height": SIZE[0], "width": SIZE[1]} for number in range(len(truth))]
        classes = [{"id": code, "name": name} for code, name in enumerate(truth.classes)]
        held.dataset = {"images": pictures, "categories": classes, "annotations": annotations, "info": {}}
        held.createIndex()
        judging = COCOeval(held, held.loadRes(results) if results else coco.COCO(), kind)
        judging.evaluate()
        judging.accumulate()
        judging.summarize()
    return [math.nan if value == -1 else float(value) for value in judging.stats[:6]]


def ours(truth: Truth, found: Instances, weights: np.ndarray | None = None) -> list[float]:
    return [metric(name).score(truth, found, weights) for name in MASKS]


@pytest.mark.parametrize("crowd", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_map_of_masks_is_that_of_cocos_evaluator(seed: int, crowd: float) -> None:
    truth, found = made(seed, crowd=crowd)
    assert ours(truth, found) == pytest.approx(reference(truth, found, "segm"), abs=1e-6, nan_ok=True)
    once = np.ones(len(truth))
    assert ours(truth, found, once) == pytest.approx(ours(truth, found), abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("seed", range(2))
def test_boxes_around_masks_are_judged_as_boxes(seed: int) -> None:
    truth, found = made(seed)
    scores = [metric(name).score(truth, found.to("Boxes")) for name in BOXES]
    assert scores[:3] == pytest.approx(reference(truth, found, "bbox")[:3], abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("counts", [[2, 0, 1, 3, 0, 1], [1, 1, 1, 0, 0, 0]])
def test_weighted_map_of_masks_is_the_evaluators_on_repeated_pictures(counts: list[int]) -> None:
    truth, found = made(11, crowd=0.2)
    index = np.repeat(np.arange(6), counts)
    expected = reference(truth.take(index), found.take(index), "segm")
    assert ours(truth, found, np.array(counts, dtype=np.float64)) == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_every_class_by_itself() -> None:
    truth, found = made(5, pictures=20)
    by_class = metric("map_masks").by_class(truth, found)  # type: ignore[attr-defined]
    assert by_class.shape == (3,)
    assert np.nanmean(by_class) == pytest.approx(metric("map_masks").score(truth, found))


def test_a_prediction_of_nothing_scores_nothing_and_a_truth_of_nothing_has_no_score() -> None:
    truth, found = made(2)
    none = Instances.of([([], [], [])] * len(truth))
    assert metric("map_masks").score(truth, none) == 0
    empty = Truth.of(truth.ids, OutlinedObjects.outlined([([], [])] * len(truth)), truth.classes)
    assert math.isnan(metric("map_masks").score(empty, found))
    assert math.isnan(metric("map_masks").score(empty, none))


def test_boxes_alone_and_masks_of_another_size_are_refused() -> None:
    boxes = Truth.of(np.array(["a"]), Objects.of([(np.array([[0, 0, 3, 3]]), np.array([0]))]), ("cell",))
    with pytest.raises(ValueError, match="map_masks: expected objects with masks"):
        metric("map_masks").score(boxes, Instances.of([([np.eye(3)], [0], [1.0])]))
    truth = Truth.of(np.array(["a"]), OutlinedObjects.outlined([([np.eye(3)], [0])]), ("cell",))
    with pytest.raises(ValueError, match="map_masks: masks of 3×3 and 4×4 in one picture"):
        metric("map_masks").score(truth, Instances.of([([np.eye(4)], [0], [1.0])]))
