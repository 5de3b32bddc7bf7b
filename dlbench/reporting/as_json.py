"""The report as one JSON object."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dlbench.reporting.evidence.by_class import by_class
from dlbench.reporting.fairness import CONTRACT
from dlbench.reporting.findings import Findings
from dlbench.reporting.source import Source

FORMAT = 1


def as_json(findings: Findings, *, source: Source) -> str:
    """Return the report as JSON of format 1; what is not a finite number is null, text is ASCII.

    Args:
        findings: what was decided about a run.
        source: the run, whose predictions are read where a task's metric is a mean over classes.
    """
    told = (one for place in findings.rounds for one in by_class(source, findings, place))
    return written(document(findings) | {"by_class": [one.as_dict() for one in told]})


def written(content: Mapping[str, Any]) -> str:
    """Return plain data as JSON text: a line for each field, and for each entry of a list.

    >>> print(written({"format": 1, "rows": [{"a": 1}, {"a": float("nan")}]}), end="")
    {
      "format": 1,
      "rows": [
        {"a": 1},
        {"a": null}
      ]
    }
    """
    fields = ",\n".join(f"  {_compact(name)}: {_field(value)}" for name, value in finite(content).items())
    return unobeyed(f"{{\n{fields}\n}}\n")


def _field(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return _compact(value)
    return "[\n    " + ",\n    ".join(map(_compact, value)) + "\n  ]"


def _compact(value: Any) -> str:
    return json.dumps(value, allow_nan=False)


def unobeyed(text: str) -> str:
    """Return JSON that says the same, without `##`, at which a CI may look for a command.

    >>> unobeyed('{"a": "##[error]"}')
    '{"a": "#\\\\u0023[error]"}'
    """
    return text.replace("##", "#\\u0023")


def document(findings: Findings) -> dict[str, Any]:
    """Return what was decided as plain data."""
    return {
        "format": FORMAT,
        "run": {**findings.run, "jobs": dict(findings.counts), "policy": findings.policy},
        "summary": [claim.as_dict() for claim in findings.summary],
        "rows": [row.as_dict() for row in findings.rows],
        "skipped": [dict(pair) for pair in findings.skipped],
        "failed": [dict(job) for job in findings.failed],
        "subgroups": [held.as_dict() for held in findings.subgroups],
        "horizons": [held.as_dict() for held in findings.horizons],
        "verdicts": [verdict.as_dict() for verdict in findings.verdicts],
        "leaders": [leader.as_dict() for leader in findings.leaders],
        "crossovers": [crossover.as_dict() for crossover in findings.crossovers],
        "across": findings.across.as_dict() if findings.across else None,
        "references": [reference.as_dict() for reference in findings.references],
        "spreads": [one.as_dict() for one in findings.spreads],
        "warnings": [warned.as_dict() for warned in findings.warnings],
        "recommendations": [asdict(one) for one in findings.recommendations],
        "fairness": {"sentence": findings.fairness, "ledgers": findings.ledgers, "contract": list(CONTRACT)},
    }


def finite(value: Any) -> Any:
    """Return plain data with null for NaN and infinities.

    >>> finite({"a": [float("nan"), 1.5]})
    {'a': [None, 1.5]}
    """
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): finite(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [finite(held) for held in value]
    return value
