"""Which class does an image belong to?"""

from __future__ import annotations

from dlbench.core.task import Task


class ImageClassification(Task):
    """Classes of images of one size."""

    name = "image_classification"
    title = "class of an image"
    modalities = ("image",)
    asks = "Labels"
    metrics = ("accuracy", "balanced_accuracy", "f1_macro", "log_loss")
    floor = "majority"
    target = "classes"
