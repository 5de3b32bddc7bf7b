"""Both sides of a comparison measured on this machine: the working tree, and another revision of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlbench.core.errors import UsageError
from dlbench.gate.environments import clean, install
from dlbench.gate.revisions import Checkout, checked_out
from dlbench.runs import RunFolder, all_runs

Install = Callable[[Path, Path], Path]
Runs = tuple[RunFolder, ...]
FINE = (0, 3)
"""Exit codes of a run whose records can be compared."""


@dataclass(frozen=True)
class Asked:
    """What is to be measured.

    Attributes:
        suite: a file, or the name of an embedded suite.
        revision: that the working tree is compared with.
        run_flags: for `dlbench run`, the same on both sides.
        pip_flags: for both installations.
        share: see `environments.install`.
        output: the results folder of the working tree's run; the other's is thrown away.
        repeats: times that each side runs the suite, in turn; of the working tree's the first alone is kept.
    """

    suite: str
    revision: str
    run_flags: Sequence[str] = ()
    pip_flags: Sequence[str] = ()
    share: bool = False
    output: Path = Path("results")
    repeats: int = 1


@contextmanager
def measured(asked: Asked, into: Install | None = None) -> Iterator[tuple[Runs, Runs]]:
    """Run the suite at both revisions and yield the runs, one a repeat: the revision's, and ours.

    Repeats take turns in who goes first (A B, B A, A B, …), so that both sides of each see the same machine. All
    runs but our first go with the block.

    Each side is installed into an environment of its own and started from its own tree. The suite file is ours on
    both sides, so that the same is asked of both; what it includes or reads by a relative path is each side's own.

    Args:
        asked: what is to be measured.
        into: installs a project into a new folder and returns its Python; None for a virtual environment.

    Raises:
        UsageError: a side cannot be installed, or its run does not come to an end.
    """
    installing = into or (lambda project, folder: install(project, folder, asked.pip_flags, share=asked.share))
    file = Path(asked.suite)
    with checked_out(asked.revision, file.resolve().parent if file.is_file() else Path.cwd()) as where:
        theirs = installing(where.tree, where.scratch / "theirs")
        ours = installing(where.root, where.scratch / "ours")
        suites = _suites(file, asked.suite, where)
        sides = ((theirs, suites[0], where.tree), (ours, suites[1], where.root))
        runs: dict[tuple[int, int], RunFolder] = {}
        for repeat, side in _in_turn(asked.repeats):
            kept = (repeat, side) == (0, 1)
            output = asked.output.resolve() if kept else where.scratch / f"results-{side}-{repeat}"
            runs[repeat, side] = _run(*sides[side], output, asked.run_flags)
        before, after = (tuple(runs[repeat, side] for repeat in range(asked.repeats)) for side in (0, 1))
        yield before, after


def _in_turn(repeats: int) -> Iterator[tuple[int, int]]:
    """Yield repeat and side: the revision first in every other repeat, the working tree in the others."""
    for repeat in range(repeats):
        first = repeat % 2
        yield from ((repeat, first), (repeat, 1 - first))


def _suites(file: Path, name: str, where: Checkout) -> tuple[str, str]:
    """Return the suite as either side finds it: a file of the repository is put into the revision's tree."""
    if not file.is_file():
        return name, name
    ours = file.resolve()
    if not ours.is_relative_to(where.root.resolve()):
        return str(ours), str(ours)
    theirs = where.tree / ours.relative_to(where.root.resolve())
    theirs.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ours, theirs)
    return str(theirs), str(ours)


def _run(python: Path, suite: str, folder: Path, output: Path, flags: Sequence[str]) -> RunFolder:
    """Run a suite and return its run; what it prints goes to standard error."""
    command = [str(python), "-P", "-m", "dlbench", "run", suite, "--output-dir", str(output), *flags]
    environment = {**clean(), "DLBENCH_NO_PROGRESS": "1"}
    print(f"dlbench: {folder}: dlbench run {suite}", file=sys.stderr, flush=True)
    done = subprocess.run(command, cwd=folder, env=environment, stdout=_errors())
    if done.returncode not in FINE:
        raise UsageError(f"{folder}: dlbench run {suite} ended with exit code {done.returncode}")
    runs = list(all_runs(output))
    if not runs:
        raise UsageError(f"{folder}: dlbench run {suite} left no run in {output}")
    return max(runs, key=lambda run: run.finished or "")  # one that was resumed is not the newest


def _errors() -> int:
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError, AttributeError):  # captured by a test or a notebook
        return os.open(os.devnull, os.O_WRONLY)
