"""The truth of a test part: what judges see, and contestants never do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Truth:
    """Targets of n items.

    Attributes:
        ids: (n,) strings, unique in their dataset; of a forecast `origin+step`.
        target: (n,) int64 class codes, or float64 values; of a forecast all steps of an origin, then of the next.
        classes: names in the order of their codes; empty for values.
        inputs: (n, features) float32, only where a metric needs them.
        scale: (n,) float64, the naive error of the history before a forecast; only of forecasts.
        groups: (n,) strings, the subgroup of each item; only where the protocol names a column.
    """

    ids: np.ndarray
    target: np.ndarray
    classes: tuple[str, ...] = ()
    inputs: np.ndarray | None = None
    scale: np.ndarray | None = None
    groups: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.target)

    def take(self, index: np.ndarray) -> Truth:
        """Return the truth of the items at `index`."""
        more = {name: array[index] for name, array in self._optional().items() if array is not None}
        return replace(self, ids=self.ids[index], target=self.target[index], **more)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk."""
        kept = {"ids": self.ids, "target": self.target, "classes": np.array(self.classes, dtype=np.str_)}
        return kept | {name: array for name, array in self._optional().items() if array is not None}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Truth:
        """Rebuild from `arrays`."""
        classes = tuple(str(name) for name in arrays["classes"])
        more = {name: arrays.get(name) for name in ("inputs", "scale", "groups")}
        return cls(arrays["ids"], arrays["target"], classes, **more)

    def _optional(self) -> dict[str, np.ndarray | None]:
        return {"inputs": self.inputs, "scale": self.scale, "groups": self.groups}
