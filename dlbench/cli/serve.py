"""`dlbench serve`."""

from __future__ import annotations

from pathlib import Path

import click

from dlbench.cli.options import output_dir, twinned
from dlbench.cli.printing import say
from dlbench.core.errors import UsageError


@click.command()
@twinned("--port", type=click.IntRange(0, 65535), default=8450, show_default=True, help="0 for any that is free.")
@twinned("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--open-to-network", is_flag=True, help="Let --host be one that other machines reach. There is no login.")
@output_dir
def command(port: int, host: str, open_to_network: bool, output: str) -> None:
    """Show all runs as pages of a browser on this machine; those still running refresh. Ctrl-C ends it."""
    from dlbench.serving.server import Server, loopback

    if not loopback(host) and not open_to_network:
        raise UsageError(f"--host {host}: other machines could read every run; add --open-to-network to allow it")
    with Server(Path(output), host, port) as server:
        say(f"serving {output} at {server.address} (Ctrl-C ends it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("stopped")
