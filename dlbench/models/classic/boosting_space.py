"""The dimensions that the boosting libraries share, under one set of names."""

from __future__ import annotations

from typing import Any

from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.classic.preparation_space import encoding

ROUNDS = 200
"""Rounds at most: a search stops before where its validation part says so, and the refit grows the best number."""


def boosting_space(hp: DimensionSpace, schema: Schema, categories: str = "ordinal") -> dict[str, Any]:
    """Ask for step size, penalty and the share of rows a tree sees; validation finds the rounds."""
    return {
        "n_estimators": hp.Fixed("n_estimators", ROUNDS, legal=">= 1"),
        "learning_rate": hp.Float("learning_rate", 0.01, 0.5, default=0.1, log=True, legal="> 0"),
        "reg_lambda": hp.Float("reg_lambda", 1e-3, 30.0, default=1.0, log=True),
        "subsample": hp.Float("subsample", 0.5, 1.0, default=1.0, legal="> 0, <= 1"),
        **encoding(hp, schema, categories),
    }
