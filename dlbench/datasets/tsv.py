"""Own data: a table in a file of text delimited by tabs."""

from __future__ import annotations

from dlbench.core.dataset import Parameter
from dlbench.datasets.csv import Csv
from dlbench.datasets.own_table import ASKED, HEADED


class Tsv(Csv):
    """A table of the user's whose fields stand apart by tabs."""

    name = "tsv"
    title = "your own table, fields apart by tabs"
    suffixes = (".tsv", ".tab")
    path_parameters = ("tsv", "test")
    parameters = (
        Parameter("tsv", str, None, "path of the file, from the suite's folder"),
        *ASKED,
        Parameter("separator", str, "\t", "between fields"),
        Parameter("encoding", str, None, "of the text; found out where it is not given", optional=True),
        HEADED,
    )
