"""The truth of a test part: what judges see, and contestants never do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlbench.forms.joining import joined
from dlbench.forms.objects import Objects
from dlbench.forms.references import References
from dlbench.forms.tags import Tags

_ARRAYS = ("inputs", "scale", "groups", "clusters")
_LISTS: Mapping[str, type[Objects] | type[References] | type[Tags]] = {
    "objects": Objects,
    "references": References,
    "tags": Tags,
}


@dataclass(frozen=True)
class Truth:
    """Targets of n items.

    Attributes:
        ids: (n,) strings, unique in their dataset; of a forecast `origin+step`.
        target: (n,) int64 class codes, or float64 values; of a forecast all steps of an origin, then of the next; of
            objects, references or tags how many an item has; of masks (n, height, width) codes, -1 where nobody is
            asked; of pictures (n, height, width, channels) floats in [0, 1].
        classes: names in the order of their codes; empty for values and texts.
        inputs: (n, features) float32, only where a metric needs them.
        scale: (n,) float64, the naive error of the history before a forecast; only of forecasts.
        groups: (n,) strings, the subgroup of each item; only where the protocol names a column.
        clusters: (n,) int64, equal for items that hang together and were split whole; only where the data says so.
        objects: of n pictures; only of detection.
        references: of n items; only where texts are asked for.
        tags: of n sentences, codes of `classes`; only where tokens are tagged.
    """

    ids: np.ndarray
    target: np.ndarray
    classes: tuple[str, ...] = ()
    inputs: np.ndarray | None = None
    scale: np.ndarray | None = None
    groups: np.ndarray | None = None
    clusters: np.ndarray | None = None
    objects: Objects | None = None
    references: References | None = None
    tags: Tags | None = None

    @classmethod
    def of(
        cls,
        ids: np.ndarray,
        listed: Objects | References | Tags,
        classes: tuple[str, ...] = (),
        groups: np.ndarray | None = None,
    ) -> Truth:
        """Return the truth of items that have a list each: objects of a picture, references of a text, or tags of a
        sentence."""
        name = next(name for name, kind in _LISTS.items() if isinstance(listed, kind))
        return cls(ids, listed.counts, classes, groups=groups, **{name: listed})  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self.target)

    def take(self, index: np.ndarray) -> Truth:
        """Return the truth of the items at `index`."""
        more: dict[str, Any] = {name: array[index] for name, array in self._held(_ARRAYS).items()}
        more |= {name: listed.take(index) for name, listed in self._held(_LISTS).items()}
        return replace(self, ids=self.ids[index], target=self.target[index], **more)

    @classmethod
    def joined(cls, truths: Sequence[Truth]) -> Truth:
        """Return the truth of all items, one part after another."""
        first = truths[0]
        names = ("ids", "target", *first._held(_ARRAYS))
        more: dict[str, Any] = {name: np.concatenate([getattr(each, name) for each in truths]) for name in names}
        for name in first._held(_LISTS):
            more[name] = joined([getattr(each, name) for each in truths])
        return replace(first, **more)

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk; what lists hold under their name and a dot."""
        kept = {"ids": self.ids, "target": self.target, "classes": np.array(self.classes, dtype=np.str_)}
        for name, listed in self._held(_LISTS).items():
            kept |= {f"{name}.{key}": array for key, array in listed.arrays().items()}
        return kept | self._held(_ARRAYS)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Truth:
        """Rebuild from `arrays`."""
        classes = tuple(str(name) for name in arrays["classes"])
        more: dict[str, Any] = {name: arrays.get(name) for name in _ARRAYS}
        for name, kind in _LISTS.items():
            held = {key.removeprefix(f"{name}."): array for key, array in arrays.items() if key.startswith(f"{name}.")}
            more[name] = kind.from_arrays(held) if held else None
        return cls(arrays["ids"], arrays["target"], classes, **more)

    def _held(self, names: Sequence[str] | Mapping[str, Any]) -> dict[str, Any]:
        held = {name: getattr(self, name) for name in names}
        return {name: value for name, value in held.items() if value is not None}
