"""The truth of a test part: what judges see, and contestants never do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Truth:
    """Targets of n items.

    Attributes:
        ids: (n,) strings, unique in their dataset.
        target: (n,) int64 class codes, or float64 values.
        classes: names in the order of their codes; empty for values.
        inputs: (n, features) float32, only where a metric needs them.
    """

    ids: np.ndarray
    target: np.ndarray
    classes: tuple[str, ...] = ()
    inputs: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.target)

    def take(self, index: np.ndarray) -> Truth:
        """Return the truth of the items at `index`."""
        inputs = None if self.inputs is None else self.inputs[index]
        return replace(self, ids=self.ids[index], target=self.target[index], inputs=inputs)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk."""
        kept = {"ids": self.ids, "target": self.target, "classes": np.array(self.classes, dtype=np.str_)}
        return kept if self.inputs is None else {**kept, "inputs": self.inputs}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Truth:
        """Rebuild from `arrays`."""
        classes = tuple(str(name) for name in arrays["classes"])
        return cls(arrays["ids"], arrays["target"], classes, arrays.get("inputs"))
