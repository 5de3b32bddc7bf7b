"""A metric of one's own: is the true class among the two most likely?"""

from dlbench.core.metric import Metric


class HitRateAt2(Metric):
    """Share of items whose class is among the two with the highest scores."""

    name = "hit_rate_at_2"
    title = "hit rate at 2"
    paper = "the top-k accuracy of ImageNet's evaluation, k = 2"
    scores = "Scores"
    low, high = 0.0, 1.0

    def score(self, truth, prediction, weights=None):
        import numpy as np

        best = np.argsort(-prediction.values, axis=1)[:, :2]
        hits = (best == truth.target[:, None]).any(axis=1)
        return float(np.average(hits, weights=weights))
