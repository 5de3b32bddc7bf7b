"""A loaded dataset: inputs, target, and the official split where there is one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dlbench.core.schema import Schema
from dlbench.forms.objects import Objects
from dlbench.prepare.images import Images
from dlbench.prepare.series import Series
from dlbench.prepare.table import Table
from dlbench.prepare.windows import Windows

Inputs = Table | Images | Windows
"""What a model is given: n items, of which some can be taken."""

Target = np.ndarray | Objects
"""What is asked of n items: codes or values, one an item or a pixel, or the objects of n pictures."""


def as_table(inputs: Inputs) -> Table:
    """Return inputs that are a table.

    Raises:
        ValueError: they are none.
    """
    if not isinstance(inputs, Table):
        raise ValueError(f"expected a table, got {type(inputs).__name__.lower()}")
    return inputs


@dataclass(frozen=True)
class Data:
    """n items in their source's order.

    Attributes:
        inputs: a Table or Images of n items, or a Series of n steps.
        target: (n,) int64 class codes, or float64 values; or the objects of n pictures; for segmentation (n, height,
            width) class codes, -1 where nobody is asked; for restoration (n, height, width, channels) float32 in
            [0, 1], of the inputs' shape.
        classes: class names in the order of their codes; empty for values.
        ids: (n,) strings, unique; positions in the source where it names none.
        test: (n,) booleans, True for the official test part; None without one.
        folds: (n,) int64, in which given fold an item is tested, from 0; None where folds are drawn.
        groups: (n,) int64; items of one group never part. None without groups.
        times: (n,) float64; later items are tested on earlier ones. None where order does not matter.
        weights: (n,) float64 from 0 on, how much a row counts in a fit; None where all count alike.
        inferred: what the columns of the user's own table were taken for: kind → names, or how many where they are
            very many. For records.
    """

    inputs: Table | Images | Series
    target: Target
    classes: tuple[str, ...] = ()
    ids: np.ndarray | None = None
    test: np.ndarray | None = None
    folds: np.ndarray | None = None
    groups: np.ndarray | None = None
    times: np.ndarray | None = None
    weights: np.ndarray | None = None
    inferred: Mapping[str, Sequence[str] | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.target):
            raise ValueError(f"{len(self.inputs)} inputs, but {len(self.target)} targets")
        for name in ("folds", "groups", "times", "weights"):
            held = getattr(self, name)
            if held is not None and len(held) != len(self.target):
                raise ValueError(f"{len(self.target)} targets, but {len(held)} {name}")
        _check_dense(self)

    def __len__(self) -> int:
        return len(self.target)

    @property
    def item_ids(self) -> np.ndarray:
        """(n,) strings."""
        return np.arange(len(self)).astype(np.str_) if self.ids is None else self.ids.astype(np.str_)

    def fingerprint(self) -> str:
        """Return a hash of the content: every input, every target, in order."""
        sha = hashlib.sha256()
        given = [array for array in (self.folds, self.groups, self.times, self.weights) if array is not None]
        asked = (self.target,) if isinstance(self.target, np.ndarray) else self.target.arrays().values()
        for array in (*self.inputs.arrays(), *asked, self.item_ids, *given):
            sha.update(str((array.dtype.str, array.shape)).encode())
            sha.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        sha.update("\0".join(self.classes).encode())
        return sha.hexdigest()[:16]

    def schema(self, form: str, rows: int) -> Schema:
        """Return the outside of a training set of `rows` items, for a model that is to give `form`."""
        columns = self.inputs.columns if isinstance(self.inputs, Table) else ()
        return Schema(self.inputs.modality, form, self.inputs.shape, columns, self.classes, rows)


def _check_dense(data: Data) -> None:
    """Raise ValueError where a target of pixels is not of its inputs' size, or its items have weights."""
    if not isinstance(data.target, np.ndarray) or data.target.ndim == 1:
        return
    axes = data.target.ndim - 1
    if data.inputs.modality != "image" or data.target.shape[1:] != data.inputs.shape[:axes]:
        wrong = f"{data.inputs.modality} inputs of {data.inputs.shape}, targets of {data.target.shape[1:]}"
        raise ValueError(f"{wrong}: a target of pixels has the size of its picture")
    if data.weights is not None:
        raise ValueError("items whose targets are pixels take no weights")
