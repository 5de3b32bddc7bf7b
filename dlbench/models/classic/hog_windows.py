"""Sliding windows over histograms of oriented gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace


class HogWindows(ClassicModel):
    """Looks at every place and size for edges that a linear SVM a class has learned, as detectors did before nets.

    Sizes and aspect ratios of windows are those of the training boxes; background that is taken for an object is
    learned from again (hard negatives); boxes are then moved by a ridge regression. A class is looked for at the sizes
    at which training showed it, nowhere else.
    """

    name = "hog_windows"
    title = "sliding windows: histograms of oriented gradients, linear SVM"
    paper = "Dalal and Triggs, Histograms of oriented gradients for human detection, 2005"
    accepts = ("image",)
    gives = ("Boxes",)
    preparation = Preparation(layout="pixels")
    trainer = "detector"
    uses = ("scikit-learn", "scipy")
    smallest = (16, 16)
    bias = Bias(
        "edges and their directions",
        "the same filter at every place and size",
        "one window",
        "filters",
        "convex, mined",
    )

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            "C": hp.Float("C", 1e-3, 1.0, default=0.01, log=True, legal="> 0"),
            "cells": hp.Choice("cells", [5, 6, 8], default=6),
            "templates": hp.Int("templates", 1, 3, default=1, legal=">= 1"),
            "steps": hp.Choice("steps", [2, 3, 4], default=3),
            "overlap": hp.Float("overlap", 0.2, 0.6, default=0.3, legal="> 0, < 1"),
            "colour": hp.Boolean("colour", default=True),
            "refine": hp.Fixed("refine", True),
            "rounds": hp.Fixed("rounds", 2, legal=">= 0"),
            "negatives": hp.Fixed("negatives", 10, legal=">= 1"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.window_detector import WindowDetector, WindowSettings
        from dlbench.prepare.window_grid import Plan

        plan = Plan(cells=values["cells"], templates=values["templates"], steps=values["steps"])
        learned = {name: values[name] for name in ("C", "overlap", "colour", "refine", "rounds", "negatives")}
        return WindowDetector(WindowSettings(plan, **learned), len(schema.classes))
