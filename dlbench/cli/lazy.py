"""A group of commands that imports a command when it is called, and none to list them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from dlbench.core.errors import suggest


class LazyGroup(click.Group):
    """Finds the command of a verb in `dlbench.cli.<verb>`, where it is called `command`.

    Args:
        verbs: verb → one line of help, in the order of the help.
    """

    def __init__(self, *args: Any, verbs: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.verbs = verbs

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.verbs)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.verbs:
            return None
        command: click.Command = import_module(f"dlbench.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.verbs.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.verbs and not args[0].startswith("-") and not ctx.resilient_parsing:
            raise click.UsageError(f"unknown command {args[0]!r}{suggest(args[0], self.verbs)}", ctx)
        return super().resolve_command(ctx, args)
