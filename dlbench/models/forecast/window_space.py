"""The parameters that all forecasters share; the trainer of forecasters reads them by these names."""

from __future__ import annotations

from typing import Any

from dlbench.core.space import DimensionSpace


def window_space(hp: DimensionSpace) -> dict[str, Any]:
    """Ask how windows are scaled, which share of the context is read, and whether all channels are."""
    return {
        "scaling": hp.Choice("scaling", ["window", "last", "train"], default="window"),
        "memory": hp.Choice("memory", [0.5, 1.0], default=1.0),
        "all_channels": hp.Boolean("all_channels", default=False),
    }


def net_space(hp: DimensionSpace) -> dict[str, Any]:
    """Ask for those of `window_space`, for a linear path beside the net, for loss, step size and batch size of Adam."""
    return {
        **window_space(hp),
        "highway": hp.Boolean("highway", default=True),
        "loss": hp.Choice("loss", ["mae", "mse"], default="mae"),
        "learning_rate": hp.Float("learning_rate", 1e-4, 3e-2, default=3e-3, log=True, legal="> 0"),
        "batch_size": hp.Choice("batch_size", [16, 32, 64, 128], default=32, legal=">= 1"),
    }
