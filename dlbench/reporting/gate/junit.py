"""A check as JUnit XML, for what CI services show of tests: a cell is a test case."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from dlbench.reporting.gate.tables import MEASURES, told, told_cost
from dlbench.reporting.plain import plain
from dlbench.reporting.tables import title_of

if TYPE_CHECKING:
    from dlbench.gate.check import Check
    from dlbench.gate.outcome import CostOutcome, Outcome

SUITE = "dlbench check"


def junit(checked: Check) -> str:
    """Return the check as JUnit XML: what makes it fail is a failure, what broke an error, what is let by skipped."""
    suite = ElementTree.Element("testsuite", {"name": SUITE})
    for outcome, where, name, reason in (*map(_cell, checked.outcomes), *map(_cost, checked.costs)):
        case = ElementTree.SubElement(suite, "testcase", {"classname": plain(where), "name": plain(name)})
        if outcome != "pass":
            tag = _tag(outcome, checked.inconclusive)
            kind = {} if tag == "skipped" else {"type": outcome}
            ElementTree.SubElement(case, tag, {"message": plain(reason), **kind})
    tags = [case[0].tag for case in suite if len(case)]
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    suite.attrib |= {"tests": str(len(suite)), **{name: str(tags.count(tag)) for name, tag in counts.items()}}
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _tag(outcome: str, inconclusive: str) -> str:
    if outcome == "broke":
        return "error"
    return "skipped" if (outcome, inconclusive) == ("inconclusive", "pass") else "failure"


def _cell(outcome: Outcome) -> tuple[str, str, str, str]:
    where = title_of(outcome.task, outcome.point)
    return outcome.outcome, where, f"{outcome.contestant} {outcome.metric}", told(outcome)


def _cost(cost: CostOutcome) -> tuple[str, str, str, str]:
    return cost.outcome, title_of(cost.task, cost.point), f"{cost.contestant} {MEASURES[cost.measure]}", told_cost(cost)
