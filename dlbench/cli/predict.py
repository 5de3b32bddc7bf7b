"""`dlbench predict MODEL DATA`."""

from __future__ import annotations

from pathlib import Path

import click

from dlbench.cli.printing import harmless


@click.command()
@click.argument("model", type=Path)
@click.argument("data", type=Path)
@click.option(
    "-o",
    "--output",
    "file",
    type=Path,
    metavar="FILE",
    help="CSV to write, else the terminal; npz for masks and pictures.",
)
def command(model: Path, data: Path, file: Path | None) -> None:
    """Let an exported model answer for the rows of a file.

    MODEL is a folder that `dlbench export` wrote; DATA a table with the same columns (CSV, Parquet, JSON lines, …), an
    npz file of images, or a folder, tar or zip of pictures. The target column may be there; it is not looked at.
    """
    from dlbench import api

    rows = len(api.predict(model, data, file=file))
    if file is not None:
        click.echo(harmless(f"wrote {file}: {rows} rows"))
