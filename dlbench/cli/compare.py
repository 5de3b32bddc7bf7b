"""`dlbench compare A B`."""

from __future__ import annotations

import click

from dlbench.cli.options import format_option, results_dir


@click.command()
@click.argument("first")
@click.argument("second")
@format_option("terminal", "markdown", "json", "csv")
@results_dir
def command(first: str, second: str, form: str, output: str) -> None:
    """Show what differs between two runs, cell by cell.

    FIRST and SECOND are folders, run ids or suites' names (their latest runs). Exits 0, or 4 where no cell of the two
    can be compared; whether a difference matters is for `dlbench check` to say.
    """
    from dlbench import api

    found = api.compare(first, second, output=output)
    click.echo(found.render(form), nl=False)
    click.get_current_context().exit(found.exit_code)
