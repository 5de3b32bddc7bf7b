"""Names that try to act in one output or another, and a run in which every text from outside is one of them."""

from __future__ import annotations

from made_run import HOSTILE, Game, Player, made_run

from dlbench.reporting.source import Source

NASTY = (
    *HOSTILE,
    "::error file=a.py,line=1::boom",
    "a\n::set-output name=x::y\n##[group]z ##vso[task.complete]",
    "\\input{/etc/passwd}\\write18{id} ^^5cinput{x} $x$ 50% #1 & _a_ {b} ~c --- ,, ?`",
    "@SUM(A1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "\t=1+1",
    "\r\n|\r| a | b |",
    "</td></script><script>alert(1)</script>",
    "javascript:alert(1)",
    "'\"><svg/onload=alert(1)>",
    "]]><!-- &amp; &#0; <![CDATA[x",
    "nul\x00 bell\x07 esc\x9b31m del\x7f \ufffe \ud800",
    "right\u202eto\u2066left\u200b\u2028line",
    "日本語 ελληνικά café",
    "x" * 3000,
)


def hostile_run(run: str = "run-1", seed: int = 0) -> Source:
    """Return a run whose tasks, contestants, points, reasons, columns, versions and suite are all hostile."""
    players = [
        Player("majority", "floor", 0.25, spread=0),
        *(Player(name, "classic" if number % 2 else "deep", 0.9) for number, name in enumerate(NASTY)),
        *(Player(f"{name} fails", "deep", 0.9, ends={(0, 1, 0): ("failed", name)}) for name in NASTY[:8]),
    ]
    few = players[:4]
    games = [Game("digits", players, folds=2, items=20)]
    games += [Game(name, few, folds=2, items=20, point={_whole(name): _whole(name)}) for name in NASTY]
    skipped = [{"task": name, "contestant": name, "metric": None, "reason": name} for name in NASTY]
    told = {name: name for name in NASTY}
    inferred = {name: [{"column": name, "warning": name}] for name in NASTY}
    return made_run(
        games, run=run, seed=seed, skipped=skipped, suite_name=NASTY[7], versions=told, hardware=told,
        overrides=told, inferred=inferred,
    )  # fmt: skip


def _whole(name: str) -> str:
    """Return a name that a point's canonical JSON can be hashed with: what is half a sign is written out."""
    return name[:80].encode("utf-8", "backslashreplace").decode()
