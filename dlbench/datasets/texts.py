"""A column of texts as codes into its distinct words: what is asked of a column is asked of each word once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlbench.datasets.column_kinds import missing

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Texts:
    """n texts.

    Attributes:
        codes: (n,) int64 places in `words`; -1 where missing.
        words: distinct texts, stripped, none of them a spelling of a missing value.
    """

    codes: np.ndarray
    words: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str | None]) -> Texts:
        """Build from texts as they stand in a file; None is missing."""
        import numpy as np

        place: dict[str | None, int] = {}
        raw = np.fromiter((place.setdefault(value, len(place)) for value in values), dtype=np.int64)
        return cls.coded(raw, list(place))

    @classmethod
    def coded(cls, codes: np.ndarray, words: Iterable[str | None]) -> Texts:
        """Build from codes into words that may be missing, unstripped or equal but for blanks; -1 is missing."""
        import numpy as np

        place: dict[str, int] = {}
        to = []
        for word in words:
            text = "" if word is None else word.strip()
            to.append(-1 if missing(text) else place.setdefault(text, len(place)))
        return cls(np.array([*to, -1], dtype=np.int64)[codes], tuple(place))

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, index: np.ndarray) -> Texts:
        """Return the texts at `index`, with the words that still occur."""
        import numpy as np

        codes = self.codes[index]
        kept = np.unique(codes[codes >= 0])
        to = np.full(len(self.words) + 1, -1, dtype=np.int64)
        to[kept] = np.arange(len(kept))
        return Texts(to[codes], tuple(self.words[i] for i in kept))

    def renamed(self, words: Iterable[str | None]) -> Texts:
        """Return the texts with other words in place of theirs; None makes one missing."""
        return Texts.coded(self.codes, words)

    def counts(self) -> np.ndarray:
        """Return how often each word occurs."""
        import numpy as np

        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.words))

    def array(self) -> np.ndarray:
        """Return (n,) strings as objects; "" where missing."""
        import numpy as np

        return np.asarray(np.array([*self.words, ""], dtype=object)[self.codes])

    def mapped(self, values: Iterable[float]) -> np.ndarray:
        """Return (n,) floats, a value for each word; NaN where missing."""
        import numpy as np

        return np.asarray(np.array([*values, np.nan], dtype=np.float64)[self.codes])


def is_quoted(words: Sequence[str]) -> bool:
    """Whether single quotes stand around every word.

    >>> is_quoted(["'-1'", "'1'"]), is_quoted(["'1'", "1"]), is_quoted([])
    (True, False, False)
    """
    return bool(words) and all(len(word) > 1 and word[0] == word[-1] == "'" for word in words)


def unquoted(column: Texts) -> Texts:
    """Return the texts without the single quotes around them."""
    return column.renamed(word[1:-1] for word in column.words)
