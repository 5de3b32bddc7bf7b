"""F1 of the entities that tags of tokens spell, such as the names in a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlbench.core.metric import Metric
from dlbench.metrics.item_mean import ratio
from dlbench.metrics.weights import checked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.tags import Tags
    from dlbench.forms.truth import Truth

OUTSIDE = -1


class EntityF1(Metric):
    """F1 of entities of all types together, 2·right / (found + true), as conlleval and seqeval's default count them.

    Classes are `O`, `B-TYPE` and `I-TYPE`. An entity begins at a B, at an I of another type than the token before, and
    at an I behind an O or at the head of a sentence; it ends before the next one, an O or the end of the sentence.
    It is right where it begins, ends and is named as a true one. Weights say how often a sentence counts. NaN where
    neither side holds an entity.

    The person is found and the place is cut short, so one of two found is one of two true, 2·1/(2+2):

    >>> import numpy as np
    >>> from dlbench.forms.tags import Tags
    >>> from dlbench.forms.truth import Truth
    >>> classes = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
    >>> truth = Truth.of(np.array(["Ada King saw New York"]), Tags.of([[1, 2, 0, 3, 4]]), classes)
    >>> found = Tags.of([[1, 2, 0, 3, 0]])
    >>> EntityF1().score(truth, found), EntityF1().by_type(truth, found)
    (0.5, {'PER': 1.0, 'LOC': 0.0})
    """

    name = "entity_f1"
    title = "F1 of entities of all types together (conlleval, seqeval)"
    paper = (
        "Tjong Kim Sang and De Meulder, Introduction to the CoNLL-2003 shared task, 2003 (conlleval); "
        "Nakayama, seqeval, 2018"
    )
    better = "higher"
    scores = "Tags"
    low, high = 0.0, 1.0

    def score(self, truth: Truth, prediction: Tags, weights: np.ndarray | None = None) -> float:
        weights = checked(self, truth, prediction, weights)
        table = self.statistics(truth, prediction)
        return float(self.from_sums(table.sum(axis=0) if weights is None else weights @ table))

    def statistics(self, truth: Truth, prediction: Tags) -> np.ndarray:
        """Return (n, 3) counts of entities: right, found, true."""
        import numpy as np

        return np.asarray(counted(self, truth, prediction).sum(axis=2), dtype=np.float64)

    def from_sums(self, sums: np.ndarray) -> np.ndarray:
        """Return F1 of summed counts."""
        return ratio(2 * sums[..., 0], sums[..., 1] + sums[..., 2])

    def by_type(self, truth: Truth, prediction: Tags) -> dict[str, float]:
        """Return F1 of each type of entity; 0 for one that is found and never true, NaN where neither side holds it."""
        import numpy as np

        sums = counted(self, truth, prediction).sum(axis=0)
        return dict(zip(types_of(truth.classes), self.from_sums(np.moveaxis(sums, 0, -1)).tolist(), strict=True))


def counted(metric: Metric, truth: Truth, prediction: Tags) -> np.ndarray:
    """Return (n, 3, types) counts of the entities of each sentence: right, found, true; types as in `types_of`.

    Raises:
        ValueError: truth and prediction do not fit each other, or a class is neither `O` nor `B-` nor `I-` of a type.
    """
    import numpy as np

    from dlbench.forms.ragged import owners

    true = fitting(metric, truth, prediction)
    types = types_of(truth.classes)
    opening = np.array([name.startswith("B") for name in truth.classes], dtype=bool)
    type_of = np.array([OUTSIDE if name == "O" else types.index(name[2:]) for name in truth.classes], dtype=np.int64)
    there, said = (type_of[tags.codes] for tags in (true, prediction))
    until = ends(opening[true.codes], there, true.offsets)
    claimed = ends(opening[prediction.codes], said, true.offsets)
    place = owners(true.offsets) * len(types)

    def count(of: np.ndarray, where: np.ndarray) -> np.ndarray:
        return np.bincount((place + of)[where], minlength=len(truth) * len(types)).reshape(len(truth), len(types))

    right = (until > 0) & (until == claimed) & (there == said)
    return np.stack([count(there, right), count(said, claimed > 0), count(there, until > 0)], axis=1)


def fitting(metric: Metric, truth: Truth, prediction: Tags) -> Tags:
    """Return the true tags, once truth and prediction are known to fit each other.

    Raises:
        ValueError: another form, a truth without tags, another number of tokens, or a class that the task lacks.
    """
    import numpy as np

    checked(metric, truth, prediction, None)
    true = truth.tags
    if true is None:
        raise ValueError(f"{metric.name}: expected a truth with tags, got one without")
    other = np.flatnonzero(true.counts != prediction.counts)
    if len(other):
        wanted, given = true.counts[other[0]], prediction.counts[other[0]]
        raise ValueError(f"{metric.name}: expected {wanted} tags of sentence {other[0]}, one a token, got {given}")
    most = int(max(true.codes.max(initial=-1), prediction.codes.max(initial=-1)))
    if most >= len(truth.classes):
        raise ValueError(f"{metric.name}: expected codes below {len(truth.classes)}, the task's classes; got {most}")
    return true


def types_of(classes: Sequence[str]) -> tuple[str, ...]:
    """Return the types of entities that classes of tokens name, in the order of their first mention.

    >>> types_of(["O", "B-PER", "I-PER", "B-LOC"])
    ('PER', 'LOC')

    Raises:
        ValueError: a class that is neither `O` nor `B-` nor `I-` of a type.
    """
    odd = [name for name in classes if name != "O" and not (name.startswith(("B-", "I-")) and name[2:])]
    if odd:
        raise ValueError(f"entities: expected classes O, B-TYPE and I-TYPE, got {odd[0]!r}")
    return tuple(dict.fromkeys(name[2:] for name in classes if name != "O"))


def ends(opening: np.ndarray, types: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Return (m,) integers: the place behind the last token of the entity that begins at a token, 0 where none does.

    Args:
        opening: (m,) booleans, whether the tag is a B.
        types: (m,) integers, `OUTSIDE` for an O.
        offsets: (n + 1,) integers, where each sentence begins and the last one ends.

    B I O I, and in the next sentence I, all of one type:

    >>> import numpy as np
    >>> ends(np.array([True] + 4 * [False]), np.array([0, 0, OUTSIDE, 0, 0]), np.array([0, 4, 5])).tolist()
    [2, 0, 0, 4, 5]
    """
    import numpy as np

    head = np.zeros(len(types), dtype=bool)
    head[offsets[:-1][np.diff(offsets) > 0]] = True
    before = np.where(head, OUTSIDE, np.roll(types, 1))
    begins = (types != OUTSIDE) & (opening | (types != before))
    borders = np.append(np.flatnonzero(begins | (types == OUTSIDE)), len(types))
    places = np.flatnonzero(begins)
    found = np.zeros(len(types), dtype=np.int64)
    found[places] = borders[np.searchsorted(borders, places, side="right")]
    return found
