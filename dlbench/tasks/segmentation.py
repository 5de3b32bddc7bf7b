"""Which class does each pixel belong to?"""

from __future__ import annotations

from dlbench.core.task import Task


class Segmentation(Task):
    """The class of every pixel of a picture; class 0 is the background, pixels of no class are not asked about."""

    name = "segmentation"
    title = "class of every pixel"
    modalities = ("image",)
    asks = "Masks"
    metrics = ("miou", "dice", "boundary_f")
    floor = "background"
    target = "masks"
