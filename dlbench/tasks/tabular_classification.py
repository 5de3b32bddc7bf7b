"""Which class does a row belong to?"""

from __future__ import annotations

from dlbench.core.task import Task


class TabularClassification(Task):
    """Classes of the rows of a table."""

    name = "tabular_classification"
    title = "class of a row"
    modalities = ("table",)
    asks = "Labels"
    metrics = ("accuracy", "balanced_accuracy", "f1_macro", "log_loss", "roc_auc")
    floor = "majority"
    target = "classes"
