"""A check as the annotations of a GitHub job, and the text around them kept from being read as commands.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions. Data escape %, CR and LF;
properties : and , too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlbench.reporting.gate.tables import named, told, told_cost
from dlbench.reporting.plain import plain

if TYPE_CHECKING:
    from dlbench.gate.check import Check

MOST = 10
"""Of one kind; GitHub shows no more of a step."""
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def annotated(checked: Check) -> str:
    """Return a line for each cell that did not pass: errors for what regressed or broke, warnings for the rest."""
    found: dict[str, list[tuple[str, str]]] = {}
    said = [(cell.outcome, told(cell)) for cell in checked.outcomes]
    for outcome, text in (*said, *((cost.outcome, told_cost(cost)) for cost in checked.costs)):
        if outcome != "pass":
            found.setdefault(_kind(outcome, checked.inconclusive), []).append((named(outcome), text))
    lines = [command(kind, f"dlbench: {word}", text) for kind in found for word, text in _most(found[kind])]
    return "".join(f"{line}\n" for line in lines)


def command(kind: str, title: str, text: str) -> str:
    """Return one workflow command.

    >>> command("error", "a: b", "50 % worse")
    '::error title=a%3A b::50 %25 worse'
    """
    return f"::{kind} title={_escaped(plain(title), _PROPERTY)}::{_escaped(plain(text), _DATA)}"


def stopped(text: str, token: str) -> str:
    """Return text of which no line is read as a command.

    Args:
        text: to be printed.
        token: that nobody can guess; commands are read again after it.
    """
    return f"::stop-commands::{token}\n{text.rstrip()}\n::{token}::\n"


def _kind(outcome: str, inconclusive: str) -> str:
    if outcome in ("regressed", "broke"):
        return "error"
    return "notice" if (outcome, inconclusive) == ("inconclusive", "pass") else "warning"


def _most(texts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(texts) <= MOST:
        return texts
    return [*texts[: MOST - 1], ("more", f"{len(texts) - MOST + 1:,} more cells; the summary of the job lists them")]


def _escaped(text: str, table: dict[str, str]) -> str:
    return "".join(table.get(character, character) for character in text)
