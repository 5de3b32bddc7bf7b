"""Answers a browser: GET and HEAD, to who asked for this machine by its own name, and to nobody else."""

from __future__ import annotations

import ipaddress
import socket
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from dlbench.core.errors import DlbenchError
from dlbench.reporting.plain import html as escaped
from dlbench.reporting.plain import plain
from dlbench.serving.pages import Page, Pages

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A page holds all it needs: nothing may be fetched, framed or sent."""


class Handler(BaseHTTPRequestHandler):
    """One request. A subclass sets `pages`."""

    pages: ClassVar[Pages]
    server_version = "dlbench"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer with the list of runs, or the report of one."""
        if not ours(self.headers.get("Host", "")):
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST, "ask by the address of this machine, not by another name")
            return
        path = urlsplit(self.path).path
        try:
            page = self.pages.listing() if path == "/" else self._report(path)
        except Exception as error:  # noqa: BLE001  the process boundary: one page that fails leaves the others
            told = str(error) if isinstance(error, DlbenchError) else f"{type(error).__name__}: {error}"
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR, told)
            return
        if page is None:
            self._refuse(HTTPStatus.NOT_FOUND, "no such run")
        else:
            self._show(page)

    do_HEAD = do_GET  # noqa: N815  names that http.server asks for

    def do_POST(self) -> None:
        """Refuse: there is nothing to change here."""
        self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "pages are read only", Allow="GET, HEAD")

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = do_POST  # noqa: N815

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Keep quiet of requests that went well; `log_error` comes here too, and what was asked is made harmless."""
        if format.startswith("code "):
            sys.stderr.write(f"{plain(self.client_address[0])}: {plain(format % arguments)}\n")

    def _report(self, path: str) -> Page | None:
        prefix = "/run/"
        return self.pages.report(unquote(path.removeprefix(prefix))) if path.startswith(prefix) else None

    def _show(self, page: Page) -> None:
        tag = f'"{page.tag}"'
        known = self.headers.get("If-None-Match") == tag
        self.send_response(HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK)
        self._send(b"" if known else page.body, ETag=tag, **({"Refresh": str(page.again)} if page.again else {}))

    def _refuse(self, status: HTTPStatus, told: str, **headers: str) -> None:
        self.log_error("code %d, %s", status, told)
        self.send_response(status)
        title = f"{status.value} {status.phrase}"
        body = f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><p>{escaped(told)}</p></html>\n"
        self._send(body.encode(), **headers)

    def _send(self, body: bytes, **headers: str) -> None:
        fixed = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(body)),
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }
        for name, value in {**fixed, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def ours(host: str) -> bool:
    """Whether a Host header names this machine as no foreign web page can: by number, or by a name of its own.

    A page of another site may point its own name at 127.0.0.1 (DNS rebinding); its requests then carry that name.

    >>> ours("127.0.0.1:8000"), ours("localhost"), ours("[::1]:8000"), ours("evil.example:8000"), ours("")
    (True, True, True, False, False)
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", socket.gethostname().lower()):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
