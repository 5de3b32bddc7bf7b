"""The most common class, in every pixel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dlbench.core.model import Floor, Preparation
from dlbench.core.schema import Schema


class Background(Floor):
    """Gives every pixel the most common class of the training pixels, as a rule the background."""

    name = "background"
    title = "the most common class in every pixel"
    paper = "Holte, Very simple classification rules perform well on most commonly used datasets, 1993"
    accepts: ClassVar[tuple[str, ...]] = ("image",)
    gives = ("Masks",)
    preparation = Preparation(layout="pixels")
    uses = ("scikit-learn",)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.picture_floors import CommonClass

        return CommonClass()
