"""The contract of a task type: what is asked of a dataset."""

from __future__ import annotations

from typing import ClassVar

from dlbench.core.component import Component


class Task(Component):
    """A kind of question. All of it is literal.

    Attributes:
        modalities: of data it can be asked of.
        asks: the poorest form that answers it.
        metrics: the default metrics, the primary one first.
        floor: name of the trivial model.
        target: `classes`, `values`, `objects` (of pictures), `outlines` (objects with masks), `masks` (a class a
            pixel), `pictures` (values a pixel), or `hidden` (classes that only the judges see).
        objective: the metric a search optimises; empty for the primary one. Label-free where the target is hidden.
    """

    modalities: ClassVar[tuple[str, ...]]
    asks: ClassVar[str]
    metrics: ClassVar[tuple[str, ...]]
    floor: ClassVar[str] = ""
    target: ClassVar[str]
    objective: ClassVar[str] = ""
