"""`dlbench schema`."""

from __future__ import annotations

import click

from dlbench.cli.printing import say_json


@click.command()
def command() -> None:
    """Print the JSON schema of a suite: an editor that knows it completes and checks suites as they are written."""
    from dlbench.suite import json_schema

    say_json(json_schema())
