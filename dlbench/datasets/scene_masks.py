"""Scenes with masks: seeded synthetic pictures of shapes, and the class of every pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.datasets.scenes import DrawnScenes

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class SceneMasks(DrawnScenes):
    """The pictures of `scenes`; the class of a pixel is the ground or the shape that is seen there."""

    name = "scene_masks"
    title = "coloured shapes, with masks"
    tasks = ("segmentation",)
    classes = 5

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.drawn_scenes import SHAPES
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        drawn = self.drawn(params)
        return Data(Images(drawn.pixels), drawn.masks, ("ground", *SHAPES))
