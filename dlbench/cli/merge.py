"""`dlbench merge FOLDER ... -o FOLDER`."""

from __future__ import annotations

from pathlib import Path

import click

from dlbench.cli.options import output_dir
from dlbench.cli.printing import harmless, say


@click.command()
@click.argument("folders", nargs=-1, required=True, type=Path, metavar="FOLDER...")
@output_dir
def command(folders: tuple[Path, ...], output: str) -> None:
    """Join results folders into one: what job arrays and other machines have measured.

    Each key is kept once. Where two folders disagree, the difference is told and the exit code is 4. Afterwards
    `dlbench run SUITE` on the joined folder does what is left, and reports.
    """
    from dlbench import api

    merged = api.merge(folders, output=output)
    for told in (*merged.unreadable, *merged.differing):
        click.echo(harmless(told), err=True)
    say(
        f"{merged.copied} records and {merged.runs} runs copied to {output}, {merged.same} there already, "
        f"{len(merged.differing)} that differ, {len(merged.unreadable)} that cannot be read"
    )
    click.get_current_context().exit(4 if merged.differing else 3 if merged.unreadable else 0)
