"""The mean box of each class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Floor, Preparation
from dlbench.core.schema import Schema


class AverageBoxes(Floor):
    """Gives every picture the same boxes: of each class the mean of its training boxes, as sure as it is frequent."""

    name = "average_boxes"
    title = "the mean box of each class, in every picture"
    paper = "where objects lie before a picture is seen: after Torralba, Contextual priming for object detection, 2003"
    accepts = ("image",)
    gives = ("Boxes",)
    preparation = Preparation(layout="pixels")
    trainer = "detector"
    uses = ("numpy",)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.mean_boxes import MeanBoxes

        return MeanBoxes()
