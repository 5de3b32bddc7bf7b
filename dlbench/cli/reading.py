"""What a terminal shows while a large file is read: a bar of the bytes, then that the columns are looked at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from dlbench.cli.printing import harmless

LARGE = 16 << 20
"""Bytes from which reading takes long enough to be shown."""
_PERIOD = 0.2


@contextmanager
def reading(path: str, *, quiet: bool = False) -> Iterator[None]:
    """Show that a file is read while the block lasts: a bar on a terminal, a line elsewhere, nothing of small ones."""
    size = _size(path)
    if quiet or size < LARGE:
        yield
        return
    from rich.console import Console

    console = Console(stderr=True)
    told = f"reading {harmless(Path(path).name)}"
    if not console.is_terminal:
        click.echo(f"{told} ({size / 2**20:.0f} MiB)", err=True)
        yield
        return
    with _bar(console, told, size):
        yield


@contextmanager
def _bar(console: object, told: str, size: int) -> Iterator[None]:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    over = threading.Event()
    with Progress(*columns, console=console, transient=True) as progress:  # type: ignore[arg-type]
        task = progress.add_task(told, total=size)

        def follow() -> None:
            from dlbench.datasets.reading import share

            begun = False
            while not over.wait(_PERIOD):
                if (found := share()) is not None:
                    begun = True
                    progress.update(task, completed=int(found * size), description=told)
                elif begun:
                    progress.update(task, completed=size, description="looking at the columns")

        thread = threading.Thread(target=follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0
