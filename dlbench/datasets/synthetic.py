"""Seeded synthetic tables of two columns and two classes: shapes that tell kinds of models apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset, Parameter
from dlbench.core.errors import DataError

if TYPE_CHECKING:
    import numpy as np

    from dlbench.prepare.data import Data

SMALLEST = 8
"""Rows below which the classes are no longer there in every fold."""


class SyntheticPlane(Dataset):
    """Points of a plane in two classes, made by `points`; the rows come shuffled.

    A subclass changes `version` whenever the same parameters would give other points.
    """

    tasks = ("tabular_classification", "clustering")
    classes = 2
    source = "made by dlbench from a seed"
    licence = "CC0 1.0"
    version = "1"
    parameters = (
        Parameter("rows", int, 1000, "points in all, half of them in each class"),
        Parameter("noise", float, 0.2, "standard deviation of the Gaussian noise on both columns"),
        Parameter("seed", int, 0, "seed of the points"),
    )

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"version": self.version, **self.settings(params)}

    def problems(self, params: Mapping[str, Any]) -> list[str]:
        settings = self.settings(params)
        found = []
        if settings["rows"] < SMALLEST:
            found.append(f"rows: expected at least {SMALLEST}, got {settings['rows']}")
        if not 0 <= settings["noise"] < float("inf"):
            found.append(f"noise: expected a number from 0, got {settings['noise']}")
        if settings["seed"] < 0:
            found.append(f"seed: expected a number from 0, got {settings['seed']}")
        return found

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.table import Table

        if problems := self.problems(params):
            raise DataError(f"{self.name}: {'; '.join(problems)}")
        settings = self.settings(params)
        rng = np.random.default_rng(settings["seed"])
        points, codes = self.points(settings["rows"], rng)
        points = points + rng.normal(scale=settings["noise"], size=points.shape)
        order = rng.permutation(len(codes))
        return Data(Table(points[order]), codes[order].astype(np.int64), ("0", "1"))

    def points(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return (rows, 2) points without noise, and their (rows,) classes."""
        raise NotImplementedError


class Moons(SyntheticPlane):
    """Two half circles that reach into each other: no line parts them, a smooth curve does.

    With t uniform in [0, π]: (cos t, sin t) and (1 - cos t, ½ - sin t).
    """

    name = "moons"
    title = "two interleaved half circles"
    paper = "after scikit-learn's make_moons"

    def points(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        import numpy as np

        codes = np.arange(rows) % 2
        angle = rng.uniform(0, np.pi, rows)
        upper = np.column_stack([np.cos(angle), np.sin(angle)])
        lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
        return np.where(codes[:, np.newaxis] == 0, upper, lower), codes


class Xor(SyntheticPlane):
    """Four blobs at (±1, ±1), opposite ones of one class: no linear model does better than chance.

    The class is the exclusive or of the signs.
    """

    name = "xor"
    title = "exclusive or of two signs"
    paper = "Minsky and Papert, Perceptrons, 1969"

    def points(self, rows: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        import numpy as np

        blob = np.arange(rows) % 4
        right, upper = blob // 2, (blob + blob // 2) % 2
        return np.column_stack([2.0 * right - 1, 2.0 * upper - 1]), right ^ upper
