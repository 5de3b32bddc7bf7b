"""The mean box of each class, filled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Floor, Preparation
from dlbench.core.schema import Schema


class FilledBoxes(Floor):
    """Gives every picture the same objects: of each class the pixels of its mean training box, as sure as it is
    frequent."""

    name = "filled_boxes"
    title = "the pixels of each class's mean box, in every picture"
    paper = "where objects lie before a picture is seen: after Torralba, Contextual priming for object detection, 2003"
    accepts = ("image",)
    gives = ("Instances",)
    preparation = Preparation(layout="pixels")
    trainer = "detector"
    uses = ("numpy",)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.filled_boxes import FilledBoxes as Boxes

        return Boxes()
