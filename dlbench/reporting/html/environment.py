"""The templates, with escaping on: text from outside is made plain, then escaped, wherever it stands."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dlbench.reporting import figures, tables
from dlbench.reporting.html.script_data import script_json
from dlbench.reporting.plain import plain
from dlbench.reporting.plots.figure import slug

_FIGURES = {
    made.__name__: made
    for made in (figures.score, figures.signed, figures.seconds, figures.size, figures.count, figures.times)
}


def environment() -> Environment:
    """Return Jinja2 that escapes everything, refuses unknown names, and writes out control characters."""
    made = Environment(
        loader=PackageLoader("dlbench.reporting.html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_plain,
    )
    made.filters |= {"script_json": script_json, "slug": slug, **_FIGURES}
    made.globals |= {
        "title_of": tables.title_of,
        "heading": tables.heading,
        "marks": tables.MARKS,
        "none": figures.NONE,
    }
    return made


def asset(name: str) -> str:
    """Return the text of a file that goes into the page as it is: styles, scripts."""
    return files("dlbench.reporting.html").joinpath(name).read_text(encoding="utf-8")


def verbatim(name: str) -> Markup:
    """Return a file of ours as markup."""
    return Markup(asset(name))  # noqa: S704  a file of this package


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value
