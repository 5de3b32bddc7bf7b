"""Where windows stand: every place of a few templates on a pyramid of sizes of one picture, fitted to boxes.

Templates are the aspect ratios of equally large groups of boxes (Felzenszwalb et al., Object detection with
discriminatively trained part-based models, 2010, section 5.2); the pyramid reaches from the largest to the smallest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from dlbench.forms import ragged

LARGEST_SCALE = 4.0
"""How many times a picture is enlarged at most."""
_TAILS = (0.01, 0.99)


class Template(NamedTuple):
    """Sides in cells: of the window, and of the object in its middle."""

    rows: int
    columns: int
    object_rows: float
    object_columns: float


@dataclass(frozen=True)
class Plan:
    """How windows are laid out.

    Attributes:
        cell: pixels of a cell's side.
        cells: of the side of a square object at the scale at which it is looked at.
        margin: by how much a window is larger than its object.
        templates: how many aspect ratios.
        steps: levels of the pyramid an octave.
    """

    cell: int = 4
    cells: int = 6
    margin: float = 1.25
    templates: int = 1
    steps: int = 3


@dataclass(frozen=True)
class Grid:
    """All windows of pictures of one size, level by level and of each level template by template.

    Attributes:
        height, width: of a picture.
        cell: pixels of a cell's side.
        templates: windows.
        levels: (height, width) of the picture at each.
        padding: cells around a level.
    """

    height: int
    width: int
    cell: int
    templates: tuple[Template, ...]
    levels: tuple[tuple[int, int], ...]
    padding: int

    @classmethod
    def of(cls, boxes: np.ndarray, height: int, width: int, plan: Plan) -> Grid:
        """Return the grid that finds such boxes.

        Args:
            boxes: (m, 4) of the training part, m at least 1; sides below one pixel count as one.
            height, width: of a picture.
            plan: how windows are laid out.
        """
        sides = np.maximum(boxes[:, 2:], 1.0)
        wide = np.log(sides[:, 0] / sides[:, 1])
        groups = np.array_split(np.sort(wide), min(plan.templates, len(wide)))
        templates = dict.fromkeys(_template(float(np.median(group)), plan) for group in groups)
        scales = plan.cells * plan.cell / np.sqrt(sides.prod(axis=1))
        low, high = np.minimum(np.quantile(scales, _TAILS), LARGEST_SCALE)
        first, last = math.floor(plan.steps * math.log2(low)), math.ceil(plan.steps * math.log2(high))
        levels = [_level(height, width, 2.0 ** (k / plan.steps)) for k in range(first, last + 1)]
        padding = max(math.ceil(max(t.rows - t.object_rows, t.columns - t.object_columns) / 2) for t in templates) + 1
        fits = [size for size in dict.fromkeys(levels) if _holds(size, templates, padding, plan.cell)]
        return cls(height, width, plan.cell, tuple(templates), tuple(fits), padding)

    def places(self, level: int, template: int) -> tuple[int, int]:
        """Return how many windows stand below and beside one another."""
        size, window = self.levels[level], self.templates[template]
        down, across = (side // self.cell + 2 * self.padding for side in size)
        return max(0, down - window.rows + 1), max(0, across - window.columns + 1)

    @cached_property
    def offsets(self) -> np.ndarray:
        """Where the windows of each pair of level and template begin, and the last ones end."""
        pairs = [(level, template) for level in range(len(self.levels)) for template in range(len(self.templates))]
        return ragged.offsets_of([math.prod(self.places(*pair)) for pair in pairs])

    def first(self, level: int, template: int) -> int:
        """Return the number of the first window of a pair."""
        return int(self.offsets[level * len(self.templates) + template])

    def pair_of(self, window: np.ndarray) -> np.ndarray:
        """Return the pair that numbers of windows belong to: its level times the templates, plus its template."""
        return np.searchsorted(self.offsets, window, side="right") - 1

    @cached_property
    def boxes(self) -> np.ndarray:
        """(windows, 4) the box of the object that each window looks for."""
        pairs = [(level, template) for level in range(len(self.levels)) for template in range(len(self.templates))]
        return np.concatenate([np.empty((0, 4)), *(self._boxes(*pair) for pair in pairs)])

    @cached_property
    def centred(self) -> np.ndarray:
        """(windows,) booleans, whether the centre of the window lies in the picture."""
        middle = self.boxes[:, :2] + self.boxes[:, 2:] / 2
        return np.asarray(((middle >= 0) & (middle <= [self.width, self.height])).all(axis=1))

    def _boxes(self, level: int, template: int) -> np.ndarray:
        window, size = self.templates[template], self.levels[level]
        down, across = self.places(level, template)
        scale = np.array([size[1] / self.width, size[0] / self.height]) / self.cell
        left = np.arange(across) - self.padding + (window.columns - window.object_columns) / 2
        top = np.arange(down) - self.padding + (window.rows - window.object_rows) / 2
        corners = np.stack(np.meshgrid(left, top), axis=-1).reshape(-1, 2) / scale
        sides = np.array([window.object_columns, window.object_rows]) / scale
        return np.concatenate([corners, np.broadcast_to(sides, corners.shape)], axis=1)


def _template(wide: float, plan: Plan) -> Template:
    """Return the window of objects whose width is e^wide times their height."""
    columns, rows = plan.cells * math.exp(wide / 2), plan.cells * math.exp(-wide / 2)
    return Template(max(2, round(rows * plan.margin)), max(2, round(columns * plan.margin)), rows, columns)


def _level(height: int, width: int, scale: float) -> tuple[int, int]:
    return max(1, round(height * scale)), max(1, round(width * scale))


def _holds(size: tuple[int, int], templates: dict[Template, None], padding: int, cell: int) -> bool:
    """Whether some template fits into the padded level."""
    down, across = (side // cell + 2 * padding for side in size)
    return any(down >= window.rows and across >= window.columns for window in templates)
