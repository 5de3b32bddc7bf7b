"""`dlbench job SUITE --index N`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dlbench.cli.options import TWINS, on_cluster, twinned, verbose
from dlbench.cli.printing import harmless, say
from dlbench.cli.selection import Selection, selecting

if TYPE_CHECKING:
    from dlbench.engine.start import Outcome


@click.command(epilog=TWINS)
@selecting
@twinned("--index", type=click.IntRange(min=0), metavar="N", help="Number of the slice, from 0.")
@twinned("--of", type=click.IntRange(min=1), metavar="M", help="Cut the suite into M slices; else as many as can be.")
@click.option("--count", is_flag=True, help="Print how many slices there are, and run nothing.")
@twinned("--no-progress", is_flag=True, help="Plain lines instead of the live display.")
@twinned("-q", "--quiet", is_flag=True, help="Only what went wrong.")
@on_cluster
@verbose
def command(
    selection: Selection,
    index: int | None,
    of: int | None,
    count: bool,
    no_progress: bool,
    quiet: bool,
    executor: str,
    address: str | None,
    verbose: bool,
) -> None:
    """Run one slice of a suite: a task of a job array, a job of a CI matrix.

    Jobs that share a search are in one slice, an ensemble with its members. Slices may run at once, into one shared
    folder or into folders that dlbench merge joins; then dlbench run SUITE does what is left, and reports.
    """
    from dlbench import api

    if count:
        click.echo(len(api.slices(selection.plan(), of)))
        return
    if index is None:
        raise click.UsageError("--index N says which slice to run, --count how many there are")
    if not (mine := _slice(selection, index, of)):
        say(f"Slice {index} of {of} is empty; nothing to run")
        return
    if not quiet:
        say(f"Slice {index}: {mine} jobs")
    from dlbench.cli.progress import watching

    with watching(quiet=quiet, verbose=verbose, live=not no_progress) as listener:
        outcome = api.run(
            selection.suite(), jobs=selection.jobs, listener=listener, part=(index, of), executor=executor,
            address=address, **selection.how,
        )  # fmt: skip
    _conclude(outcome, quiet=quiet)
    click.get_current_context().exit(outcome.exit_code)


def _slice(selection: Selection, index: int, of: int | None) -> int:
    """Return how many jobs a slice has."""
    from dlbench.slices import Slice

    return len(Slice(index, of).jobs(selection.plan().jobs))


def _conclude(outcome: Outcome, *, quiet: bool) -> None:
    if not outcome.finished:
        left = f"stopped before the end; finished jobs are kept in {outcome.folder.path}, the same command resumes"
        click.echo(harmless(left), err=True)
    elif not quiet:
        counts = ", ".join(f"{number} {status}" for status, number in sorted(outcome.statuses.items()))
        say(f"\nJobs: {counts}. Kept in {outcome.folder.path}")
