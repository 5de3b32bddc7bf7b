"""Scores of a corpus: statistics of its segments that are summed first and scored then, as sacreBLEU does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from dlbench.core.metric import Metric
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.texts import Texts
    from dlbench.forms.truth import Truth


class CorpusMetric(Metric):
    """Counts segment by segment what sacreBLEU counts. Weights say how often a segment counts.

    A subclass writes `rows` and `from_sums`.

    Attributes:
        width: numbers that a segment brings.
    """

    better = "higher"
    scores = "Texts"
    uses = ("sacrebleu",)

    width: ClassVar[int]

    def rows(self, references: Sequence[Sequence[str]], texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """Return the numbers of each of n > 0 segments."""
        raise NotImplementedError

    def score(self, truth: Truth, prediction: Texts, weights: np.ndarray | None = None) -> float:
        weights = checked(self, truth, prediction, weights)
        table = self.statistics(truth, prediction)
        return float(self.from_sums(table.sum(axis=0) if weights is None else weights @ table))

    def statistics(self, truth: Truth, prediction: Texts) -> np.ndarray:
        import numpy as np

        references = references_of(self, truth, prediction)
        if not references:
            return np.empty((0, self.width))
        return np.asarray(self.rows(references, prediction.values), dtype=np.float64)


def references_of(metric: Metric, truth: Truth, prediction: Texts) -> tuple[tuple[str, ...], ...]:
    """Return the references of each item, once truth and prediction are known to fit each other.

    Raises:
        ValueError: they do not, or the truth holds no references.
    """
    checked(metric, truth, prediction, None)
    if truth.references is None:
        raise ValueError(f"{metric.name}: expected a truth with references, got one without")
    return truth.references.texts


def streams(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """Return references as sacreBLEU takes them: the first of each item, the second, …; None where one has no more.

    >>> streams([("a", "b"), ("c",)])
    [['a', 'c'], ['b', None]]
    """
    most = max(len(several) for several in references)
    return [[several[place] if place < len(several) else None for several in references] for place in range(most)]


def shares(parts: np.ndarray, wholes: np.ndarray, empty: float = 0.0) -> np.ndarray:
    """Return parts / wholes, `empty` where there is no whole.

    >>> import numpy as np
    >>> shares(np.array([1.0, 0.0]), np.array([2.0, 0.0])).tolist()
    [0.5, 0.0]
    """
    import numpy as np

    found: np.ndarray = np.divide(parts, wholes, out=np.full(np.shape(wholes), empty), where=wholes > 0)
    return found
