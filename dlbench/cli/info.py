"""`dlbench info NAME`."""

from __future__ import annotations

from dataclasses import asdict

import click

from dlbench.cli.describing import Sheet, describe
from dlbench.cli.options import format_option
from dlbench.cli.printing import columns, say, say_json


@click.command()
@click.argument("name")
@format_option("terminal", "json")
def command(name: str, form: str) -> None:
    """Describe a model, dataset, metric, task type or loss; also a model behind stages, such as pca+logistic."""
    sheets = describe(name)
    if form == "json":
        say_json({"format": 1, "found": [asdict(sheet) for sheet in sheets]})
        return
    for number, sheet in enumerate(sheets):
        if number:
            say("")
        _print(sheet)


def _print(sheet: Sheet) -> None:
    say(f"{sheet.name} — {sheet.title} ({sheet.what})\n")
    if sheet.about:
        say(f"{sheet.about}\n")
    _facts(sheet.facts)
    if sheet.bias:
        say("\nInductive bias")
        _facts(sheet.bias)
    if sheet.parameters:
        say("\nParameters")
        headers = list(sheet.parameters[0])
        click.echo(columns(headers, [list(row.values()) for row in sheet.parameters]))


def _facts(facts: dict[str, str]) -> None:
    click.echo(columns(("", ""), [(f"  {name}", value) for name, value in facts.items()]).lstrip("\n"))
