"""`dlbench run SUITE`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dlbench.cli.options import TWINS, twinned, verbose
from dlbench.cli.printing import harmless, say
from dlbench.cli.selection import Selection, selecting
from dlbench.core.errors import UsageError

if TYPE_CHECKING:
    from dlbench.engine.start import Outcome


@click.command(epilog=TWINS)
@selecting
@twinned("--target", metavar="COLUMN", help="With your own table: the column to predict, by name or place.")
@twinned("--test", metavar="FILE", help="With your own table: a file with the test rows.")
@twinned("--dry-run", is_flag=True, help="Show the plan and run nothing.")
@twinned("--no-progress", is_flag=True, help="Plain lines instead of the live display.")
@twinned("-q", "--quiet", is_flag=True, help="Only what went wrong, and the final table.")
@verbose
def command(
    selection: Selection,
    target: str | None,
    test: str | None,
    dry_run: bool,
    no_progress: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Run a suite, or resume it: the same command again does what is left.

    SUITE is a YAML file, the name of an embedded suite (dlbench ls suites), or your own table with --target. The
    first Ctrl-C lets running jobs finish, the second stops at once; both leave a run that resumes.
    """
    selection = _of_data(selection, target, test, quiet=quiet)
    if dry_run:
        from dlbench.cli.plan import show

        show(selection)
        return
    outcome = _run(selection, live=not no_progress, quiet=quiet, verbose=verbose)
    _conclude(outcome, selection, quiet=quiet)
    click.get_current_context().exit(outcome.exit_code)


def _of_data(selection: Selection, target: str | None, test: str | None, *, quiet: bool) -> Selection:
    """Return the selection of a suite, or the one made for a file of data, told first."""
    from dlbench import own

    if not own.is_data(selection.source):
        if target is not None or test is not None:
            raise UsageError(f"--target and --test go with a file of data, {selection.source!r} is none")
        return selection
    from dlbench.cli.own_table import OwnSelection

    made = OwnSelection.of(selection, target, test)
    if not quiet:
        click.echo(f"{made.told()}\n")
    return made


def _run(selection: Selection, *, live: bool, quiet: bool, verbose: bool) -> Outcome:
    from dlbench import api
    from dlbench.cli.progress import watching

    suite = selection.suite()
    with watching(quiet=quiet, verbose=verbose, live=live) as listener:
        return api.run(suite, jobs=selection.jobs, listener=listener, **selection.how)


def _conclude(outcome: Outcome, selection: Selection, *, quiet: bool) -> None:
    """Print the ranking, and where everything lies."""
    from dlbench import api

    if not outcome.finished:
        left = f"stopped before the end; finished jobs are kept in {outcome.folder.path}, the same command resumes"
        click.echo(harmless(left), err=True)
        return
    report = api.report(outcome, output=selection.how["output"])
    click.echo(report.render("terminal", short=True), nl=False)
    if not quiet:
        counts = ", ".join(f"{count} {status}" for status, count in sorted(outcome.statuses.items()))
        say(f"\nJobs: {counts or 'none'}. Kept in {outcome.folder.path}")
        say(f"All metrics, costs and the contract: dlbench report {outcome.folder.path}")
