"""What is where in a picture?"""

from __future__ import annotations

from dlbench.core.task import Task


class ObjectDetection(Task):
    """A box around each object of a picture, its class, and how sure that is."""

    name = "object_detection"
    title = "boxes around objects"
    modalities = ("image",)
    asks = "Boxes"
    metrics = ("map", "map_50", "map_75", "voc_ap")
    floor = "average_boxes"
    target = "objects"
