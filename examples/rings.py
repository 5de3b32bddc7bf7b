"""A dataset of one's own: two rings, one inside the other."""

from dlbench.core.dataset import Dataset, Parameter


class Rings(Dataset):
    """Rows on two noisy circles; the class is the circle."""

    name = "rings"
    title = "two rings, one inside the other"
    tasks = ("tabular_classification",)
    classes = 2
    source = "seeded generator"
    licence = "none needed"
    parameters = (Parameter("rows", int, 300, "how many"), Parameter("noise", float, 0.1, "spread of the radius"))
    uses = ("numpy",)

    def identity(self, params):
        """Changes whenever the data could."""
        return {"generator": 1, **params}

    def load(self, params):
        import numpy as np

        from dlbench.prepare.data import Data
        from dlbench.prepare.table import Table

        rng = np.random.default_rng(1)
        target = np.arange(params["rows"]) % 2
        angle = rng.uniform(0, 2 * np.pi, params["rows"])
        radius = 1.0 + target + rng.normal(0, params["noise"], params["rows"])
        points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        return Data(Table(points), target.astype(np.int64), ("inner", "outer"))
