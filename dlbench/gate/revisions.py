"""A git revision checked out beside the working tree, and always taken away again."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dlbench.core.errors import UsageError

_QUIET = ("-c", f"core.hooksPath={'NUL' if sys.platform == 'win32' else '/dev/null'}")
"""No hook of the repository runs because a revision is checked out."""


@dataclass(frozen=True)
class Checkout:
    """Where things lie while a revision is checked out.

    Attributes:
        root: of the repository's working tree.
        tree: of the revision.
        scratch: a folder for everything else; it goes with the checkout.
        commit: full hash.
    """

    root: Path
    tree: Path
    scratch: Path
    commit: str


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Checkout]:
    """Check a revision out for as long as the block lasts; it is removed whatever happens in it.

    Args:
        revision: a branch, tag or commit.
        folder: somewhere in the repository.

    Raises:
        UsageError: this is no git repository, or there is no such revision.
    """
    root = Path(_git(folder, "rev-parse", "--show-toplevel", told=f"{folder}: not in a git repository"))
    commit = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}",
        told=f"{revision}: no such revision of {root}; a shallow clone may lack it (fetch-depth: 0)",
    )  # fmt: skip
    scratch = Path(tempfile.mkdtemp(prefix="dlbench-"))
    tree = scratch / "tree"
    with _ends_by_signal():
        try:
            _git(root, *_QUIET, "worktree", "add", "--detach", "--force", str(tree), commit, told="no worktree")
            yield Checkout(root, tree, scratch, commit)
        finally:
            _remove(root, tree)
            shutil.rmtree(scratch, ignore_errors=True)


def _remove(root: Path, tree: Path) -> None:
    """Take a tree away; one that was never made is no mistake here."""
    subprocess.run(["git", "worktree", "remove", "--force", "--force", str(tree)], cwd=root, capture_output=True)


def _git(folder: Path, *arguments: str, told: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}") from error
    if done.returncode:
        raise UsageError(f"{told}{f': {done.stderr.strip()}' if done.stderr.strip() else ''}")
    return done.stdout.strip()


@contextmanager
def _ends_by_signal() -> Iterator[None]:
    """Turn SIGTERM, by which a CI service ends a job, into an exit that cleans up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
