"""Airline passengers: twelve years of months, with a trend and a season that grows with it."""

from __future__ import annotations

from dlbench.core.dataset import Parameter
from dlbench.datasets.published_series import PublishedSeries


class AirlinePassengers(PublishedSeries):
    """144 monthly totals of international passengers in thousands, 1949 to 1960; a year ahead from two years."""

    name = "airline_passengers"
    title = "international airline passengers, monthly"
    rows = 144
    source = "https://github.com/jbrownlee/Datasets, airline-passengers.csv"
    licence = "none stated"
    paper = "Box and Jenkins, Time series analysis: forecasting and control, 1976, series G"
    file = "airline-passengers.csv"
    target = "Passengers"
    time = "Month"
    published = "8cb51be753a718d9be5d76d7e238cc224792754676adc21faa59e954b0201621"
    parameters = (
        Parameter("horizon", int, 12, "months to forecast"),
        Parameter("context", int, 24, "months a contestant sees"),
        Parameter("season", int, 12, "months of a season"),
        Parameter("step", int, 1, "months from one forecast to the next"),
    )
