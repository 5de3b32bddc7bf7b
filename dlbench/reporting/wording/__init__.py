"""Every sentence of a report, from one place: the same words in every output, each with the records behind it."""

from dlbench.reporting.wording.across import across
from dlbench.reporting.wording.crossover import crossing
from dlbench.reporting.wording.leader import Lead, lead_claims
from dlbench.reporting.wording.naming import indicative
from dlbench.reporting.wording.published import published
from dlbench.reporting.wording.summary import (
    answers,
    cost,
    crossovers,
    evidence,
    fair,
    single_answer,
    take,
    take_each,
    take_one,
)
from dlbench.reporting.wording.verdict import Told, claims

__all__ = [
    "Lead",
    "Told",
    "across",
    "answers",
    "claims",
    "cost",
    "crossing",
    "crossovers",
    "evidence",
    "fair",
    "indicative",
    "lead_claims",
    "published",
    "single_answer",
    "take",
    "take_each",
    "take_one",
]
