"""How a command ends: what it raised becomes a message on stderr and an exit code.

0 fine · 1 regressed (check) · 2 usage or suite error · 3 finished, some jobs failed or were unavailable ·
4 inconclusive or not comparable · 70 internal error · 130 interrupted · 141 the reader closed the pipe
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence

import click

from dlbench.cli.root import root
from dlbench.core.errors import DlbenchError

USAGE, INTERNAL, INTERRUPTED, BROKEN_PIPE = 2, 70, 130, 141


def exit_code(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code, whatever happens."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a sign must not stop a run
    try:
        return _run(arguments)
    except click.ClickException as error:
        return _refused(error)
    except DlbenchError as error:
        _say(f"Error: {error}")
        return error.exit_code
    except (KeyboardInterrupt, click.Abort, EOFError):
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 — the process boundary
        _internal(error, verbose=_verbose(arguments))
        return INTERNAL


def _run(arguments: Sequence[str]) -> int:
    if "_DLBENCH_COMPLETE" in os.environ:
        root.main(list(arguments), prog_name="dlbench")
    try:
        with root.make_context("dlbench", list(arguments)) as context:
            root.invoke(context)
        code = 0
    except click.exceptions.Exit as left:
        code = left.exit_code
    sys.stdout.flush()
    return code


def _refused(error: click.ClickException) -> int:
    told = io.StringIO()
    error.show(file=told)
    _say(told.getvalue().rstrip("\n"))
    return USAGE


def _internal(error: Exception, *, verbose: bool) -> None:
    _say(f"internal error: {type(error).__name__}: {error}")
    trace = "".join(traceback.format_exception(error))
    if verbose:
        _say(trace)
        return
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="dlbench-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as file:
            file.write(trace)
    except OSError:
        _say("run again with -v to see the traceback")
    else:
        _say(f"the traceback is in {file.name}; -v shows it here")


def _verbose(arguments: Sequence[str]) -> bool:
    """Tell whether the user asked for details; read from the words, since the parser may be what failed."""
    asked = any(re.fullmatch(r"--verbose|-[vq]*v[vq]*", word) for word in arguments)
    return asked or os.environ.get("DLBENCH_VERBOSE", "").lower() in ("1", "true", "t", "yes", "y", "on")


def _say(text: str) -> None:
    from dlbench.cli.printing import harmless

    click.echo(harmless(text), err=True)


def _close_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's last flush does not fail too."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = io.StringIO()
