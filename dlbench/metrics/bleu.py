"""BLEU: n-gram precision of a corpus, with a penalty for what is too short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlbench.metrics.corpus import CorpusMetric, shares

if TYPE_CHECKING:
    import numpy as np

ORDERS = 4


class Bleu(CorpusMetric):
    """Corpus BLEU from 0 to 100 as sacreBLEU gives it: case kept, tokens by mteval's 13a, exponential smoothing.

    100 · min(1, exp(1 − r/c)) · ∜(p₁p₂p₃p₄); p are the clipped n-gram precisions of the whole corpus, c its length and
    r that of the closest references, in tokens. An order without a match counts as half a match, the next as a quarter,
    and so on; without any match, or with no segment of four tokens, the score is 0; NaN without any token.

    5 of 6 words, 3 of 5 pairs, 1 of 4 triples and 0 of 3 quadruples (counted as half of one), of equal length, so
    100 · ∜(5/6 · 3/5 · 1/4 · 1/6):

    >>> import numpy as np
    >>> from dlbench.forms.references import References
    >>> from dlbench.forms.texts import Texts
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth.of(np.array(["a"]), References((("the cat is on the mat",),)))
    >>> round(Bleu().score(truth, Texts(("the cat sat on the mat",))), 4)
    37.9918
    """

    name = "bleu"
    title = "BLEU of the corpus (sacreBLEU: cased, 13a)"
    paper = "Papineni et al., BLEU: a method for automatic evaluation of machine translation, 2002; Post, 2018"
    low, high = 0.0, 100.0
    width = 2 + 2 * ORDERS

    def counter(self) -> Any:
        from sacrebleu.metrics import BLEU

        return BLEU(force=True)

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return BLEU of summed lengths (hypothesis, reference), matches and n-grams by order."""
        import numpy as np

        sums = np.asarray(sums, dtype=np.float64)
        length, wanted, matches, grams = sums[..., 0], sums[..., 1], sums[..., 2 : 2 + ORDERS], sums[..., 2 + ORDERS :]
        missed = matches <= 0
        smoothed = np.where(missed, 0.5 ** np.cumsum(missed, axis=-1), matches)
        precision = shares(smoothed, grams)
        with np.errstate(divide="ignore"):
            mean = np.exp(np.log(precision).mean(axis=-1))
        brevity = np.exp(np.minimum(0.0, 1 - shares(wanted, length, np.inf)))
        score = 100 * np.where(missed.all(axis=-1), 0.0, brevity * mean)
        return np.asarray(np.where(length + wanted > 0, score, np.nan))
