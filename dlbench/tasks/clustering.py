"""Which items belong together, without labels?"""

from __future__ import annotations

from dlbench.core.task import Task


class Clustering(Task):
    """Groups of items; the classes are hidden from contestants and seen by the judges alone.

    Groups are learned on the training part and given to test items by the learned rule (inductive). A model is
    told how many classes there are, never which.
    """

    name = "clustering"
    title = "groups of items, labels hidden"
    modalities = ("table", "image")
    asks = "Clusters"
    metrics = ("ari", "nmi", "silhouette")
    target = "hidden"
    objective = "silhouette"
