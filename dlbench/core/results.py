"""Names that the results folder keeps for itself; no suite may take them."""

from __future__ import annotations

RESERVED = ("jobs", "stages", "truth", "trials", "baselines", ".staging")
