"""Fits detectors that learn from pixels and objects as a whole, without epochs.

What a model builds has `fit(pixels, objects, seed)` and `predict(pixels)`, which returns Boxes; pixels are
(n, height, width, channels) float32 in [0, 1].
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.errors import DataError
from dlbench.core.model import Model
from dlbench.core.schema import Schema
from dlbench.forms.boxes import Boxes
from dlbench.prepare.data import Inputs
from dlbench.prepare.inputs import Prepared
from dlbench.training.detection import objects_of
from dlbench.training.estimators import learned_numbers
from dlbench.training.fitted import Course, Lesson
from dlbench.training.threads import threaded


@dataclass(frozen=True)
class FittedDetector:
    """A preparation and a detector, both fitted."""

    prepared: Prepared
    detector: Any
    course: Course

    def predict(self, inputs: Inputs) -> Boxes:
        """Return what is found in each picture."""
        found: Boxes = self.detector.predict(self.prepared(inputs))
        return found

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Refuse: a detector stands before no other model."""
        raise ValueError("a detector gives boxes, no embeddings")

    def save(self, folder: Path, stem: str = "model") -> list[str]:
        """Write the detector; pictures enter it in [0, 1]."""
        from skops.io import dump

        dump(self.detector, folder / f"{stem}.skops")
        return [f"{stem}.skops"]


def fit(model: Model, values: Mapping[str, Any], schema: Schema, lesson: Lesson) -> FittedDetector:
    """Fit a detector on the lesson's training part. A deadline is the process's to enforce.

    Raises:
        DataError: the training part holds no object.
        ValueError: its target is no objects.
    """
    began = time.perf_counter()
    objects = objects_of(lesson.train)
    if not len(objects.boxes):
        raise DataError("no picture of the training part holds an object: bring more annotated pictures")
    prepared = Prepared(model.prepare(values), None)
    pixels = prepared(lesson.train.inputs)
    ready = time.perf_counter()
    detector = model.build(values, replace(schema, rows=len(lesson.train)))
    with threaded():
        detector.fit(pixels, objects, lesson.seed)
    seconds = {"preparation": ready - began, "compile": 0.0, "fit": time.perf_counter() - ready}
    return FittedDetector(prepared, detector, Course(parameters=learned_numbers(detector), seconds=seconds))
