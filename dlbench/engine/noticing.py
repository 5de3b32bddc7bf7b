"""What a job can see of its data and its search that a reviewer would ask about; small, for its record."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core.space import Dimension
from dlbench.datasets.leaks import gives_away
from dlbench.forms.objects import Objects
from dlbench.prepare.duplicates import repeated
from dlbench.prepare.images import Images
from dlbench.prepare.table import Table

if TYPE_CHECKING:
    from dlbench.core.job import JobSpec
    from dlbench.engine.parts import Parts
    from dlbench.engine.tuning import Tuned

TOLERANCE = 0.02
"""Share of a range that counts as its end."""

CELLS = 2_000_000
"""Cells of a table among which a column that gives the answer away is looked for: wide ones show fewer rows."""

FALLING = 0.05
"""By how much the loss of the last tenth of the epochs may still lie below that of the tenth before."""


def of_data(parts: Parts, classes: int) -> dict[str, Any]:
    """Return what is noticed of the data.

    Args:
        parts: what the contestant sees.
        classes: how many the target has; 0 for values and hidden targets.

    Returns:
        `duplicates`: items of the test part whose inputs stand in train or validation as well, for tables and images;
        `class_shares`: share of the rarest and of the most frequent class in train and validation, of items, of
        objects, or of the pixels that have a class.
    """
    found: dict[str, Any] = {}
    whole, test = parts.whole.inputs, parts.test_inputs
    if isinstance(whole, Table) and isinstance(test, Table):
        found["duplicates"] = repeated((whole.numbers, whole.categories), (test.numbers, test.categories))
    elif isinstance(whole, Images) and isinstance(test, Images):
        found["duplicates"] = repeated((whole.pixels,), (test.pixels,))
    if classes and parts.whole.target is not None:
        target = parts.whole.target
        codes = target.codes if isinstance(target, Objects) else target[target >= 0]
        counts = np.bincount(codes, minlength=classes)
        found["class_shares"] = [float(counts.min() / counts.sum()), float(counts.max() / counts.sum())]
    return found


def of_columns(parts: Parts, classes: int) -> dict[str, Any]:
    """Return the columns of a table of which one alone tells the target, in train and validation.

    Args:
        parts: what the contestant sees.
        classes: how many the target has; 0 for values and hidden targets.

    Returns:
        `columns`: column and warning of each; nothing for what is no table or has no target.
    """
    table, target = parts.whole.inputs, parts.whole.target
    if not isinstance(table, Table) or not isinstance(target, np.ndarray) or target.ndim != 1:
        return {}
    step = max(1, len(table) * len(table.columns) // CELLS)
    blocks = {"number": iter(table.numbers[::step].T), "category": iter(table.categories[::step].T)}
    kind = "classes" if classes else "values"
    named = [(column.name, next(blocks[column.kind])) for column in table.columns]
    found = [(name, gives_away(values, target[::step], kind)) for name, values in named]
    return {"columns": [{"column": name, "warning": warning} for name, warning in found if warning]}


@contextmanager
def unconverged() -> Iterator[list[str]]:
    """Yield a list that comes to hold what scikit-learn says of fits in the block that ran out of iterations.

    The first line of each warning, each once; it is shown once as well. Other warnings go their usual way. Where
    scikit-learn is not in use yet it is not imported for this: nothing of its kind was shown, and so held back, before.
    """
    found: list[str] = []
    with warnings.catch_warnings():
        if known := sys.modules.get("sklearn.exceptions"):
            warnings.simplefilter("always", known.ConvergenceWarning)
        show = warnings.showwarning

        def noted(message: Warning | str, category: type[Warning], *place: Any, **named: Any) -> None:
            first = str(message).partition("\n")[0]
            if category.__name__ != "ConvergenceWarning":
                show(message, category, *place, **named)
            elif first not in found:
                found.append(first)
                show(message, category, *place, **named)

        warnings.showwarning = noted
        yield found


def of_search(spec: JobSpec, parts: Parts, tuned: Tuned, history: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what is noticed of the search.

    Returns:
        `edges`: parameters whose best value lies at an end of what was searched; `unfinished`: links that were still
        getting better when their epochs were over.
    """
    dimensions = spec.contestant.dimensions(parts.schema) if spec.search_key else {}
    values = [(name, dimensions[name], value) for name, value in tuned.values.items() if name in dimensions]
    return {
        "edges": [name for name, dimension, value in values if at_edge(dimension, value)],
        "unfinished": _at_most(spec, tuned.rounds) if tuned.score is not None else _falling(history),
    }


def at_edge(dimension: Dimension, value: Any) -> bool:
    """Tell whether a searched number lies at an end of its range beyond which other values are legal.

    The default does not count: nothing pushed it there.

    >>> at_edge(Dimension("C", "float", 1.0, 0.01, 1000.0, log=True), 980.0)
    True
    >>> at_edge(Dimension("dropout", "float", 0.2, 0.0, 0.5, legal=">= 0, < 1"), 0.0)
    False
    """
    low, high = dimension.low, dimension.high
    if dimension.type not in ("int", "float") or value == dimension.default or low is None or high is None:
        return False
    slack = TOLERANCE if dimension.type == "float" else 0.0
    place = _scaled(dimension, float(value))
    ends = [end for end, near in ((low, place <= slack), (high, place >= 1 - slack)) if near]
    return any(dimension.problem(_beyond(dimension, end)) is None for end in ends)


def _scaled(dimension: Dimension, value: float) -> float:
    low, high = float(dimension.low or 0.0), float(dimension.high or 0.0)
    if dimension.log:
        return float(np.log(value / low) / np.log(high / low))
    return (value - low) / (high - low)


def _beyond(dimension: Dimension, end: float) -> float | int:
    """Return a value just outside one end of a range."""
    if dimension.type == "int":
        return int(end) + (1 if end == dimension.high else -1)
    if dimension.log:
        return end * (1.1 if end == dimension.high else 1 / 1.1)
    width = float(dimension.high or 0.0) - float(dimension.low or 0.0)
    return end + (0.05 if end == dimension.high else -0.05) * width


def _at_most(spec: JobSpec, rounds: Mapping[str, int]) -> list[str]:
    """Return the links whose best epoch on validation was the last one there was."""
    counted = [link.name for link in spec.contestant.links if link.resource == "epochs"]
    return [name for name in counted if rounds.get(name, 0) >= spec.search.epochs > 1]


def _falling(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the links whose training loss was still falling at the end; without a search nothing else is known."""
    losses: dict[str, list[float]] = {}
    for entry in history:
        if entry.get("loss") is not None:
            losses.setdefault(str(entry.get("link", "")), []).append(float(entry["loss"]))
    return [name for name, found in losses.items() if _still_falls(np.array(found))]


def _still_falls(losses: np.ndarray) -> bool:
    tenth = max(1, len(losses) // 10)
    if len(losses) < 4 * tenth:
        return False
    before, last = losses[-2 * tenth : -tenth].mean(), losses[-tenth:].mean()
    return bool(before > 0 and last < (1 - FALLING) * before)
