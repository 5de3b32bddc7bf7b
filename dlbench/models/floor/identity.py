"""The degraded picture itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from dlbench.core.model import Floor, Preparation
from dlbench.core.schema import Schema


class Identity(Floor):
    """Gives pictures back as they came. Where they were enlarged by bicubic interpolation, that is its answer."""

    name = "identity"
    title = "the picture as it came"
    paper = "Gonzalez and Woods, Digital Image Processing, 1977"
    accepts: ClassVar[tuple[str, ...]] = ("image",)
    gives = ("Pictures",)
    preparation = Preparation(layout="pixels")
    uses = ("scikit-learn",)

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from dlbench.prepare.picture_floors import Unchanged

        return Unchanged()
