"""`dlbench rerun RUN:JOB`."""

from __future__ import annotations

import click

from dlbench.cli.options import allow_code, output_dir
from dlbench.cli.printing import columns, harmless, say


@click.command()
@click.argument("job", metavar="RUN:JOB")
@click.option("--keep", is_flag=True, help="Keep it as another attempt beside the record, where it ends well.")
@allow_code
@output_dir
def command(job: str, keep: bool, allow_code: bool, output: str) -> None:
    """Run one finished job again, from its record alone, and compare.

    RUN is a folder, a run id or a suite's name; JOB is the job's name ("digits svm fold 1/5", in quotes) or the
    first letters of its key. Leaves with 0 where all is equal to the digit, 4 where something differs, 3 where it
    failed.
    """
    from dlbench import api

    found = api.rerun(job, output=output, keep=keep, allow_code=allow_code)
    if found.rows:
        rows = [(row.what, row.before, row.after, "equal" if row.equal else "DIFFERENT") for row in found.rows]
        click.echo(columns(("", "record", "again", ""), rows))
        unlike = sum(not row.equal for row in found.rows)
        say(f"{found.name}: {'equal to the digit' if found.equal else f'{unlike} of {len(rows)} differ'}")
    else:
        click.echo(harmless(f"{found.name}: {found.status}: {found.reason}"), err=True)
    for cause in found.causes if found.rows else ():
        say(f"why: {cause}")
    if found.causes and found.rows:
        say("Under these only the protocol is promised (splits, search, budgets), not the digits.")
    if found.attempt is not None:
        say(f"kept as attempt {found.attempt}")
    click.get_current_context().exit(found.exit_code)
