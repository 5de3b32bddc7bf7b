"""Digits: 8×8 grey images of handwritten digits, bundled with scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from dlbench.core.dataset import Dataset

if TYPE_CHECKING:
    from dlbench.prepare.data import Data


class Digits(Dataset):
    """The test part of the Optical Recognition of Handwritten Digits set; pixels count from 0 to 16."""

    name = "digits"
    title = "handwritten digits, 8×8"
    modality = "image"
    tasks = ("image_classification", "clustering")
    rows = 1797
    classes = 10
    source = "UCI Machine Learning Repository, by way of scikit-learn"
    licence = "CC BY 4.0"
    paper = "Alpaydin and Kaynak, Cascading classifiers, 1998"
    uses = ("scikit-learn",)

    def identity(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"scikit-learn": version("scikit-learn")}

    def load(self, params: Mapping[str, Any]) -> Data:
        import numpy as np
        from sklearn.datasets import load_digits

        from dlbench.prepare.data import Data
        from dlbench.prepare.images import Images

        bunch = load_digits()
        pixels = bunch.images.astype(np.uint8)[..., np.newaxis]
        return Data(Images(pixels, top=16), bunch.target.astype(np.int64), tuple("0123456789"))
