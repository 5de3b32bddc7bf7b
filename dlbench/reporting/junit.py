"""The report as JUnit XML: a test suite a task, a test case a cell, for the pages of a CI that read nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from dlbench.reporting import figures, tables
from dlbench.reporting.board import Round
from dlbench.reporting.findings import Findings
from dlbench.reporting.plain import plain
from dlbench.reporting.rows import Row
from dlbench.reporting.source import FAILURES, UNFINISHED

Case = tuple[str, list[str]]
"""Outcome (passed, failures, errors, skipped), and the lines of one test case."""

_TAGS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def junit(findings: Findings) -> str:
    """Return the report as JUnit XML.

    A cell with a job that failed, diverged, ran out of time or memory is a failure; one without a value although no
    job failed (data that cannot be had, a metric that is not defined) an error; one that is not finished, and every
    pair that the plan skipped, is skipped. `time` is the mean seconds of a job, at the primary metric alone.
    """
    suites = [(tables.title_of(place.task, place.point), list(_cases(findings, place))) for place in findings.rounds]
    left_out = [_skipped(pair) for pair in findings.skipped]
    suites += [("skipped", left_out)] if left_out else []
    lines = [line for title, cases in suites for line in _suite(title, cases)]
    counts = _counted([case for _, cases in suites for case in cases])
    head = f"<testsuites{_named(name=str(findings.run.get('suite_name', '')))}{counts}>"
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *lines, "</testsuites>"]) + "\n"


def attribute(text: object) -> str:
    """Return text for an attribute in double quotes; what XML cannot hold is written out.

    >>> attribute('<a> "b" ' + chr(0))
    '&lt;a&gt; &quot;b&quot; \\\\x00'
    """
    return escape(plain(text), {'"': "&quot;"})


def _suite(title: str, cases: list[Case]) -> Iterator[str]:
    yield f"  <testsuite{_named(name=title)}{_counted(cases)}>"
    yield from (line for _, lines in cases for line in lines)
    yield "  </testsuite>"


def _counted(cases: list[Case]) -> str:
    counts = Counter(outcome for outcome, _ in cases)
    return f' tests="{len(cases)}"' + "".join(f' {name}="{counts[name]}"' for name in _TAGS)


def _cases(findings: Findings, place: Round) -> Iterator[Case]:
    for metric in place.metrics:
        for row in tables.rows_of(findings, place, metric):
            found = {score.status for score in place.cells[row.contestant, metric].scores}
            yield _case(row, "failures" if found & set(FAILURES) else _mild(found))


def _mild(found: set[str]) -> str:
    if found - {"ok", *UNFINISHED}:
        return "errors"
    return "skipped" if found & set(UNFINISHED) else "passed"


def _case(row: Row, outcome: str) -> Case:
    held = {"classname": f"dlbench.{tables.title_of(row.task, row.point)}", "name": f"{row.contestant} {row.metric}"}
    if row.primary and row.used_seconds is not None:
        held["time"] = f"{row.used_seconds:.3f}"
    told = f"{row.metric} {figures.score(row.value)}, 95 % interval {figures.span(row.low, row.high)}"
    told += f", rank {tables.rank(row)}, {row.n} of {figures.plural(row.jobs, 'job')}{_published(row)}"
    return _written(held, outcome, row.reason, [f"      <system-out>{escape(plain(told))}</system-out>"])


def _published(row: Row) -> str:
    if row.reference is None or row.reference_difference is None:
        return ""
    told = f"; published {figures.score(float(row.reference['value']))}, difference "
    return f"{told}{figures.signed(row.reference_difference)} ({row.reference.get('source', '')})"


def _skipped(pair: Mapping[str, object]) -> Case:
    name = f"{pair['contestant']} {pair.get('metric') or 'all metrics'}"
    return _written({"classname": f"dlbench.{pair['task']}", "name": name}, "skipped", str(pair["reason"]), [])


def _written(held: Mapping[str, str], outcome: str, reason: str, inside: list[str]) -> Case:
    if outcome in _TAGS:
        inside = [f"      <{_TAGS[outcome]}{_named(message=reason)}/>", *inside]
    return outcome, [f"    <testcase{_named(**held)}>", *inside, "    </testcase>"]


def _named(**held: str) -> str:
    return "".join(f' {name}="{attribute(text)}"' for name, text in held.items())
