from __future__ import annotations

import numpy as np
import pytest

from dlbench.core.dataset import Dataset
from dlbench.datasets.bundled import BreastCancer, Diabetes, Iris, Wine
from dlbench.datasets.digits import Digits
from dlbench.prepare.images import Images

# class counts as the UCI repository states them
COUNTS = {
    "iris": [50, 50, 50],
    "wine": [59, 71, 48],
    "breast_cancer": [212, 357],
    "digits": [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
}


@pytest.mark.parametrize("dataset", [Iris(), Wine(), BreastCancer(), Diabetes(), Digits()], ids=lambda one: one.name)
def test_what_is_loaded_is_what_is_declared(dataset: Dataset) -> None:
    data = dataset.load({})
    assert len(data) == dataset.rows
    assert len(data.classes) == dataset.classes
    assert data.inputs.modality == dataset.modality
    assert np.isfinite(data.inputs.arrays()[0]).all()
    if dataset.classes:
        assert np.bincount(data.target).tolist() == COUNTS[dataset.name]
    assert data.fingerprint() == dataset.load({}).fingerprint()


def test_digits_fill_the_range_up_to_their_top() -> None:
    inputs = Digits().load({}).inputs
    assert isinstance(inputs, Images)
    assert inputs.shape == (8, 8, 1)
    assert (inputs.unit().min(), inputs.unit().max()) == (0, 1)


def test_diabetes_has_the_published_mean() -> None:
    assert Diabetes().load({}).target.mean() == pytest.approx(152.13, abs=0.01)
