"""`dlbench validate SUITE…`."""

from __future__ import annotations

import click

from dlbench.cli.options import allow_code
from dlbench.cli.printing import say
from dlbench.core.errors import DlbenchError


@click.command()
@click.argument("sources", metavar="SUITE...", nargs=-1, required=True)
@allow_code
def command(sources: tuple[str, ...], allow_code: bool) -> None:
    """Check suites and print every mistake with its file, line and place; exit 2 where there is one."""
    from dlbench import api
    from dlbench.reporting.figures import plural

    failed = False
    for source in sources:
        try:
            suite = api.load_suite(source, allow_code=allow_code)
        except DlbenchError as error:  # a SuiteError lists its mistakes, one a line
            failed = True
            say(str(error))
        else:
            say(f"{source}: ok, {plural(len(suite.tasks), 'task')} × {plural(len(suite.models), 'model')}")
    click.get_current_context().exit(2 if failed else 0)
