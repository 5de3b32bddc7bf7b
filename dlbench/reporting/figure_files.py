"""The figures of a report as files: SVG for papers, PNG for slides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from dlbench.core.errors import UsageError
from dlbench.reporting.findings import find
from dlbench.reporting.plots.gallery import gallery
from dlbench.reporting.plots.theme import themed
from dlbench.reporting.source import Source

SCALE = 2.0
"""Pixels of a PNG for each of the figure's own."""


def write_figures(
    source: Source, folder: Path, write: Callable[[Path, bytes], None], *, items: bool = True
) -> Iterator[Path]:
    """Write every figure of a report as `NAME.svg` and `NAME.png`; yield the files, each when it is written.

    Args:
        source: the run.
        folder: is made where it is missing; files of the same names are replaced.
        write: writes a file whole or not at all.
        items: whether values of single items may be shown.

    Raises:
        UsageError: vl-convert is not installed, or the folder is a file.
    """
    convert = _converter()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UsageError(f"{folder}: is a file; name a folder for the figures") from error
    source = source.remembering()
    for figure in gallery(source, find(source), items=items):
        spec = json.dumps(themed(figure.spec))
        path = folder / f"{figure.name}.svg"
        write(path, convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode())
        yield path
        path = folder / f"{figure.name}.png"
        write(path, convert.vegalite_to_png(spec, scale=SCALE, allowed_base_urls=[]))
        yield path


def _converter() -> ModuleType:
    try:
        import vl_convert
    except ImportError as error:
        raise UsageError("figures are drawn by vl-convert; get it with: pip install 'dlbench[figures]'") from error
    module: ModuleType = vl_convert
    return module
