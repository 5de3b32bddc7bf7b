"""ROUGE: how much of a reference summary a summary holds, in words, pairs of words and common subsequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.corpus import references_of, shares
from dlbench.metrics.weights import average, checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.texts import Texts
    from dlbench.forms.truth import Truth


class Rouge(Metric):
    """The mean over items of F1 from 0 to 1, as rouge-score gives it, which reproduces ROUGE-1.5.5.

    Texts are lower-cased, every run of characters outside a–z and 0–9 is a blank, and there is no stemming: of other
    scripts and of umlauts nothing is left. Of several references the one with the best F1 counts.
    """

    better = "higher"
    scores = "Texts"
    uses = ("rouge-score",)
    low, high = 0.0, 1.0
    paper = "Lin, ROUGE: a package for automatic evaluation of summaries, 2004"

    def score(self, truth: Truth, prediction: Texts, weights: np.ndarray | None = None) -> float:
        weights = checked(self, truth, prediction, weights)
        return average(self.statistics(truth, prediction)[:, 0], weights)

    def statistics(self, truth: Truth, prediction: Texts) -> np.ndarray:
        """Return (n, 2): F1 of each item, and one."""
        import numpy as np
        from rouge_score.rouge_scorer import RougeScorer

        references = references_of(self, truth, prediction)
        scorer = RougeScorer([self.name])
        pairs = zip(references, prediction.values, strict=True)
        found = [scorer.score_multi(several, text)[self.name].fmeasure for several, text in pairs]
        return np.column_stack([np.array(found, dtype=np.float64), np.ones(len(found))])

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return the mean of the items."""
        import numpy as np

        total, items = np.moveaxis(np.asarray(sums, dtype=np.float64), -1, 0)
        return shares(total, items, np.nan)


class Rouge1(Rouge):
    """F1 of common words. Two of three words are found, and two of two are right, so 2 · 1 · ⅔ / (1 + ⅔):

    >>> import numpy as np
    >>> from dlbench.forms.references import References
    >>> from dlbench.forms.texts import Texts
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth.of(np.array(["a"]), References((("testing one two",),)))
    >>> Rouge1().score(truth, Texts(("Two, testing!",)))
    0.8
    """

    name = "rouge1"
    title = "F1 of words in common with the reference"


class Rouge2(Rouge):
    """F1 of common pairs of words. One of two pairs is found, and one of one is right, so 2 · 1 · ½ / (1 + ½):

    >>> import numpy as np
    >>> from dlbench.forms.references import References
    >>> from dlbench.forms.texts import Texts
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth.of(np.array(["a"]), References((("testing one two",),)))
    >>> round(Rouge2().score(truth, Texts(("testing one",))), 4)
    0.6667
    """

    name = "rouge2"
    title = "F1 of pairs of words in common with the reference"


class RougeL(Rouge):
    """F1 of the longest common subsequence of words, sentences run together.

    `testing two` is one of two of three words, nothing else lying between, so 2 · 1 · ⅔ / (1 + ⅔):

    >>> import numpy as np
    >>> from dlbench.forms.references import References
    >>> from dlbench.forms.texts import Texts
    >>> from dlbench.forms.truth import Truth
    >>> truth = Truth.of(np.array(["a"]), References((("testing one two",),)))
    >>> RougeL().score(truth, Texts(("testing two",)))
    0.8
    """

    name = "rougeL"
    title = "F1 of the longest common subsequence of words"


class RougeLsum(Rouge):
    """F1 of the words that common subsequences of sentences cover; sentences are lines.

    Two lines in another order: all four words are covered, where the longest subsequence of the whole has two.

    >>> import numpy as np
    >>> from dlbench.forms.references import References
    >>> from dlbench.forms.texts import Texts
    >>> from dlbench.forms.truth import Truth
    >>> truth, turned = Truth.of(np.array(["a"]), References((("a b\\nc d",),))), Texts(("c d\\na b",))
    >>> RougeLsum().score(truth, turned), RougeL().score(truth, turned)
    (1.0, 0.5)
    """

    name = "rougeLsum"
    title = "F1 of the words that common subsequences of sentences cover"
