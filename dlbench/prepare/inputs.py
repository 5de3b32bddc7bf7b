"""What a model's Preparation does to inputs: fitted on the training part, applied to any other."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlbench.core.model import Preparation
from dlbench.prepare.encoders import frame_of, table_steps
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table


class Prepared:
    """A fitted preparation. Build it by `Prepared.learn` or `Prepared.fit`, on training inputs only."""

    def __init__(self, how: Preparation, steps: Any) -> None:
        self.how, self.steps = how, steps

    @classmethod
    def learn(
        cls, how: Preparation, inputs: Table | Images, target: np.ndarray | None = None, seed: int = 1
    ) -> tuple[Prepared, Any]:
        """Learn from training inputs, and return those as the model is to see them.

        Under target encoding that differs from applying the result to the same inputs: the code of a training row
        comes from folds that do not hold it, so that its own target cannot leak in.

        Args:
            how: what is done.
            inputs: the training part's.
            target: (n,) class codes or values; only target encoding looks at it.
            seed: of what is drawn (folds, subsamples).

        Raises:
            ValueError: pixels asked of a table, or target encoding without a target.
        """
        if isinstance(inputs, Images):
            fitted = cls(how, None)
            return fitted, fitted(inputs)
        if how.layout == "pixels":
            raise ValueError("a table has no pixels")
        if how.categories == "target" and target is None:
            raise ValueError("categories: target encoding needs a target, and there is none; use one_hot or ordinal")
        steps = table_steps(how, inputs, target, seed)
        found = steps.fit_transform(frame_of(inputs), target)
        return cls(how, steps), _matrix(found)

    @classmethod
    def fit(cls, how: Preparation, inputs: Table | Images, target: np.ndarray | None = None, seed: int = 1) -> Prepared:
        """Learn as `learn` does, for inputs other than the training part."""
        return cls.learn(how, inputs, target, seed)[0]

    def __call__(self, inputs: Table | Images) -> Any:
        """Return (n, features) for `matrix`, (n, height, width, channels) for `pixels`.

        Images come as float32, tables as float64: large numbers close to each other stay apart. A preparation that
        may be sparse gives a compressed sparse row matrix where that is far smaller.
        """
        if isinstance(inputs, Images):
            unit = inputs.unit()
            return unit if self.how.layout == "pixels" else unit.reshape(len(unit), -1)
        return _matrix(self.steps.transform(frame_of(inputs)))


def _matrix(found: Any) -> Any:
    return found.tocsr() if hasattr(found, "tocsr") else np.ascontiguousarray(found, dtype=np.float64)
