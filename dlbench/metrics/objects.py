"""What every judge of boxes asks of its truth, and the mean over classes that it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.core.metric import Metric

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.boxes import Boxes
    from dlbench.forms.objects import Objects
    from dlbench.forms.truth import Truth


def objects_of(metric: Metric, truth: Truth, found: Boxes) -> tuple[Objects, int]:
    """Return the objects of a truth, and how many classes there are.

    Raises:
        ValueError: a truth without objects, or a class code beyond the task's classes.
    """
    if truth.objects is None:
        raise ValueError(f"{metric.name}: expected a truth with objects, got one without")
    top = 1 + max(int(truth.objects.codes.max(initial=-1)), int(found.codes.max(initial=-1)))
    if truth.classes and top > len(truth.classes):
        raise ValueError(f"{metric.name}: expected codes below {len(truth.classes)}, the task's classes; got {top - 1}")
    return truth.objects, len(truth.classes) or top


def mean_of(by_class: np.ndarray) -> float:
    """Return the mean over the classes that have a value; NaN where none has.

    >>> import numpy as np
    >>> mean_of(np.array([0.5, np.nan, 1.0])), mean_of(np.array([np.nan]))
    (0.75, nan)
    """
    import numpy as np

    there = by_class[~np.isnan(by_class)]
    return float(there.mean()) if len(there) else float("nan")
