"""Made pictures with objects and detections, and the same for an evaluator of COCO's interface."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.forms.ragged import owners
from dlbench.forms.truth import Truth


@dataclass(frozen=True)
class Scene:
    """How many pictures, classes, objects and detections a picture at most, and what is odd about them."""

    pictures: int = 6
    classes: int = 3
    objects: int = 4
    detections: int = 8
    crowd: float = 0.0
    difficult: float = 0.0
    flat: float = 0.0


def made(scene: Scene, rng: np.random.Generator) -> tuple[Truth, Boxes]:
    """Return objects of all of COCO's sizes, and detections near them, some of another class."""
    found, seen = [], []
    for _ in range(scene.pictures):
        count = int(rng.integers(0, scene.objects + 1))
        sides = np.exp(rng.uniform(1.5, 5.5, (count, 1))) * rng.uniform(0.5, 1, (count, 2))
        sides[rng.random(count) < scene.flat, 0] = 0
        boxes = np.column_stack([rng.uniform(0, 300, (count, 2)), sides])
        codes = rng.integers(0, scene.classes, count)
        found.append((boxes, codes))
        seen.append(_near(boxes, codes, scene, rng))
    flags = {
        name: rng.random(sum(len(codes) for _, codes in found)) < getattr(scene, name)
        for name in ("crowd", "difficult")
    }
    names = tuple(f"class {code}" for code in range(scene.classes))
    ids = np.arange(scene.pictures).astype(np.str_)
    return Truth.of(ids, Objects.of(found, **flags), names), Boxes.of(seen)


def _near(boxes: np.ndarray, codes: np.ndarray, scene: Scene, rng: np.random.Generator) -> Any:
    count = int(rng.integers(0, scene.detections + 1))
    if not len(boxes):
        return np.tile([5.0, 5, 9, 9], (count, 1)), rng.integers(0, scene.classes, count), rng.random(count)
    of = rng.integers(0, len(boxes), count)
    moved = boxes[of] + rng.normal(0, 0.12, (count, 4)) * np.tile(boxes[of, 2:], 2)
    called = np.where(rng.random(count) < 0.8, codes[of], rng.integers(0, scene.classes, count))
    return np.column_stack([moved[:, :2], np.maximum(moved[:, 2:], 0)]), called, rng.random(count)


def annotations(truth: Truth, found: Boxes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the content of COCO's annotation and result files."""
    objects = truth.objects
    assert objects is not None
    held = zip(owners(objects.offsets), objects.boxes, objects.codes, objects.areas, objects.crowd, strict=True)
    annotated = [
        {"id": number, "image_id": int(of), "bbox": box.tolist(), "category_id": int(code), "area": float(area),
         "iscrowd": int(crowd)}
        for number, (of, box, code, area, crowd) in enumerate(held, start=1)
    ]  # fmt: skip
    results = [
        {"image_id": int(of), "bbox": box.tolist(), "category_id": int(code), "score": float(score)}
        for of, box, code, score in zip(owners(found.offsets), found.boxes, found.codes, found.scores, strict=True)
    ]
    pictures = [{"id": number} for number in range(len(truth))]
    classes = [{"id": code, "name": name} for code, name in enumerate(truth.classes)]
    return {"images": pictures, "categories": classes, "annotations": annotated}, results
