"""A model of one's own: each item gets the class whose mean is nearest."""

from dlbench.core.model import Bias, ClassicModel


class NearestMean(ClassicModel):
    """Nearest class mean, with a shrinkage that the search may vary."""

    name = "nearest_mean"
    title = "nearest class mean"
    paper = "Tibshirani et al., Diagnosis of multiple cancer types by shrunken centroids of gene expression, 2002"
    gives = ("Labels",)
    bias = Bias("none", "none", "global", "one mean a class", "distance to prototypes")

    def space(self, hp, schema):
        """Light: every parameter, with its range and default."""
        return {"shrinkage": hp.Float("shrinkage", 0.01, 2.0, default=0.1, log=True)}

    def build(self, values, schema):
        """Heavy imports go here; anything with fit and predict will do."""
        from sklearn.neighbors import NearestCentroid

        return NearestCentroid(shrink_threshold=values["shrinkage"])
