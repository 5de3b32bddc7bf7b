"""COCO's evaluator: which detection finds which object, at ten overlaps.

Source: Lin et al., Microsoft COCO: Common Objects in Context, 2014, and the evaluation code that came with it, here as
hotcoco reimplements it: its matches, and its own sums where every picture counts once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dlbench.metrics.ranking import Ranking, ranked

if TYPE_CHECKING:
    import numpy as np

    from dlbench.forms.boxes import Boxes
    from dlbench.forms.objects import Objects

MOST = 100
"""Detections of one class in one picture that count, the surest first."""

MARKS = 101
"""Recalls at which precision is read: 0, .01, …, 1."""


def evaluator(
    objects: Objects, found: Boxes, classes: int, overlaps: Sequence[float], area: tuple[float, float]
) -> Any:
    """Return hotcoco's evaluator with everything matched.

    Args:
        objects: of n pictures.
        found: in the same pictures.
        classes: codes lie below.
        overlaps: intersections over unions from which on a detection finds an object; none for COCO's ten.
        area: least and most pixels of the objects that count.

    One of two objects is found, whose precision of 1 is read at the 51 recalls up to .5:

    >>> import numpy as np
    >>> from dlbench.forms.boxes import Boxes
    >>> from dlbench.forms.objects import Objects
    >>> objects = Objects.of([(np.array([[0, 0, 10, 10], [50, 50, 10, 10]]), np.array([0, 0]))])
    >>> found = Boxes.of([(np.array([[0, 0, 10, 10]]), np.array([0]), np.array([0.9]))])
    >>> areas_of(evaluator(objects, found, 1, (0.5, 0.75), (0, 1e10))).round(3).tolist()
    [[0.505], [0.505]]
    """
    import hotcoco
    import numpy as np

    from dlbench.forms.ragged import owners

    truth = annotated(objects, classes)
    table = np.column_stack([owners(found.offsets), found.boxes, found.scores, found.codes]).astype(np.float64)
    return matched(hotcoco.COCOeval(truth, truth.load_res(table), "bbox"), overlaps, area)


def annotated(objects: Objects, classes: int, **more: Any) -> Any:
    """Return objects as hotcoco holds them.

    Args:
        objects: of n pictures.
        classes: codes lie below.
        more: arguments of `COCO.from_arrays` beyond those of boxes.
    """
    import hotcoco
    import numpy as np

    from dlbench.forms.ragged import owners

    pictures = [{"id": number} for number in range(len(objects))]
    named = [{"id": code, "name": str(code)} for code in range(classes)]
    return hotcoco.COCO.from_arrays(
        pictures, named, owners(objects.offsets), objects.codes, objects.boxes.astype(np.float64),
        area=objects.areas, iscrowd=objects.crowd.astype(np.int64), **more,
    )  # fmt: skip


def matched(judging: Any, overlaps: Sequence[float], area: tuple[float, float]) -> Any:
    """Return hotcoco's evaluator once it has matched everything; arguments as for `evaluator`."""
    if overlaps:
        judging.params.iou_thrs = list(overlaps)
    judging.params.area_rng, judging.params.area_rng_lbl = [list(area)], ["all"]
    judging.params.max_dets = [MOST]
    judging.evaluate()
    return judging


def areas_of(judging: Any) -> np.ndarray:
    """Return the evaluator's own (overlaps, classes) average precisions; NaN for a class without objects."""
    import numpy as np

    judging.accumulate()
    precision = np.asarray(judging.eval["precision"])[..., 0, 0]
    return np.where(precision[:, 0] < 0, np.nan, precision.mean(axis=1))


def ranking_of(judging: Any, pictures: int, classes: int) -> Ranking:
    """Return the evaluator's matches as a ranking."""
    import numpy as np

    matched = [each for each in judging.eval_imgs if each is not None]
    overlaps = len(judging.params.iou_thrs)
    places = [(each["image_id"], each["category_id"]) for each in matched]
    picture, code = np.array(places, dtype=np.int64).reshape(-1, 2).T
    detections = [len(each["dtScores"]) for each in matched]
    scores = np.array([score for each in matched for score in each["dtScores"]])
    order = ranked(np.repeat(code, detections), scores)
    hit = _flat(matched, "dtMatched", overlaps)[:, order]
    ignored = _flat(matched, "dtIgnore", overlaps)[:, order]
    wanted = [len(each["gtIgnore"]) - sum(each["gtIgnore"]) for each in matched]
    return Ranking(
        pictures, classes,
        np.repeat(picture, detections)[order], np.repeat(code, detections)[order], hit & ~ignored, ~ignored,
        np.repeat(picture, wanted), np.repeat(code, wanted),
    )  # fmt: skip


def _flat(matched: list[dict[str, Any]], key: str, overlaps: int) -> np.ndarray:
    """Return (overlaps, detections) booleans."""
    import numpy as np

    rows = [[flag for each in matched for flag in each[key][overlap]] for overlap in range(overlaps)]
    return np.array(rows, dtype=bool).reshape(overlaps, -1)
