"""`dlbench run SUITE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dlbench.cli.options import TWINS, on_cluster, twinned, verbose
from dlbench.cli.own_table import of_data, own_table
from dlbench.cli.printing import harmless, say
from dlbench.cli.selection import Selection, selecting

if TYPE_CHECKING:
    from dlbench.engine.start import Outcome

_SHOWN = 2000
"""Jobs up to which a run that had nothing left to do shows its ranking again."""


@click.command(epilog=TWINS)
@selecting
@own_table
@twinned("--dry-run", is_flag=True, help="Show the plan and run nothing.")
@twinned("--no-progress", is_flag=True, help="Plain lines instead of the live display.")
@twinned("--exit-zero", is_flag=True, help="Leave with 0, not 3, where jobs failed: for a check that comes next.")
@twinned("-q", "--quiet", is_flag=True, help="Only what went wrong, and the final table.")
@on_cluster
@verbose
def command(
    selection: Selection,
    target: str | None,
    test: str | None,
    dry_run: bool,
    no_progress: bool,
    exit_zero: bool,
    quiet: bool,
    executor: str,
    address: str | None,
    verbose: bool,
) -> None:
    """Run a suite, or resume it: the same command again does what is left.

    SUITE is a YAML file, the name of an embedded suite (dlbench ls suites), or your own table with --target. The
    first Ctrl-C lets running jobs finish, the second stops at once; both leave a run that resumes.
    """
    selection = of_data(selection, target, test, quiet=quiet)
    if dry_run:
        from dlbench.cli.plan import show

        show(selection)
        return
    where = {"executor": executor, "address": address}
    outcome = _run(selection, where, live=not no_progress, quiet=quiet, verbose=verbose)
    _conclude(outcome, selection, quiet=quiet)
    if verbose:
        _tell_slots(outcome)
    click.get_current_context().exit(0 if exit_zero and outcome.finished else outcome.exit_code)


def _run(selection: Selection, where: dict[str, Any], *, live: bool, quiet: bool, verbose: bool) -> Outcome:
    from dlbench import api
    from dlbench.cli.progress import watching

    suite = selection.suite()
    if (share := selection.share()) and not quiet:
        say(f"{share.told()}\n")
    with watching(quiet=quiet, verbose=verbose, live=live) as listener:
        return api.run(suite, jobs=selection.jobs, listener=listener, **where, **selection.how)


def _conclude(outcome: Outcome, selection: Selection, *, quiet: bool) -> None:
    """Print the ranking, and where everything lies."""
    from dlbench import api

    if not outcome.finished:
        left = f"stopped before the end; finished jobs are kept in {outcome.folder.path}, the same command resumes"
        click.echo(harmless(left), err=True)
        return
    if outcome.pending or sum(outcome.statuses.values()) <= _SHOWN:
        report = api.report(outcome, output=selection.how["output"])
        click.echo(report.render("terminal", short=True), nl=False)
    if not quiet:
        _tell_unspent(outcome)
        counts = ", ".join(f"{count} {status}" for status, count in sorted(outcome.statuses.items()))
        say(f"\nJobs: {counts or 'none'}. Kept in {outcome.folder.path}")
        say(f"All metrics, costs and the contract: dlbench report {outcome.folder.path}")


def _tell_unspent(outcome: Outcome) -> None:
    """Say what of a budget the jobs of this run were granted and left."""
    from dlbench import api

    if (granted := api.unspent(outcome)) is None:
        return
    whole, left = granted
    say(f"\nBudget: {left:.0f} s of the {whole:.0f} s that jobs were granted were left unspent ({left / whole:.0%})")


def _tell_slots(outcome: Outcome) -> None:
    """Say where the seconds of each slot went."""
    from dlbench import api
    from dlbench.engine.slot_ledger import told

    if rows := api.slot_ledger(outcome):
        say(f"\nSeconds of each slot:\n{told(rows)}")
