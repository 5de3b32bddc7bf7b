"""chrF: F-score of character n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlbench.metrics.corpus import CorpusMetric, shares, streams

if TYPE_CHECKING:
    import numpy as np

ORDERS = 6
BETA = 2


class Chrf(CorpusMetric):
    """chrF2 of the corpus from 0 to 100 as sacreBLEU gives it: n-grams of 1 to 6 characters without blanks.

    F = (1 + 4) · P · R / (4 · P + R), P and R averaged over the orders that both sides have; of several references the
    one with the best F for the segment. NaN where the references hold no character.

    2 of 3 characters and 1 of 2 pairs, 0 of 1 triples on both sides, so P = R = (2/3 + 1/2 + 0)/3:

    >>> import numpy as np
    >>> from dlbench.forms.references import References
    >>> from dlbench.forms.texts import Texts
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth.of(np.array(["a"]), References((("cat",),)))
    >>> round(Chrf().score(truth, Texts(("car",))), 4)
    38.8889
    """

    name = "chrf"
    title = "chrF2 of the corpus (sacreBLEU)"
    paper = "Popović, chrF: character n-gram F-score for automatic MT evaluation, 2015"
    low, high = 0.0, 100.0
    width = 3 * ORDERS

    def rows(self, references: Sequence[Sequence[str]], texts: Sequence[str]) -> Sequence[Sequence[float]]:
        from sacrebleu.metrics import CHRF

        rows: list[list[float]] = CHRF(char_order=ORDERS, word_order=0, beta=BETA)._extract_corpus_statistics(
            texts, streams(references)
        )
        return rows

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return chrF of summed n-grams of hypothesis, reference and both, order by order."""
        import numpy as np

        sums = np.asarray(sums, dtype=np.float64).reshape(*np.shape(sums)[:-1], ORDERS, 3)
        given, wanted, both = (sums[..., place] for place in range(3))
        orders = ((given > 0) & (wanted > 0)).sum(axis=-1)
        precision = shares(shares(both, given).sum(axis=-1), orders)
        recall = shares(shares(both, wanted).sum(axis=-1), orders)
        score = 100 * (1 + BETA**2) * shares(precision * recall, BETA**2 * precision + recall)
        return np.asarray(np.where(wanted.sum(axis=-1) > 0, score, np.nan))
