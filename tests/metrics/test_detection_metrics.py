"""mAP against COCO's own evaluator and published results, VOC's against a published case and plain loops."""

from __future__ import annotations

import contextlib
import io
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_boxes import Scene, annotations, made

from dlbench.core.catalog import metric
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.forms.ragged import owners
from dlbench.forms.truth import Truth
from dlbench.metrics.mean_average_precision import MeanAveragePrecision
from dlbench.metrics.voc_ap import VocAveragePrecision, VocAveragePrecision11

COCO = ("map", "map_50", "map_75", "map_small", "map_medium", "map_large")
VOC = ("voc_ap", "voc_ap_11")
ODD = Scene(crowd=0.2, flat=0.1)
SCENES = pytest.mark.parametrize(
    "scene", [Scene(), ODD, Scene(pictures=30, classes=8), Scene(pictures=2, classes=1, objects=2, detections=130)]
)


def reference(truth: Truth, found: Boxes) -> list[float]:
    """Return the first six numbers of COCO's evaluator, NaN where it says −1."""
    from pycocotools.coco import COCO as Annotations
    from pycocotools.cocoeval import COCOeval

    annotated, results = annotations(truth, found)
    with contextlib.redirect_stdout(io.StringIO()):
        held = Annotations()
        held.dataset = {**annotated, "info": {}}
        held.createIndex()
        judging = COCOeval(held, held.loadRes(results) if results else Annotations(), "bbox")
        judging.evaluate()
        judging.accumulate()
        judging.summarize()
    return [math.nan if value == -1 else float(value) for value in judging.stats[:6]]


def ours(truth: Truth, found: Boxes, weights: np.ndarray | None = None) -> list[float]:
    return [metric(name).score(truth, found, weights) for name in COCO]


@SCENES
@pytest.mark.parametrize("seed", range(3))
def test_map_is_that_of_cocos_evaluator(scene: Scene, seed: int) -> None:
    truth, found = made(scene, np.random.default_rng(seed))
    assert ours(truth, found) == pytest.approx(reference(truth, found), abs=1e-9, nan_ok=True)


@SCENES
def test_weighing_each_picture_once_changes_nothing(scene: Scene) -> None:
    truth, found = made(scene, np.random.default_rng(7))
    once = np.ones(len(truth))
    assert ours(truth, found, once) == pytest.approx(ours(truth, found), abs=1e-12, nan_ok=True)
    for name in (*COCO, *VOC):
        weighed = metric(name).weigher(truth, found)
        scores = [metric(name).score(truth, found), weighed(None), weighed(once), weighed(7 * once)]
        assert scores == pytest.approx([scores[0]] * 4, abs=1e-12, nan_ok=True)


@settings(max_examples=25, deadline=None)
@given(counts=st.lists(st.integers(0, 3), min_size=6, max_size=6).filter(any), seed=st.integers(0, 999))
def test_weighted_map_is_the_evaluators_on_repeated_pictures(counts: list[int], seed: int) -> None:
    truth, found = made(ODD, np.random.default_rng(seed))
    index = np.repeat(np.arange(6), counts)
    weights = np.array(counts, dtype=np.float64)
    expected = reference(truth.take(index), found.take(index))
    assert ours(truth, found, weights) == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert metric("map").weigher(truth, found)(weights) == pytest.approx(expected[0], abs=1e-9, nan_ok=True)


@given(seed=st.integers(0, 999), scale=st.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_a_scale_of_real_weights_never_costs_the_last_recall(seed: int, scale: float) -> None:
    truth, _ = made(Scene(pictures=5), np.random.default_rng(seed))
    objects = truth.objects
    assert objects is not None
    right = Boxes(objects.boxes, objects.codes, np.arange(len(objects.codes), dtype=np.float64), objects.offsets)
    weights = scale * np.random.default_rng(seed).random(5)
    for name in ("map", *VOC):
        assert metric(name).score(truth, right, weights) == pytest.approx(1.0, nan_ok=not len(objects.codes))


@pytest.mark.parametrize("name", [*COCO, *VOC])
def test_a_class_by_itself_is_the_score_of_its_boxes(name: str) -> None:
    truth, found = made(Scene(pictures=25), np.random.default_rng(3))
    by_class = metric(name).by_class(truth, found)  # type: ignore[attr-defined]
    assert np.nanmean(by_class) == pytest.approx(metric(name).score(truth, found))
    for code in range(3):
        alone = metric(name).score(only(truth, code), kept(found, found.codes == code))
        assert by_class[code] == pytest.approx(alone, nan_ok=True)


def only(truth: Truth, code: int) -> Truth:
    objects = truth.objects
    assert objects is not None
    chosen = objects.codes == code
    flat = {key: array[chosen] for key, array in objects.arrays().items() if key != "offsets"}
    return Truth.of(truth.ids, Objects(**flat, offsets=cut(objects.offsets, chosen)), truth.classes)


def kept(found: Boxes, chosen: np.ndarray) -> Boxes:
    flat = {key: array[chosen] for key, array in found.arrays().items() if key != "offsets"}
    return Boxes(**flat, offsets=cut(found.offsets, chosen))


def cut(offsets: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(owners(offsets)[chosen], minlength=len(offsets) - 1))])


@pytest.mark.parametrize("name", [*COCO, *VOC])
def test_without_objects_there_is_no_score(name: str) -> None:
    nothing = Objects.of([([], []), ([], [])])
    truth = Truth.of(np.array(["a", "b"]), nothing, ("cell",))
    found = Boxes.of([(np.ones((1, 4)), np.array([0]), np.array([0.5])), ([], [], [])])
    none = Boxes.of([([], [], []), ([], [], [])])
    assert math.isnan(metric(name).score(truth, found))
    assert math.isnan(metric(name).score(truth, none))
    assert math.isnan(metric(name).score(truth, none, np.ones(2)))


@pytest.mark.parametrize("name", ["map", "map_50", *VOC])
def test_without_detections_the_score_is_zero(name: str) -> None:
    truth, _ = made(Scene(), np.random.default_rng(1))
    none = Boxes.of([([], [], [])] * len(truth))
    assert metric(name).score(truth, none) == 0
    assert metric(name).score(truth, none, np.ones(len(truth))) == 0


@pytest.mark.parametrize("name", ["map", "map_50", *VOC])
def test_a_class_without_objects_is_left_out_and_a_class_without_weight_too(name: str) -> None:
    boxes = [np.array([[0, 0, 10, 10]]), np.array([[0, 0, 10, 10]])]
    objects = Objects.of([(boxes[0], np.array([0])), (boxes[1], np.array([1]))])
    truth = Truth.of(np.array(["a", "b"]), objects, ("one", "two", "three"))
    found = Boxes.of([(boxes[0], np.array([0]), np.array([0.9])), (boxes[1], np.array([2]), np.array([0.9]))])
    assert metric(name).score(truth, found) == pytest.approx(0.5)
    assert metric(name).score(truth, found, np.array([1.0, 0.0])) == pytest.approx(1.0)
    assert math.isnan(metric(name).score(truth, found, np.zeros(2)))


def test_detections_in_a_crowd_count_neither_way() -> None:
    boxes = np.array([[0, 0, 100, 100], [200, 200, 20, 20]])
    objects = Objects.of([(boxes, np.array([0, 0]))], crowd=np.array([True, False]))
    truth = Truth.of(np.array(["a"]), objects, ("cell",))
    inside = np.array([[5, 5, 10, 10], [30, 30, 10, 10], [200, 200, 20, 20]])
    found = Boxes.of([(inside, np.zeros(3), np.array([0.9, 0.8, 0.7]))])
    assert metric("map").score(truth, found) == pytest.approx(1.0)
    assert metric("map").score(truth, found, np.ones(1)) == pytest.approx(1.0)
    assert metric("voc_ap").score(truth, found) == pytest.approx(1 / 3)


def test_what_is_difficult_is_ignored_by_voc_and_ordinary_to_coco() -> None:
    boxes = np.array([[0, 0, 10, 10], [50, 50, 10, 10]])
    objects = Objects.of([(boxes, np.array([0, 0]))], difficult=np.array([True, False]))
    truth = Truth.of(np.array(["a"]), objects, ("cell",))
    both = Boxes.of([(boxes, np.zeros(2), np.array([0.9, 0.8]))])
    easy = Boxes.of([(boxes[1:], np.zeros(1), np.array([0.8]))])
    assert [metric("voc_ap").score(truth, found) for found in (both, easy)] == [1.0, 1.0]
    assert metric("map").score(truth, easy) == pytest.approx(51 / 101)


def test_more_than_a_hundred_detections_of_a_class_in_a_picture_do_not_count_for_coco() -> None:
    truth = Truth.of(np.array(["a"]), Objects.of([(np.array([[0, 0, 10, 10]]), np.array([0]))]), ("cell",))
    boxes = np.tile([500.0, 500, 10, 10], (130, 1))
    boxes[99 + 1] = [0, 0, 10, 10]
    found = Boxes.of([(boxes, np.zeros(130), np.linspace(1, 0, 130))])
    assert metric("map").score(truth, found) == metric("map").score(truth, found, np.ones(1)) == 0
    assert metric("voc_ap").score(truth, found) == pytest.approx(1 / 101)
    boxes[99] = [0, 0, 10, 10]
    found = Boxes.of([(boxes, np.zeros(130), np.linspace(1, 0, 130))])
    assert metric("map").score(truth, found, np.ones(1)) == pytest.approx(1 / 100)


def test_codes_beyond_the_classes_and_a_truth_of_another_kind_are_refused() -> None:
    truth = Truth.of(np.array(["a"]), Objects.of([([], [])]), ("cell",))
    found = Boxes.of([(np.ones((1, 4)), np.array([1]), np.array([0.5]))])
    for name in ("map", "voc_ap"):
        with pytest.raises(ValueError, match=f"{name}: expected codes below 1"):
            metric(name).score(truth, found)
        with pytest.raises(ValueError, match=f"{name}: expected a truth with objects"):
            metric(name).score(Truth(np.array(["a"]), np.array([0])), found)


def plain_voc(truth: Truth, found: Boxes, code: int, eleven: bool) -> float:
    """Return the average precision of a class as VOC's development kit computes it, detection by detection."""
    objects = truth.objects
    assert objects is not None
    holders, seen = owners(objects.offsets), set()
    wanted = int(((objects.codes == code) & ~objects.difficult & ~objects.crowd).sum())
    pictures, hits, misses = owners(found.offsets), [], []
    for number in sorted(np.flatnonzero(found.codes == code), key=lambda number: -found.scores[number]):
        best, nearest = -1.0, -1
        for each in np.flatnonzero((objects.codes == code) & (holders == pictures[number])):
            one, other = found.boxes[number], objects.boxes[each]
            width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
            height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
            shared = width * height if width > 0 and height > 0 else 0.0
            union = one[2] * one[3] + other[2] * other[3] - shared
            if union > 0 and shared / union > best:
                best, nearest = shared / union, int(each)
        if best >= 0.5 and (objects.difficult[nearest] or objects.crowd[nearest]):
            continue
        hits.append(best >= 0.5 and nearest not in seen)
        misses.append(not hits[-1])
        seen.add(nearest if hits[-1] else -1)
    if not wanted:
        return math.nan
    recall, precision = np.cumsum(hits) / wanted, np.cumsum(hits) / np.arange(1, len(hits) + 1)
    if eleven:
        return float(np.mean([max([0, *precision[recall >= tenth / 10]]) for tenth in range(11)]))
    edges = np.concatenate([[0], recall, [1]])
    heights = np.maximum.accumulate(np.concatenate([[0], precision, [0]])[::-1])[::-1]
    return float(np.sum(np.diff(edges) * heights[1:]))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", VOC)
def test_voc_ap_is_that_of_plain_loops(name: str, seed: int) -> None:
    scene = Scene(pictures=12, objects=6, detections=20, difficult=0.2, crowd=0.1)
    truth, found = made(scene, np.random.default_rng(seed))
    expected = [plain_voc(truth, found, code, name.endswith("11")) for code in range(3)]
    by_class = metric(name).by_class(truth, found)  # type: ignore[attr-defined]
    assert by_class.tolist() == pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_published_coco_results(outside: Path) -> None:
    folder = outside / "coco_val2014_fake100"
    annotated = json.loads((folder / "instances_val2014_100.json").read_text(encoding="utf-8"))
    results = json.loads((folder / "instances_val2014_fakebbox100_results.json").read_text(encoding="utf-8"))
    expected = json.loads((folder / "expected_bbox.json").read_text(encoding="utf-8"))["expected"]
    truth, found = of_coco(annotated, results)
    published = ["AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large"]
    assert ours(truth, found) == pytest.approx([expected[name] for name in published], abs=1e-6)
    assert ours(truth, found, np.ones(100)) == pytest.approx([expected[name] for name in published], abs=1e-6)


def of_coco(annotated: dict[str, Any], results: list[dict[str, Any]]) -> tuple[Truth, Boxes]:
    pictures = sorted(picture["id"] for picture in annotated["images"])
    codes = {number: code for code, number in enumerate(sorted(each["id"] for each in annotated["categories"]))}

    def of(held: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
        return [[each for each in held if each["image_id"] == picture] for picture in pictures]

    def columns(several: list[dict[str, Any]]) -> tuple[list[Any], list[int]]:
        return [each["bbox"] for each in several], [codes[each["category_id"]] for each in several]

    held = of(annotated["annotations"])
    flat = [each for several in held for each in several]
    objects = Objects.of(
        [columns(several) for several in held],  # type: ignore[misc]
        crowd=np.array([each["iscrowd"] for each in flat]), areas=np.array([each["area"] for each in flat]),
    )  # fmt: skip
    found = Boxes.of([(*columns(several), [each["score"] for each in several]) for several in of(results)])  # type: ignore[misc]
    return Truth.of(np.array(pictures).astype(np.str_), objects, tuple(map(str, codes))), found


@pytest.mark.parametrize(
    ("kind", "published"),
    [(VocAveragePrecision, "AP_every_point_interpolation"), (VocAveragePrecision11, "AP_11_point_interpolation")],
)
def test_published_voc_case(outside: Path, kind: type[VocAveragePrecision], published: str) -> None:
    folder = outside / "voc_ap_case"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    def read(part: str) -> list[np.ndarray]:
        files = sorted((folder / part).glob("*.txt"))
        return [np.array([line.split()[1:] for line in file.read_text().splitlines()], dtype=float) for file in files]

    pixel = np.array([0, 0, 1, 1])  # their sizes are differences of pixels that are both inside
    objects = Objects.of([(rows + pixel, np.zeros(len(rows))) for rows in read("groundtruths")])
    found = Boxes.of([(rows[:, 1:] + pixel, np.zeros(len(rows)), rows[:, 0]) for rows in read("detections")])
    loose = type("Loose", (kind,), {"overlap": expected["iou_threshold"]})()
    score = loose.score(Truth.of(np.arange(7).astype(np.str_), objects, ("person",)), found)
    assert score == pytest.approx(expected[published], abs=1e-4)  # printed in per cent, cut after two digits


def test_published_torchmetrics_example(outside: Path) -> None:
    case = json.loads((outside / "torchmetrics_map_doc.json").read_text(encoding="utf-8"))
    size = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [-1, 0, 1, 0], [0, -1, 0, 1]]).T
    held = [(np.array(each["boxes"]) @ size, np.array(each["labels"])) for each in case["target"]]
    seen = [(np.array(e["boxes"]) @ size, np.array(e["labels"]), np.array(e["scores"])) for e in case["preds"]]
    truth = Truth.of(np.array(["a"]), Objects.of(held), ("cat",))
    expected = [math.nan if case["expected"][name] == -1 else case["expected"][name] for name in COCO]
    assert ours(truth, Boxes.of(seen)) == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_a_sample_of_pictures_flatters_map_and_a_resample_flatters_it_again() -> None:
    """The interpolated precision of few pictures lies above that of many: why its interval is the basic one."""
    metric, rng = MeanAveragePrecision(), np.random.default_rng(0)
    truth, found = made(Scene(pictures=2_000), rng)
    population = metric.score(truth, found)
    small, again = [], []
    for _ in range(12):
        index = rng.choice(len(truth), 60, replace=False)
        weigh = metric.weigher(truth.take(index), found.take(index))
        small.append(weigh(np.ones(60)))
        again.append(np.mean([weigh(rng.multinomial(60, np.full(60, 1 / 60)).astype(float)) for _ in range(20)]))
    assert metric.flattered
    assert np.mean(small) > population
    assert all(resampled > score for resampled, score in zip(again, small, strict=True))
