"""The server behind `dlbench serve`."""

from __future__ import annotations

import ipaddress
import socket
from http.server import ThreadingHTTPServer
from pathlib import Path

from dlbench.core.errors import UsageError
from dlbench.serving.handler import Handler
from dlbench.serving.pages import Pages


class Server(ThreadingHTTPServer):
    """Serves the runs of a results folder.

    Args:
        root: the results folder.
        host: address to listen on.
        port: 0 for any that is free.

    Raises:
        UsageError: nothing can listen there.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, root: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        handler = type("RunsHandler", (Handler,), {"pages": Pages(root)})
        try:
            family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            self.address_family = family
            super().__init__(address[:2], handler)  # type: ignore[arg-type]
        except OSError as error:
            raise UsageError(f"{host}:{port}: cannot listen there: {error.strerror or error}; try --port 0") from error

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        host, port = str(self.server_address[0]), self.server_address[1]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def loopback(host: str) -> bool:
    """Whether an address can be reached from this machine alone.

    >>> loopback("127.0.0.1"), loopback("::1"), loopback("localhost"), loopback("0.0.0.0"), loopback("example.org")
    (True, True, True, False, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
