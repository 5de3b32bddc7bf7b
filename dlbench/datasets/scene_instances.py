"""Scenes with a mask for each shape: seeded synthetic pictures, and which pixels every object shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.datasets.scenes import DrawnScenes

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class SceneInstances(DrawnScenes):
    """The pictures of `scenes`; the mask of a shape is what is seen of it, and its box lies around that."""

    name = "scene_instances"
    title = "coloured shapes, with a mask each"
    tasks = ("instance_segmentation",)

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.drawn_scenes import SHAPES
        from dlbench.forms.outlined import OutlinedObjects
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        drawn = self.drawn(params)
        found = []
        for picture, shown in enumerate(drawn.shown):
            first, last = drawn.objects.offsets[picture : picture + 2]
            codes = drawn.objects.codes[first:last].tolist()
            seen = [(shown == 1 + place, code) for place, code in enumerate(codes) if (shown == 1 + place).any()]
            found.append(([mask for mask, _ in seen], [code for _, code in seen]))
        return Data(Images(drawn.pixels), OutlinedObjects.outlined(found), SHAPES)
