"""BLEU: n-gram precision of a corpus, with a penalty for what is too short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

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

    def rows(self, references: Sequence[Sequence[str]], texts: Sequence[str]) -> Sequence[Sequence[float]]:
        from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

        cut = Tokenizer13a()
        tokens = [[cut(text.rstrip()).split() for text in several] for several in references]
        pairs = zip(tokens, texts, strict=True)
        return [segment_counts(several, cut(text.rstrip()).split()) for several, text in pairs]

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


def segment_counts(references: Sequence[Sequence[str]], tokens: Sequence[str]) -> list[int]:
    """Return the lengths of a segment and of its closest reference, then matches and n-grams of each order.

    An n-gram matches as often as the reference that has most of it. Of equally close references the shorter one counts.

    >>> segment_counts([["the", "cat"], ["the", "the", "mat", "is"]], ["the", "the", "the"])
    [3, 2, 2, 1, 0, 0, 3, 2, 1, 0]
    """
    length = len(tokens)
    closest = min((len(each) for each in references), key=lambda other: (abs(other - length), other))
    matches, grams = [], []
    for order in range(1, ORDERS + 1):
        held = reduce(Counter.__or__, (_grams(each, order) for each in references))
        matches.append(sum(min(count, held[gram]) for gram, count in _grams(tokens, order).items() if gram in held))
        grams.append(max(0, length - order + 1))
    return [length, closest, *matches, *grams]


def _grams(tokens: Sequence[str], order: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(tokens[place:] for place in range(order)), strict=False))
