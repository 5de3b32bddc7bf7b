"""What a model's Preparation does to inputs: fitted on the training part, applied to any other."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.core.model import Preparation
from dlbench.prepare.aligned import aligned, aligned_room
from dlbench.prepare.data import Inputs, as_table
from dlbench.prepare.encoders import frame_of, table_steps
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table

STRIPE = 32_768
"""Rows of a long table that are transformed at once."""


class Prepared:
    """A fitted preparation. Build it by `Prepared.learn` or `Prepared.fit`, on training inputs only."""

    def __init__(self, how: Preparation, steps: Any, dtype: Any = np.float64) -> None:
        self.how, self.steps, self.dtype = how, steps, dtype

    @classmethod
    def learn(
        cls,
        how: Preparation,
        inputs: Inputs,
        target: np.ndarray | None = None,
        seed: int = 1,
        dtype: Any = np.float64,
    ) -> tuple[Prepared, Any]:
        """Learn from training inputs, and return those as the model is to see them.

        Under target encoding that differs from applying the result to the same inputs: the code of a training row
        comes from folds that do not hold it, so that its own target cannot leak in.

        Args:
            how: what is done.
            inputs: the training part's.
            target: (n,) class codes or values; only target encoding looks at it.
            seed: of what is drawn (folds, subsamples).
            dtype: of a table's matrix. Each column is rounded to it when all else is done, so that float32 halves
                memory and loses nothing for a model that reads no more.

        Raises:
            ValueError: pixels asked of a table, target encoding without a target, or windows of a series.
        """
        if isinstance(inputs, Images):
            fitted = cls(how, None)
            return fitted, fitted(inputs)
        if how.layout == "pixels":
            raise ValueError("a table has no pixels")
        if how.categories == "target" and target is None:
            raise ValueError("categories: target encoding needs a target, and there is none; use one_hot or ordinal")
        table = as_table(inputs)
        steps = table_steps(how, table, target, seed, dtype)
        fitted = cls(how, steps, dtype)
        if how.categories == "target" or not _long(how, table):
            return fitted, _matrix(steps.fit_transform(frame_of(table), target), dtype)
        steps.fit(frame_of(table), target)
        return fitted, fitted(table)

    @classmethod
    def fit(cls, how: Preparation, inputs: Inputs, target: np.ndarray | None = None, seed: int = 1) -> Prepared:
        """Learn as `learn` does, for inputs other than the training part."""
        return cls.learn(how, inputs, target, seed)[0]

    def __call__(self, inputs: Inputs) -> Any:
        """Return (n, features) for `matrix`, (n, height, width, channels) for `pixels`.

        Images come as float32, tables as float64 unless learned otherwise: large numbers close to each other stay
        apart. A preparation that may be sparse gives a compressed sparse row matrix where that is far smaller.
        """
        if isinstance(inputs, Images):
            unit = inputs.unit()
            return unit if self.how.layout == "pixels" else unit.reshape(len(unit), -1)
        table = as_table(inputs)
        if _long(self.how, table):
            return self._in_stripes(table)
        return _matrix(self.steps.transform(frame_of(table)), self.dtype)

    def _in_stripes(self, table: Table) -> np.ndarray:
        """Return the matrix of a long table, some rows after others: what lies between needs no room for all."""
        found: np.ndarray | None = None
        for start in range(0, len(table), STRIPE):
            rows = np.arange(start, min(start + STRIPE, len(table)))
            stripe = self.steps.transform(frame_of(table.take(rows)))
            if found is None:
                found = aligned_room((len(table), stripe.shape[1]), self.dtype)
            found[rows[0] : rows[-1] + 1] = stripe
        assert found is not None, "a long table has rows"
        return found


def _long(how: Preparation, table: Table) -> bool:
    """Whether a table is transformed in stripes: each row by itself, and never into a sparse matrix."""
    return len(table) > 2 * STRIPE and not how.sparse


def _matrix(found: Any, dtype: Any) -> Any:
    return found.tocsr() if hasattr(found, "tocsr") else aligned(found, dtype)
