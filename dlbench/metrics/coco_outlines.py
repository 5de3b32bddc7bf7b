"""COCO's evaluator on masks: as `coco`, but overlaps are those of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dlbench.metrics.coco import annotated, matched

if TYPE_CHECKING:
    from dlbench.forms.instances import Instances
    from dlbench.forms.outlined import OutlinedObjects


def mask_evaluator(
    objects: OutlinedObjects,
    found: Instances,
    classes: int,
    overlaps: Sequence[float],
    area: tuple[float, float],
) -> Any:
    """Return hotcoco's evaluator with everything matched.

    Args: as `coco.evaluator`. Of a detection the pixels of its mask count as its area.

    Half of the object's pixels are said, and no other: an overlap of a half, which is enough at .50:

    >>> import numpy as np
    >>> from dlbench.forms.instances import Instances
    >>> from dlbench.forms.outlined import OutlinedObjects
    >>> from dlbench.metrics.coco import areas_of
    >>> mask = np.zeros((4, 4), dtype=bool)
    >>> mask[:, :2] = True
    >>> objects = OutlinedObjects.outlined([([mask], [0])])
    >>> found = Instances.of([([mask & (np.arange(4) < 1)], [0], [0.9])])
    >>> areas_of(mask_evaluator(objects, found, 1, (0.5, 0.75), (0, 1e10))).round(3).tolist()
    [[1.0], [0.0]]
    """
    import hotcoco

    _require_one_size(objects, found)
    truth = annotated(objects, classes, segmentation=objects.masks.to_coco())
    return matched(hotcoco.COCOeval(truth, truth.load_res(_results(found)), "segm"), overlaps, area)


def _results(found: Instances) -> Any:
    """Return the detections as COCO's result files have them; an empty table where there are none."""
    import numpy as np

    from dlbench.forms.ragged import owners

    if not len(found.codes):
        return np.empty((0, 7))
    held = (owners(found.offsets).tolist(), found.codes.tolist(), found.scores.tolist(), found.masks.to_coco())
    return [
        {"image_id": picture, "category_id": code, "score": score, "segmentation": mask}
        for picture, code, score, mask in zip(*held, strict=True)
    ]


def _require_one_size(objects: OutlinedObjects, found: Instances) -> None:
    """Raise ValueError where masks of one picture are of several sizes."""
    import numpy as np

    from dlbench.forms.ragged import owners

    sizes = np.concatenate([objects.masks.sizes, found.masks.sizes])
    pictures = np.concatenate([owners(objects.offsets), owners(found.offsets)])
    for picture in np.unique(pictures).tolist() if len(np.unique(sizes, axis=0)) > 1 else ():
        own = np.unique(sizes[pictures == picture], axis=0)
        if len(own) > 1:
            told = " and ".join(f"{height}×{width}" for height, width in own.tolist())
            raise ValueError(f"masks of {told} in one picture")
