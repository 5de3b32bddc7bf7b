"""What a model is told of the data before it sees any: names, shapes and counts."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Column:
    """A column of a table: `kind` is number or category, `cardinality` the count of known categories."""

    name: str
    kind: str = "number"
    cardinality: int = 0


@dataclass(frozen=True)
class Schema:
    """The outside of a training set.

    Attributes:
        modality: table or image.
        form: the form the model is to give (`Probabilities`, `Values`, `Clusters`, …).
        shape: of one item: (columns,) for tables, (height, width, channels) for images.
        columns: of a table; empty for images.
        classes: class names in the order of their codes; empty without classes.
        rows: training rows.
    """

    modality: str
    form: str
    shape: tuple[int, ...]
    columns: tuple[Column, ...] = ()
    classes: tuple[str, ...] = ()
    rows: int = 0

    @property
    def size(self) -> int:
        """Numbers in one item.

        >>> Schema("image", "Labels", (8, 8, 1)).size
        64
        """
        size = 1
        for length in self.shape:
            size *= length
        return size

    def encoded(self, width: int) -> Schema:
        """The schema a model sees behind an encoder that gives `width` numbers an item."""
        columns = tuple(Column(f"code{i}") for i in range(width))
        return replace(self, modality="table", shape=(width,), columns=columns)

    @classmethod
    def example(cls, modality: str, form: str) -> Schema:
        """A typical schema, for listing a model's parameters where there is no data yet."""
        classes = () if form == "Values" else tuple("abc")
        if modality == "image":
            return cls("image", form, (28, 28, 1), (), classes, 1000)
        columns = (*(Column(f"x{i}") for i in range(9)), Column("kind", "category", 3))
        return cls("table", form, (len(columns),), columns, classes, 1000)
