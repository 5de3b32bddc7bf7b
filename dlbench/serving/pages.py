"""What a browser is shown: the list of runs, and the report of each, made again only where its run has changed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlbench.core.errors import CorruptRecord
from dlbench.reporting import render
from dlbench.reporting.load import load_source
from dlbench.reporting.plain import html as escaped
from dlbench.runs import RunFolder, all_runs
from dlbench.store import Store

KEPT = 16
"""Pages that are kept; a large run's is several megabytes."""

EVERY = 5
"""Seconds between two looks at what is still running; more where a page takes longer to make."""

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8886; overflow-wrap: anywhere; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; }}
</style></head><body><main><h1>{title}</h1>
"""
_FOOT = "</main></body></html>\n"
_COLUMNS = ("suite", "run", "started", "jobs done", "state")


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        body: HTML.
        tag: changes whenever the page does.
        again: seconds after which to look again; None for what will not change by itself.
    """

    body: bytes
    tag: str
    again: int | None = None


class Pages:
    """The pages of a results folder. May be asked by several threads: one page is made at a time.

    Args:
        root: the results folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._held: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def listing(self) -> Page:
        """Return the list of all runs, the newest first."""
        rows = [_row(name, run) for name, run in self._runs().items()]
        head = "".join(f"<th scope=col>{name}</th>" for name in _COLUMNS)
        told = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        none = f"<p>No runs under {escaped(self._root)}; start one with <code>dlbench run quick</code>.</p>"
        body = (_HEAD.format(title="dlbench: runs") + (told if rows else none) + _FOOT).encode()
        return Page(body, f"{hash(body):x}", EVERY)

    def report(self, name: str) -> Page | None:
        """Return the report of the run `suite/id`; None where there is none.

        The name is looked up among the runs that there are: no path is ever made from it.

        Raises:
            CorruptRecord: run.json cannot be believed.
        """
        run = self._runs().get(name)
        if run is None:
            return None
        with self._lock:
            tag, held = _tag(run), self._held.get(name)
            if held is None or held.tag != tag:
                held = self._made(run, tag)
            self._held[name] = held
            self._held.move_to_end(name)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
            return held

    def _runs(self) -> dict[str, RunFolder]:
        return {f"{run.path.parent.name}/{run.id}": run for run in reversed(list(all_runs(self._root)))}

    def _made(self, run: RunFolder, tag: str) -> Page:
        start = time.perf_counter()
        source = load_source(run, Store(self._root))
        body = render(source, "html").encode("utf-8", "backslashreplace")
        slow = round(5 * (time.perf_counter() - start))
        return Page(body, tag, None if source.run["finished"] else max(EVERY, slow))


def _tag(run: RunFolder) -> str:
    """Return what changes whenever a run does: size and time of its run.json and its journal."""
    stats = [path.stat() if path.exists() else None for path in (run.path / "run.json", run.path / "journal.jsonl")]
    return "-".join("" if stat is None else f"{stat.st_size:x}-{stat.st_mtime_ns:x}" for stat in stats)


def _row(name: str, run: RunFolder) -> str:
    from dlbench.status import state

    try:
        header: Mapping[str, Any] = run.header()
    except CorruptRecord as error:
        return f"<tr><td>{escaped(run.path.parent.name)}</td><td colspan=4>{escaped(error)}</td></tr>"
    done = f"{len(run.attempts()):,} of {len(header['jobs']):,}"
    cells = (
        f"<td>{escaped(run.path.parent.name)}</td>",
        f'<td><a href="{address(name)}">{escaped(run.id)}</a></td>',
        f"<td>{escaped(header.get('started') or '')}</td>",
        f"<td class=number>{done}</td>",
        f"<td>{escaped('finished' if run.finished else state(run))}</td>",
    )
    return f"<tr>{''.join(cells)}</tr>"


def address(name: str) -> str:
    """Return the path of a run's page.

    >>> address("my suite/2026?")
    '/run/my%20suite/2026%3F'
    """
    from urllib.parse import quote

    return f"/run/{quote(name)}"
