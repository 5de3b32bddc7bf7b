"""`dlbench init DATA`."""

from __future__ import annotations

from pathlib import Path

import click

from dlbench.cli.printing import say, write_whole
from dlbench.core.errors import UsageError


@click.command()
@click.argument("data")
@click.option("--target", metavar="COLUMN", help="The column to predict: its name, or its place from 0 or from -1.")
@click.option("--test", metavar="FILE", help="A file with the test rows.")
@click.option("-o", "--output", metavar="FILE", help="Where to write the suite; else it is printed.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(data: str, target: str | None, test: str | None, output: str | None, force: bool) -> None:
    """Write a suite with comments for your own table: CSV, TSV, Parquet, ARFF, JSON lines or Excel."""
    from dlbench import api, own
    from dlbench.cli.own_table import told

    content = own.suite(data, target, test=test)
    api.load_suite(content)
    path = Path(output) if output else None
    text = own.written(content, path.absolute().parent if path else Path.cwd())
    if path is None:
        say(text.rstrip("\n"))
        return
    if path.suffix not in (".yaml", ".yml"):
        raise UsageError(f"{path}: expected a file that ends in .yaml or .yml")
    if path.exists() and not force:
        raise UsageError(f"{path}: is there already; write over it with --force, or name another")
    write_whole(path, text)
    click.echo(told(content["tasks"][0]["dataset"]))
    say(f"\nWritten to {path}. Run it with: dlbench run {path}")
