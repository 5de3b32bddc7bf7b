"""Draws of a simulation, kept as lines of JSON, so that a long one can be stopped and taken up again.

Each draw has a generator of its own, derived from the name of its case and its number: what it finds does not depend
on when it was made, nor on what was made before.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.seeds import derive

Found = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One line of a simulation's table.

    Attributes:
        name: of its file.
        columns: the words of its line.
        draws: how many are asked for; with fewer the line is shown and not judged.
        draw: from a generator to what one draw found.
        judge: from all that was found to the figure, its Monte-Carlo error, and whether it is as it should be.
    """

    name: str
    columns: tuple[str, ...]
    draws: int
    draw: Callable[[np.random.Generator], Found]
    judge: Callable[[list[Found]], tuple[float, float, bool]]


@dataclass(frozen=True)
class Asked:
    """What the command line asks for: the folder of the draws, how many at most, until when, and which cases."""

    out: Path
    draws: int | None
    until: float
    words: tuple[str, ...]

    def wants(self, case: Case) -> bool:
        """Whether a case was named, or none was."""
        return not self.words or any(word in case.name for word in self.words)


def asked(text: str, words: list[str]) -> Asked:
    """Return what the words of a command line say."""
    reader = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--out", type=Path, required=True, help="folder of the draws; those in it are not made again")
    reader.add_argument("--draws", type=int, help="at most so many a case (a short look, which nothing is judged by)")
    reader.add_argument("--seconds", type=float, default=math.inf, help="stop then; the same command goes on")
    reader.add_argument("cases", nargs="*", help="only cases whose name holds one of these words")
    given = reader.parse_args(words)
    return Asked(given.out, given.draws, time.monotonic() + given.seconds, tuple(given.cases))


def made(case: Case, held: Asked) -> list[Found]:
    """Return the draws of a case: those that are kept, and as many more as are asked for and there is time for."""
    held.out.mkdir(parents=True, exist_ok=True)
    path = held.out / f"{case.name}.jsonl"
    found = list(_read(path))
    wanted = case.draws if held.draws is None else min(case.draws, held.draws)
    with path.open("a", encoding="utf-8") as lines:
        while len(found) < wanted and time.monotonic() < held.until:
            found.append(case.draw(np.random.default_rng([derive(case.name), len(found)])))
            lines.write(json.dumps(found[-1]) + "\n")
    return found[:wanted]


def run(cases: Iterable[Case], heads: tuple[str, ...], held: Asked) -> int:
    """Make the draws, print the table, and return the exit code: 1 where a whole case is not as it should be."""
    print("| " + " | ".join([*heads, "draws", "found", "± MC", ""]) + " |")
    print("|" + "---|" * (len(heads) + 4))
    bad = 0
    for case in filter(held.wants, cases):
        found = made(case, held)
        if not found:
            continue
        figure, error, good = case.judge(found)
        told = ("as asked" if good else "OUTSIDE") if len(found) == case.draws else f"short of {case.draws:,}"
        bad += told == "OUTSIDE"
        words = [*case.columns, f"{len(found):,}", f"{figure:.4f}", f"{error:.4f}", told]
        print("| " + " | ".join(words) + " |", flush=True)
    return int(bad > 0)


def share(hits: list[bool], low: float, high: float) -> tuple[float, float, bool]:
    """Return a share, its standard error, and whether it lies within bounds.

    >>> share([True, True, True, False], 0.7, 0.8)
    (0.75, 0.21650635094610965, True)
    """
    part = sum(hits) / len(hits)
    return part, math.sqrt(part * (1 - part) / len(hits)), low <= part <= high


def _read(path: Path) -> Iterable[Found]:
    """Yield the lines of a file that are whole, and cut off one that was broken in the writing."""
    if not path.exists():
        return
    text = path.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    for line in whole.splitlines():
        yield json.loads(line)
