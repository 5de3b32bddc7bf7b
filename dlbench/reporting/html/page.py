"""The page: the verdict first, then everything it rests on, in one file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dlbench.reporting import tables
from dlbench.reporting.claim import Claim
from dlbench.reporting.fairness import CONTRACT
from dlbench.reporting.findings import Findings
from dlbench.reporting.html.board import leaderboard
from dlbench.reporting.html.chapters import chapters
from dlbench.reporting.html.environment import asset, environment, verbatim
from dlbench.reporting.html.script_data import policy
from dlbench.reporting.html.strip import strips
from dlbench.reporting.plots import gallery
from dlbench.reporting.plots.theme import DARK, KINDS, LIGHT, config
from dlbench.reporting.sections import standings
from dlbench.reporting.source import Source

SCRIPTS = ("vega.min.js", "page.js")


def page(findings: Findings, source: Source, *, items: bool = True) -> str:
    """Return the report as one HTML page that opens without a network.

    Args:
        findings: what was decided about the run.
        source: the run, whose predictions, trials and histories are read where they can be.
        items: whether single items are shown; without, no raw data stand in the page.
    """
    return environment().get_template("report.html.j2").render(_content(source, findings, items))


def _content(source: Source, findings: Findings, items: bool) -> dict[str, Any]:
    run = findings.run
    told = tuple(chapters(source, findings, items=items))
    return {
        "findings": findings,
        "run": run,
        "version": (run.get("versions") or {}).get("dlbench", ""),
        "title": run.get("suite_name") or "report",
        "description": (run.get("suite") or {}).get("description") or "",
        "progress": tables.progress(findings),
        "summary": findings.summary or _headlines(findings),
        "verdicts": list(zip(findings.verdicts, strips(findings.verdicts), strict=True)),
        "board": leaderboard(findings),
        "costs": gallery.costs(findings),
        "across": gallery.across(findings),
        "standings": standings(findings),
        "chapters": told,
        "items": items,
        "lists": [table for table in (tables.skipped(findings), tables.failed(findings)) if table],
        "ledgers": _ledgers(findings),
        "contract": CONTRACT,
        "reproduction": tables.reproduction(findings),
        "themes": {"light": config(LIGHT), "dark": config(DARK)},
        "colors": {"light": _colors(LIGHT), "dark": _colors(DARK)},
        "policy": policy(tuple(asset(name) for name in SCRIPTS)),
        "style": verbatim("style.css"),
        "scripts": [verbatim(name) for name in SCRIPTS],
    }


def _headlines(findings: Findings) -> tuple[Claim, ...]:
    """Return the headlines of the verdicts where nobody has put the whole into words."""
    return tuple(
        Claim(f"{tables.title_of(one.task, one.point)}: {one.headline}", one.keys) for one in findings.verdicts[:5]
    )


def _colors(theme: Any) -> dict[str, str]:
    """Return the colours of a theme as CSS properties."""
    held = asdict(theme)
    plain = {name: held[name] for name in ("paper", "ink", "quiet", "line", "bad")}
    return plain | dict(zip(KINDS, held["kinds"], strict=True)) | {"wash": held["ramp"][0]}


def _ledgers(findings: Findings) -> tables.Table | None:
    """Return what each kind was granted and used."""
    from dlbench.reporting import figures

    lines = tuple(
        (kind, figures.count(held["jobs"]), figures.count(held["granted_trials"]), figures.count(held["trials"]),
         figures.seconds(held["granted_seconds"]), figures.seconds(held["used_seconds"]))
        for kind, held in findings.ledgers.items()
    )  # fmt: skip
    columns = ("kind", "jobs", "trials granted", "trials used", "time granted", "time used")
    return tables.Table("Ledger", columns, lines, (), frozenset(range(1, 6))) if lines else None
