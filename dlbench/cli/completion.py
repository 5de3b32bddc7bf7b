"""`dlbench completion SHELL`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes dlbench in a shell.

    For bash: eval "$(dlbench completion bash)" in ~/.bashrc; zsh likewise in ~/.zshrc; for fish:
    dlbench completion fish > ~/.config/fish/completions/dlbench.fish
    """
    from dlbench.cli.root import root

    completer = get_completion_class(shell)
    assert completer is not None, f"click completes {shell}"
    click.echo(completer(root, {}, "dlbench", "_DLBENCH_COMPLETE").source())
