"""The report as a LaTeX document whose tables, set with booktabs, can be taken into a paper as they are."""

from __future__ import annotations

from collections.abc import Iterator

from dlbench.reporting import tables
from dlbench.reporting.board import Round
from dlbench.reporting.fairness import CONTRACT
from dlbench.reporting.findings import Findings
from dlbench.reporting.plain import latex as escaped
from dlbench.reporting.sections import beside, doubts, evidence, lines_of, over_tasks, swept

A_PAGE = 40
"""Lines from which on a table may break across pages."""

_WORDS = frozenset({"reason", "because", "doubt", "metrics"})
"""Columns of sentences, which are broken into lines."""

PREAMBLE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amssymb,array,booktabs,float,longtable}
% a sign beyond Latin: itself where the engine knows Unicode (lualatex, xelatex), else its number
\providecommand{\dlbenchsign}[2]{\ifdefined\Umathchar#1\else\texttt{U+#2}\fi}
\begin{document}
"""


def latex(findings: Findings) -> str:
    """Return a document that compiles by itself; every name and reason is escaped."""
    return PREAMBLE + "\n".join(_lines(findings)) + "\n\\end{document}\n"


def table(shown: tables.Table) -> Iterator[str]:
    """Yield the lines of a table; a short one is a `table`, a long one a `longtable`."""
    lines = [_line(shown, number) for number in range(len(shown.lines))]
    head = ["\\toprule", " & ".join(map(escaped, shown.columns)) + r" \\", "\\midrule"]
    kinds = "".join(_column(shown, number) for number in range(len(shown.columns)))
    caption = f"\\caption{{{escaped(shown.title)}}}" if shown.title else ""
    if len(lines) >= A_PAGE:
        yield f"\\begin{{longtable}}{{{kinds}}}"
        yield from ([f"{caption}\\\\"] if caption else [])
        yield from (*head, "\\endhead", *lines, "\\bottomrule", "\\end{longtable}")
    else:
        yield from ("\\begin{table}[H]", "\\centering", *([caption] if caption else []))
        yield from (f"\\begin{{tabular}}{{{kinds}}}", *head, *lines, "\\bottomrule", "\\end{tabular}", "\\end{table}")
    yield from (line for note in shown.notes for line in (f"\\noindent {escaped(note)}", ""))


def _line(shown: tables.Table, number: int) -> str:
    kind = shown.kinds[number] if shown.kinds else ""
    cells = [
        f"{escaped(tables.MARKS.get(kind, '·'))} {escaped(text)}" if name == "contestant" and kind else escaped(text)
        for name, text in zip(shown.columns, shown.lines[number], strict=True)
    ]
    return " & ".join(cells) + r" \\"


def _column(shown: tables.Table, number: int) -> str:
    if number in shown.numeric:
        return "r"
    return r">{\raggedright\arraybackslash}p{0.4\linewidth}" if shown.columns[number] in _WORDS else "l"


def _lines(findings: Findings) -> Iterator[str]:
    run = findings.run
    yield _section(f"dlbench: {run.get('suite_name', '')}")
    state = "" if run.get("finished") else ", still running"
    yield from (escaped(f"Run {run.get('id', '')}{state}. {tables.progress(findings)}."), "")
    yield from (_section("In short"), *_listed("enumerate", [one.text for one in findings.summary]))
    yield from (_section("Deep or classic?"), "")
    for verdict in findings.verdicts:
        title, told = tables.title_of(verdict.task, verdict.point), " ".join(verdict.sentences)
        yield from (f"\\paragraph{{{escaped(title)}}} \\textbf{{{escaped(verdict.headline)}}} {escaped(told)}", "")
    yield from (f"\\paragraph{{{escaped(title)}}} {escaped(text)}\n" for title, text in swept(findings))
    yield from (f"\\paragraph{{Evidence}} {escaped(evidence(findings))}", "")
    yield from (f"\\paragraph{{Fairness}} {escaped(findings.fairness)}", "")
    for place in findings.rounds:
        yield from _task(findings, place)
    for listing in (over_tasks(findings), doubts(findings), tables.skipped(findings), tables.failed(findings)):
        yield from table(listing) if listing else ()
    yield from (_section("Fairness contract"), *_listed("enumerate", CONTRACT))
    again = [f"{name}: {text}" for name, text in tables.reproduction(findings)]
    yield from (_section("To get this again"), *_listed("itemize", again))


def _task(findings: Findings, place: Round) -> Iterator[str]:
    about = f"{place.task_type.replace('_', ' ')}, {tables.protocol(place)}. {tables.LEGEND.replace('  ', ', ')}."
    yield from (_section(tables.title_of(place.task, place.point)), escaped(about), "")
    yield from (" ".join(map(escaped, lines_of(findings, place))), "")
    for shown in (tables.primary(findings, place), *beside(findings, place)):
        yield from table(shown)


def _section(title: str) -> str:
    return f"\\section*{{{escaped(title)}}}"


def _listed(kind: str, texts: Iterator[str] | list[str] | tuple[str, ...]) -> Iterator[str]:
    items = [f"\\item {escaped(text)}" for text in texts]
    if items:
        yield from (f"\\begin{{{kind}}}", *items, f"\\end{{{kind}}}")
