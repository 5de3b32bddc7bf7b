"""The threshold of a contestant for two classes, chosen on validation: what a rare class's cost asks for.

Source: Elkan, The foundations of cost-sensitive learning, 2001: with unequal costs the best cut of the probabilities
is not .5. The cost is what the suite says; without one it is what the metric says: balanced accuracy or macro F1 weigh
a rare class up, accuracy counts every mistake alike, so that a cut tuned for it stays near the usual one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core import catalog

if TYPE_CHECKING:
    from dlbench.core.form import Form

MOST = 200
"""Cuts that are tried: enough for the third digit of a share, and linear in the items."""
_START = {"Probabilities": 0.5, "Scores": 0.0}


def best_threshold(form: Form, score: Callable[[Form], float | None], better: str = "higher") -> float:
    """Return the cut of a validation prediction with the best score.

    Args:
        form: Probabilities or Scores of two classes.
        score: scores the decided form against the validation truth; None or NaN where it is not defined.
        better: higher or lower.

    Of cuts that score alike the one nearest to the usual one (.5 of a probability, 0 of a lead) is taken, so the
    usual one stands where nothing beats it, and where the metric looks at no labels at all.

    Raises:
        ValueError: another form, or not two classes.
    """
    start = usual(form)
    sign = 1 if better == "higher" else -1
    decided: Any = apply(start, form)
    found = {cut: score(apply(cut, form)) for cut in (start, *_cuts(decided.column()))}
    known = {cut: sign * value for cut, value in found.items() if value is not None and np.isfinite(value)}
    return max(known, key=lambda cut: (known[cut], -abs(cut - start)), default=start)


def cost_of(truth: np.ndarray, codes: np.ndarray, *, false_positive: float, false_negative: float) -> float:
    """Return the mean cost of a decision.

    Args:
        truth, codes: (n,) class codes; 1 is positive.
        false_positive, false_negative: what calling a 0 a 1 costs, and a 1 a 0; what is right costs nothing.

    >>> cost_of(np.array([0, 0, 1, 1]), np.array([1, 0, 0, 1]), false_positive=1, false_negative=10)
    2.75
    """
    wrong = np.where((truth == 0) & (codes == 1), false_positive, 0.0)
    return float((wrong + np.where((truth == 1) & (codes == 0), false_negative, 0.0)).mean())


def apply(threshold: float, form: Form) -> Form:
    """Return the form with the threshold, as labels see it; probabilities and scores inside stay as they are.

    >>> from dlbench.core.catalog import form
    >>> sure = form("Probabilities")(np.array([[0.9, 0.1], [0.7, 0.3]]))
    >>> apply(0.2, sure).to("Labels"), apply(0.2, sure).to("Probabilities").values is sure.values
    (Labels(codes=array([0, 1])), True)

    Raises:
        ValueError: another form than Probabilities or Scores, or not two classes.
    """
    usual(form)
    arrays = form.arrays()
    items = len(arrays["values"])
    return catalog.form(f"Decided{form.name}").from_arrays({**arrays, "threshold": np.full(items, threshold)})


def usual(form: Form) -> float:
    """Return the threshold that labels go by where none is chosen: the class of the larger number.

    Raises:
        ValueError: another form than Probabilities or Scores, or not two classes.
    """
    if form.name not in _START:
        raise ValueError(f"expected Probabilities or Scores to cut, got {form.name}; leave out `threshold`")
    shape = form.arrays()["values"].shape
    if len(shape) != 2 or shape[1] != 2:
        raise ValueError(f"expected two classes to cut between, got shape {shape}; leave out `threshold`")
    return _START[form.name]


def _cuts(column: np.ndarray) -> list[float]:
    """Return one cut below all items, one above, and at most `MOST` half-way between neighbours."""
    held = np.unique(column.astype(np.float64))
    if not len(held):
        return []
    between = (held[:-1] + held[1:]) / 2
    if len(between) > MOST:
        between = between[np.linspace(0, len(between) - 1, MOST).round().astype(int)]
    return [float(np.nextafter(held[0], -np.inf)), *map(float, between), float(held[-1])]
