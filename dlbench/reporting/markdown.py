"""The report as GitHub-flavoured Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from dlbench.reporting import tables
from dlbench.reporting.board import Round
from dlbench.reporting.fairness import CONTRACT
from dlbench.reporting.findings import Findings
from dlbench.reporting.plain import markdown as escaped
from dlbench.reporting.sections import beside, doubts, evidence, lines_of, over_tasks, swept


def markdown(findings: Findings) -> str:
    """Return the report as Markdown; every name and reason is escaped."""
    return "\n".join(_lines(findings)).rstrip() + "\n"


def table(shown: tables.Table) -> Iterator[str]:
    """Yield the lines of a table, with its kinds as marks before the contestant."""
    yield "| " + " | ".join(escaped(name) for name in shown.columns) + " |"
    yield "|" + "|".join("--:" if number in shown.numeric else "---" for number in range(len(shown.columns))) + "|"
    for number, line in enumerate(shown.lines):
        kind = shown.kinds[number] if shown.kinds else ""
        cells = [
            f"{tables.MARKS.get(kind, '·')} {escaped(text)}" if name == "contestant" and kind else escaped(text)
            for name, text in zip(shown.columns, line, strict=True)
        ]
        yield "| " + " | ".join(cells) + " |"
    for note in shown.notes:
        yield from ("", escaped(note))
    yield ""


def _lines(findings: Findings) -> Iterator[str]:
    run = findings.run
    yield from (f"# dlbench: {escaped(run.get('suite_name', ''))}", "")
    state = "" if run.get("finished") else ", still running"
    yield from (f"Run {escaped(run.get('id', ''))}{state}. {escaped(tables.progress(findings))}.", "")
    yield from (
        "## In short",
        "",
        *(f"{number}. {escaped(one.text)}" for number, one in enumerate(findings.summary, 1)),
    )
    yield from ("", "## Deep or classic?", "")
    for verdict in findings.verdicts:
        told = " ".join(escaped(sentence) for sentence in verdict.sentences)
        title = escaped(tables.title_of(verdict.task, verdict.point))
        yield f"- **{title}** – **{escaped(verdict.headline)}** {told}".rstrip()
    yield from (f"- **{escaped(title)}** – {escaped(text)}" for title, text in swept(findings))
    yield from ("", escaped(evidence(findings)), "", escaped(findings.fairness), "")
    for place in findings.rounds:
        yield from _task(findings, place)
    for listing in (over_tasks(findings), doubts(findings), tables.skipped(findings), tables.failed(findings)):
        if listing:
            yield from (f"## {listing.title}", "", *table(listing))
    yield from ("## Fairness contract", "", *(f"{number}. {escaped(text)}" for number, text in enumerate(CONTRACT, 1)))
    yield from ("", "## To get this again", "")
    yield from (f"- {name}: {escaped(text)}" for name, text in tables.reproduction(findings))


def _task(findings: Findings, place: Round) -> Iterator[str]:
    yield from (f"## {escaped(tables.title_of(place.task, place.point))}", "")
    about = f"{place.task_type.replace('_', ' ')}, {tables.protocol(place)}"
    yield from (f"{escaped(about)}. {tables.LEGEND.replace('  ', ', ')}.", "")
    if told := lines_of(findings, place):
        yield from (" ".join(map(escaped, told)), "")
    yield from table(tables.primary(findings, place))
    for shown in beside(findings, place):
        yield from (f"### {escaped(shown.title)}", "", *table(shown))
