"""Every sentence of a report, from one place: the same words in every output, each with the records behind it."""

from dlbench.reporting.wording.verdict import Told, claims, indicative

__all__ = ["Told", "claims", "indicative"]
