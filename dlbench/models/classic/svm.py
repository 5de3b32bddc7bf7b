"""The support vector machine with a Gaussian kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlbench.core.model import Bias, ClassicModel
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import scaling_and_encoding

# The kernel's width follows the inputs' spread: standardised columns vary by 1, pixels in [0, 1] by about 1/8.
_INVERSE_VARIANCE = {"table": 1.0, "image": 8.0}


class Svm(ClassicModel):
    """RBF support vectors: kernel exp(-gamma‖x - y‖²), one against one for classes; asked for Values it is the SVR.

    The default gamma is 1 / (features × their expected variance). Targets of a regression are standardised on the
    training part, so that epsilon and C mean the same for every unit.
    """

    name = "svm"
    title = "support vector machine, RBF kernel"
    paper = "Cortes and Vapnik, Support-vector networks, 1995"
    gives = ("Scores", "Values")
    weights = True
    bias = Bias(
        "distances between items", "none", "local, set by gamma", "the support vectors", "convex, largest margin"
    )

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        gamma = _INVERSE_VARIANCE[schema.modality] / max(schema.size, 1)
        regression = schema.form == "Values"
        values = {
            "C": hp.Float("C", 1e-2, 1e3, default=1.0 if regression else 10.0, log=True, legal="> 0"),
            "gamma": hp.Float("gamma", gamma / 30, gamma * 30, default=gamma, log=True, legal="> 0"),
        }
        if regression:
            values["epsilon"] = hp.Float("epsilon", 1e-3, 1.0, default=0.1, log=True)
        return {**values, **scaling_and_encoding(hp, schema)}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVC, SVR

        known = {name: values[name] for name in ("C", "gamma", "epsilon") if name in values}
        if schema.form == "Values":
            return TransformedTargetRegressor(SVR(**known), transformer=StandardScaler())
        return SVC(**known)
