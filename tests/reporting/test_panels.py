"""Which pictures of a task are shown, from made masks."""

from __future__ import annotations

import numpy as np
import pytest

from dlbench.forms.masks import Masks
from dlbench.forms.truth import Truth
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.panels import panels
from dlbench.reporting.source import Source

TRUE = np.array([[[0, 0]], [[0, 1]], [[1, 1]], [[0, 1]]])
"""Four pictures of two pixels; the first holds no cell."""


def shown(said: dict[str, np.ndarray], most: int) -> dict[str, tuple[tuple[str, ...], int, dict[str, list[float]]]]:
    """Return title → ids, total and scores of the pictures that are shown of contestants' masks."""
    jobs = {name: [{"status": "ok", "key": name}] for name in said}
    truth = Truth(np.array(["bare", "half", "full", "other"]), TRUE, ("ground", "cell"))
    source = Source({}, (), lambda record: Masks(said[record["key"]]), lambda _: truth)
    found = panels(source, Round("cells", "", "segmentation", ("dice",), jobs, {}, {}), list(said), most)
    assert found is not None
    return {
        one.title: (one.ids, one.total, {name: each.tolist() for name, each in one.scores.items()}) for one in found
    }


def test_a_picture_that_the_metric_says_nothing_of_is_not_its_lowest() -> None:
    """Nothing is there and nothing was said: Dice is 0/0, the best answer there can be."""
    missed = TRUE.copy()
    missed[2] = [[0, 1]]
    assert shown({"net": missed}, 1) == {
        "dice lowest even for the best": (("full",), 3, {"net": [pytest.approx(2 / 3)]}),
        "dice in the middle": (("half",), 3, {"net": [1.0]}),
    }
