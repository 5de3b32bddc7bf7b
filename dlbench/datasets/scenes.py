"""Scenes: seeded synthetic pictures of shapes, whose boxes, masks and captions are known exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError

if TYPE_CHECKING:
    from dlbench.datasets.drawn_scenes import Drawn
    from dlbench.prepare.data import Data

SMALLEST_SIZE, LARGEST_SIZE = 32, 1024


class DrawnScenes(Dataset):
    """One to four coloured shapes on a noisy ground; a subclass says what is asked of them.

    `version` changes whenever the same parameters would give other pictures.
    """

    modality = "image"
    classes = 4
    source = "made by dlbench from a seed"
    licence = "CC0 1.0"
    version = "1"
    parameters = (
        Parameter("rows", int, 300, "pictures"),
        Parameter("size", int, 64, "their height and width in pixels"),
        Parameter("seed", int, 0, "seed of the pictures"),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"version": self.version, **self.settings(params)}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        settings = self.settings(params)
        found = []
        if settings["rows"] < 1:
            found.append(f"rows: expected at least 1, got {settings['rows']}")
        if not SMALLEST_SIZE <= settings["size"] <= LARGEST_SIZE:
            found.append(f"size: expected {SMALLEST_SIZE} to {LARGEST_SIZE}, got {settings['size']}")
        if settings["seed"] < 0:
            found.append(f"seed: expected a number from 0, got {settings['seed']}")
        return found

    def drawn(self, params: Mapping[str, Any]) -> Drawn:
        """Return the scenes.

        Raises:
            DataError: parameters that cannot be meant.
        """
        from dlbench.datasets.drawn_scenes import draw

        if problems := self.problems(params):
            raise DataError(f"{self.name}: {'; '.join(problems)}")
        settings = self.settings(params)
        return draw(settings["rows"], settings["size"], settings["seed"])


class Scenes(DrawnScenes):
    """Which shapes are where: boxes around circles, squares, triangles and crosses."""

    name = "scenes"
    title = "coloured shapes, with boxes"
    tasks = ("object_detection",)

    def load(self, params: Mapping[str, Any]) -> Data:
        from dlbench.datasets.drawn_scenes import SHAPES
        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        drawn = self.drawn(params)
        return Data(Images(drawn.pixels), drawn.objects, SHAPES)
