"""California housing: the price of a house by its district, from the census of 1990."""

from __future__ import annotations

from dlbench.datasets.published_table import PublishedTable


class CaliforniaHousing(PublishedTable):
    """20,640 districts: eight numbers (some bedrooms missing) and how far the ocean is; median price in dollars."""

    name = "california_housing"
    title = "median house price of a district"
    tasks = ("tabular_regression",)
    rows = 20640
    source = "https://github.com/ageron/handson-ml2, datasets/housing/housing.csv"
    licence = "Apache-2.0"
    paper = "Pace and Barry, Sparse spatial autoregressions, 1997"
    files = ("housing.csv",)
    published = ("8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e",)
    target = "median_house_value"
