"""The blocks of many pictures at all levels of a pyramid, a few pictures at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dlbench.prepare.window_features import BLOCK, level_map
from dlbench.prepare.window_grid import Grid

MOST_KEPT = 256 << 20
"""Numbers that are kept from one round of learning to the next; of more the maps are made again."""
_CHUNK_PIXELS = 400_000


class Map(NamedTuple):
    """Blocks of some pictures at one level, as float16, and the place of the first picture."""

    level: int
    begin: int
    blocks: np.ndarray


@dataclass(frozen=True)
class Maps:
    """Maps that are made each time they are gone through: level by level, as many pictures at once as a cache holds.

    Attributes:
        pixels: (n, height, width, channels) in [0, 1].
        grid: of pictures of that size.
        orientations, colour: see `level_map`.
    """

    pixels: np.ndarray
    grid: Grid
    orientations: int
    colour: bool

    @property
    def depth(self) -> int:
        """Numbers of a block."""
        return BLOCK**2 * self.orientations + (int(self.pixels.shape[3]) if self.colour else 0)

    def __iter__(self) -> Iterator[Map]:
        edge = 2 * self.grid.padding * self.grid.cell
        for level, (height, width) in enumerate(self.grid.levels):
            step = max(1, _CHUNK_PIXELS // ((height + edge) * (width + edge) * self.pixels.shape[3]))
            for begin in range(0, len(self.pixels), step):
                chunk = self.pixels[begin : begin + step]
                found = level_map(chunk, self.grid, level, self.orientations, self.colour)
                yield Map(level, begin, found.astype(np.float16))

    def kept(self) -> Iterable[Map]:
        """Return the maps, held in memory where they are few."""
        edge, cell = 2 * self.grid.padding, self.grid.cell
        blocks = sum((height // cell + edge) * (width // cell + edge) for height, width in self.grid.levels)
        return list(self) if len(self.pixels) * blocks * self.depth <= MOST_KEPT else self
