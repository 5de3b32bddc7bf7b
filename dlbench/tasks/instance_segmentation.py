"""Which pixels does each object have?"""

from __future__ import annotations

from dlbench.core.task import Task


class InstanceSegmentation(Task):
    """A mask of each object of a picture, its class, and how sure that is; `map` judges the boxes around the masks."""

    name = "instance_segmentation"
    title = "masks of objects"
    modalities = ("image",)
    asks = "Instances"
    metrics = ("map_masks", "map_masks_50", "map_masks_75", "map")
    floor = "filled_boxes"
    target = "outlines"
