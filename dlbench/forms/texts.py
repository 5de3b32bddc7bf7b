"""Texts: one an item, such as a translation or a summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from dlbench.core.form import Form
from dlbench.forms import ragged


@dataclass(frozen=True)
class Texts(Form):
    """Texts as a person would read them: not cut into tokens, case kept. On disk they are UTF-8.

    Attributes:
        values: n strings; one may be empty.
    """

    values: tuple[str, ...]

    name = "Texts"

    def arrays(self) -> dict[str, np.ndarray]:
        return ragged.written(self.values)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        return cls(ragged.read(arrays))

    def take(self, index: np.ndarray) -> Self:
        return type(self)(tuple(self.values[item] for item in np.arange(len(self.values))[index]))

    def problem(self, items: int) -> str | None:
        if len(self.values) != items:
            return f"expected {items} texts, got {len(self.values)}"
        return next((wrong for wrong in map(_unwritable, self.values) if wrong), None)


def _unwritable(text: str) -> str | None:
    if not isinstance(text, str):
        return f"expected texts, got {type(text).__name__}"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"a text that is no Unicode: {error.reason} at character {error.start}"
    return None
