"""Halved and doubled by bicubic interpolation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dlbench.core.model import Floor, Preparation
from dlbench.core.schema import Schema


class Bicubic(Floor):
    """Shrinks pictures to half their size and enlarges them again: what smoothing without learning gives.

    Noise is averaged out, and so is all that is finer than two pixels. Where the task is to enlarge, the input is
    enlarged by the same rule already, and `identity` is the bicubic answer.
    """

    name = "bicubic"
    title = "halved and doubled by bicubic interpolation"
    paper = "Keys, Cubic convolution interpolation for digital image processing, 1981"
    accepts: ClassVar[tuple[str, ...]] = ("image",)
    gives = ("Pictures",)
    preparation = Preparation(layout="pixels")
    smallest = (2, 2)
    uses = ("scikit-learn",)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.picture_floors import HalvedAndDoubled

        return HalvedAndDoubled()
