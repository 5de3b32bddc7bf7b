"""The dimensions that the boosting libraries share, under one set of names."""

from __future__ import annotations

from typing import Any

from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import encoding


def boosting_space(hp: DimensionSpace, schema: Schema, categories: str = "ordinal") -> dict[str, Any]:
    """Ask for rounds, step size, penalty and the shares of rows and columns a tree sees."""
    return {
        "n_estimators": hp.Int("n_estimators", 50, 800, default=200, log=True),
        "learning_rate": hp.Float("learning_rate", 0.01, 0.5, default=0.1, log=True),
        "reg_lambda": hp.Float("reg_lambda", 1e-3, 30.0, default=1.0, log=True),
        "subsample": hp.Float("subsample", 0.5, 1.0, default=1.0),
        **encoding(hp, schema, categories),
    }
