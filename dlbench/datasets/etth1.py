"""ETTh1: the oil temperature of a transformer, hour by hour, with six loads."""

from __future__ import annotations

from dlbench.core.dataset import Parameter
from dlbench.datasets.published_series import PublishedSeries


class Etth1(PublishedSeries):
    """17,420 hours of seven channels; the oil temperature (OT) is forecast a day ahead from four days."""

    name = "etth1"
    title = "oil temperature of a transformer, hourly"
    rows = 17420
    source = "https://github.com/zhouhaoyi/ETDataset, ETT-small/ETTh1.csv"
    licence = "CC BY-ND 4.0"
    paper = "Zhou et al., Informer: beyond efficient Transformer for long sequence time-series forecasting, 2021"
    file = "ETTh1.csv"
    target = "OT"
    time = "date"
    published = "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066"
    parameters = (
        Parameter("horizon", int, 24, "hours to forecast"),
        Parameter("context", int, 96, "hours a contestant sees"),
        Parameter("season", int, 24, "hours of a season"),
        Parameter("step", int, 1, "hours from one forecast to the next"),
    )
