"""What is kept of several parts, as that of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, Self, TypeVar

import numpy as np

from dlbench.forms import ragged

OFFSETS = ("offsets", "begins")
"""Names under which forms and truths of lists keep where each list begins."""


class Kept(Protocol):
    """What can be turned into arrays and back: forms, objects, references."""

    def arrays(self) -> dict[str, np.ndarray]:
        """Return what is kept on disk."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """Rebuild from `arrays`."""
        ...


K = TypeVar("K", bound=Kept)


def joined(parts: Sequence[K]) -> K:
    """Return the items of all parts, one part after another.

    >>> from dlbench.forms.texts import Texts
    >>> joined([Texts(("one", "")), Texts(("two",))])
    Texts(values=('one', '', 'two'))
    """
    kept = [part.arrays() for part in parts]
    whole = {}
    for name in kept[0]:
        several = [each[name] for each in kept]
        whole[name] = ragged.joined(several) if name in OFFSETS else np.concatenate(several)
    return type(parts[0]).from_arrays(whole)
