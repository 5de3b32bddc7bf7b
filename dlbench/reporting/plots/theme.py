"""The colours of figures, light and dark: told apart by those who see no red or green, and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("classic", "deep", "mixed", "floor")
"""The domain of every colour and shape scale."""
SHAPES = ("circle", "diamond", "triangle-up", "square")
FONT = "system-ui, -apple-system, 'Segoe UI', Inter, Roboto, 'Helvetica Neue', Arial, sans-serif"


@dataclass(frozen=True)
class Theme:
    """Colours as CSS writes them.

    Attributes:
        paper, ink, quiet, line: background, text, secondary text, rules and grids.
        kinds: one for each of `KINDS`; after Okabe and Ito, with a contrast of at least 4.5 against the paper.
        ramp: from nothing to all, for counts and shares.
        bad: of what went wrong.
    """

    paper: str
    ink: str
    quiet: str
    line: str
    kinds: tuple[str, str, str, str]
    ramp: tuple[str, ...]
    bad: str


LIGHT = Theme(
    paper="#fdfcfa",
    ink="#1f1e1b",
    quiet="#63605a",
    line="#e2ded6",
    kinds=("#0a66a8", "#b84a00", "#81509b", "#6b6862"),
    ramp=("#f4f1ea", "#c9dcea", "#7fb0d3", "#2f7db5", "#08467a"),
    bad="#a32626",
)
DARK = Theme(
    paper="#15171a",
    ink="#e8e5de",
    quiet="#a29f97",
    line="#33363b",
    kinds=("#74b6ee", "#ff9e5e", "#cfa6e6", "#a3a098"),
    ramp=("#1e2126", "#1d3c58", "#24628f", "#4e99ce", "#b7dcf7"),
    bad="#ff8f87",
)


def config(theme: Theme) -> dict[str, Any]:
    """Return what Vega-Lite calls a config."""
    quiet = {"labelColor": theme.quiet, "titleColor": theme.quiet, "titleFontWeight": "normal"}
    text = {"font": FONT, "fontSize": 12, "fontWeight": "normal"}
    return {
        "aria": False,
        "background": None,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **quiet, "labelFontSize": 12, "titleFontSize": 12, "gridColor": theme.line, "domainColor": theme.line,
            "tickColor": theme.line, "titlePadding": 8, "labelLimit": 180, "tickCount": 6,
        },
        "axisY": {"domain": False, "ticks": False, "labelPadding": 6},
        "legend": {
            **quiet, "orient": "top", "title": None, "labelFontSize": 12, "symbolType": "circle", "symbolOpacity": 1,
            "labelLimit": 200, "columns": 4,
        },
        "range": {
            "category": list(theme.kinds), "ordinal": {"scheme": list(theme.ramp)},
            "ramp": list(theme.ramp), "heatmap": list(theme.ramp), "symbol": list(SHAPES),
        },
        "point": {"filled": True, "size": 70, "opacity": 1},
        "line": {"strokeWidth": 1.8},
        "style": {
            "note": {**text, "color": theme.quiet},
            "label": {**text, "color": theme.ink},
            "on-dark": {**text, "color": theme.paper},
            "guide": {"color": theme.quiet, "strokeDash": [3, 3], "strokeWidth": 1},
            "joined": {"color": theme.ink, "strokeWidth": 4, "strokeCap": "round", "opacity": 0.75},
            "band": {"fillOpacity": 0.14, "strokeOpacity": 0, "opacity": 1},
        },
    }  # fmt: skip


def themed(spec: Mapping[str, Any], theme: Theme = LIGHT, width: int = 640) -> dict[str, Any]:
    """Return a specification that stands by itself, as a file is made of it: with colours, paper and a width."""
    return {**spec, "width": width, "config": {**config(theme), "background": theme.paper, "padding": 16}}
