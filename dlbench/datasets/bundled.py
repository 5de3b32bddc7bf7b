"""The small tables that travel with scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.dataset import Dataset

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class BundledTable(Dataset):
    """A table that one of scikit-learn's `load_…` functions gives; all its columns are numbers."""

    loader: ClassVar[str]
    tasks: ClassVar[tuple[str, ...]] = ("tabular_classification", "clustering")
    licence = "CC BY 4.0"
    uses = ("scikit-learn",)

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"scikit-learn": version("scikit-learn")}

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np
        import sklearn.datasets

        from dlbench.core.schema import Column
        from dlbench.prepare.data import Data
        from dlbench.prepare.table import Table

        bunch = getattr(sklearn.datasets, self.loader)()
        table = Table(bunch.data.astype(np.float64), columns=tuple(Column(str(name)) for name in bunch.feature_names))
        names = tuple(str(name) for name in bunch.get("target_names", ()))
        return Data(table, bunch.target.astype(np.int64 if names else np.float64), names)


class Iris(BundledTable):
    """Four lengths of 150 flowers of three species; one species stands apart, two overlap."""

    name = "iris"
    title = "species of iris"
    loader = "load_iris"
    rows = 150
    classes = 3
    source = "UCI Machine Learning Repository, by way of scikit-learn"
    paper = "Fisher, The use of multiple measurements in taxonomic problems, 1936"


class Wine(BundledTable):
    """Thirteen chemical measures of 178 wines of three cultivars."""

    name = "wine"
    title = "cultivar of wine"
    loader = "load_wine"
    rows = 178
    classes = 3
    source = "UCI Machine Learning Repository, by way of scikit-learn"
    paper = "Forina et al., PARVUS, 1988"


class BreastCancer(BundledTable):
    """Thirty measures of cell nuclei of 569 tumours, malignant or benign."""

    name = "breast_cancer"
    title = "malignant or benign tumour"
    loader = "load_breast_cancer"
    rows = 569
    classes = 2
    source = "UCI Machine Learning Repository (Wisconsin, diagnostic), by way of scikit-learn"
    paper = "Street, Wolberg and Mangasarian, Nuclear feature extraction for breast tumor diagnosis, 1993"


class Diabetes(BundledTable):
    """Ten baseline measures of 442 patients, and how far the disease went in a year.

    The columns come centred and scaled over all rows, as the source gives them.
    """

    name = "diabetes"
    title = "progression of diabetes after a year"
    loader = "load_diabetes"
    tasks = ("tabular_regression",)
    rows = 442
    source = "Efron, Hastie, Johnstone and Tibshirani, by way of scikit-learn"
    licence = "none stated"
    paper = "Efron et al., Least angle regression, 2004"
