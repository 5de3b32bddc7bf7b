"""TER: edits that turn a translation into its reference, a move of words being one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlbench.metrics.corpus import CorpusMetric, shares, streams

if TYPE_CHECKING:
    import numpy as np


class Ter(CorpusMetric):
    """Translation edit rate of the corpus in percent, as sacreBLEU gives it: 100 · edits / words of the references.

    Words are cut at blanks, case does not matter. Of several references the nearest one gives the edits and their mean
    length the words. Lower is better, above 100 is possible; NaN where neither side holds a word.

    One word of six is another:

    >>> import numpy as np
    >>> from dlbench.forms.references import References
    >>> from dlbench.forms.texts import Texts
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth.of(np.array(["a"]), References((("the cat is on the mat",),)))
    >>> round(Ter().score(truth, Texts(("the cat sat on the mat",))), 4)
    16.6667
    """

    name = "ter"
    title = "translation edit rate of the corpus (sacreBLEU)"
    paper = "Snover et al., A study of translation edit rate with targeted human annotation, 2006"
    better = "lower"
    low, high = 0.0, None
    width = 2

    def rows(self, references: Sequence[Sequence[str]], texts: Sequence[str]) -> Sequence[Sequence[float]]:
        from sacrebleu.metrics import TER

        rows: list[list[float]] = TER()._extract_corpus_statistics(texts, streams(references))
        return rows

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return TER of summed edits and words."""
        import numpy as np

        edits, words = np.moveaxis(np.asarray(sums, dtype=np.float64), -1, 0)
        return np.asarray(np.where(edits + words > 0, 100 * shares(edits, words, 1.0), np.nan))
