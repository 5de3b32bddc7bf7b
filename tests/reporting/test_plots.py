"""Figures: valid Vega-Lite, coloured by themes alone, outside text in the data alone, numbers true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import made_pages
import numpy as np
import pytest
from hostile import NASTY
from made_run import Game, Player, made_run

from dlbench.reporting import evidence, html, plots
from dlbench.reporting.evidence.items import picked
from dlbench.reporting.evidence.right import Right, right
from dlbench.reporting.findings import find
from dlbench.reporting.plain import plain
from dlbench.reporting.plots.confusion import counts
from dlbench.reporting.plots.cost import pareto
from dlbench.reporting.plots.figure import Figure
from dlbench.reporting.plots.gallery import gallery
from dlbench.reporting.plots.theme import DARK, LIGHT, Theme, themed

RUNS = {"vision": made_pages.vision_like, "troubled": made_pages.troubled, "hostile": made_pages.hostile}
MODULES = [
    f"{package.__name__}.{module.name}"
    for package in (plots, evidence, html)
    for module in pkgutil.iter_modules(package.__path__)
]


@pytest.fixture(scope="module", params=list(RUNS))
def figures(request: pytest.FixtureRequest) -> tuple[Figure, ...]:
    source = RUNS[request.param]().remembering()
    return tuple(gallery(source, find(source)))


@pytest.mark.parametrize("module", MODULES)
def test_examples_hold(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_figures_have_names_of_their_own_and_a_table(figures: tuple[Figure, ...]) -> None:
    names = [figure.name for figure in figures]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name.replace("-", "").replace("_", "").isalnum() for name in names)
    assert all(figure.table.lines or figure.table.notes for figure in figures)


def test_figures_are_valid_vega_lite(figures: tuple[Figure, ...]) -> None:
    convert = pytest.importorskip("vl_convert", reason="vl-convert-python is not installed: pip install -e .[test]")
    for figure in figures:
        made = convert.vegalite_to_vega(themed(figure.spec), vl_version="6.4")
        assert [mark for mark in made["marks"] if mark["type"] in ("symbol", "rect", "line", "group", "rule")], (
            figure.name
        )


def test_figures_have_no_colour_of_their_own(figures: tuple[Figure, ...]) -> None:
    for figure in figures:
        assert not [text for text in _texts({**figure.spec, "data": None}) if text.startswith("#")]


def test_outside_text_stands_in_data_and_titles_alone() -> None:
    source = made_pages.hostile().remembering()
    for figure in gallery(source, find(source)):
        told = list(_texts(_bare(figure.spec)))
        for name in NASTY[:20]:
            assert not any(plain(name) in text or name in text for text in told if len(name) > 3), figure.name
        assert not [text for text in _texts(figure.spec) if not all(char.isprintable() for char in text)]


def test_a_figure_can_stand_by_itself(figures: tuple[Figure, ...]) -> None:
    spec = themed(figures[0].spec, DARK, 500)
    assert (spec["width"], spec["config"]["background"]) == (500, DARK.paper)
    assert figures[0].spec["width"] == "container"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_of_text_have_contrast(theme: Theme) -> None:
    for color in (theme.ink, theme.quiet, theme.bad, *theme.kinds):
        assert contrast(color, theme.paper) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours (WCAG 2.2)."""
    dark, light = sorted(_luminance(color) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_nobody_beats_the_front_on_both() -> None:
    source = made_run([Game("a", [Player(f"c{i}", "classic", 0.7 + 0.03 * i) for i in range(8)])])
    rows = [row for row in find(source).rows if row.primary]
    front = pareto(rows, 1)
    for row in rows:
        beaten = any(o.fit_seconds <= row.fit_seconds and o.value >= row.value and o is not row for o in rows)
        assert (row in front) != beaten


def test_confusions_count_every_answer() -> None:
    source = made_run([Game("a", [Player("svm", "classic", 0.8)], folds=3)])
    from dlbench.reporting.evidence.answers import answers

    place = find(source).rounds[0]
    found = counts(answers(source, place, "svm"))
    assert found is not None
    right_share = sum(r["scores"]["accuracy"]["value"] for r in source.records) / 3
    assert found[1].sum() == 600
    assert np.trace(found[1]) / 600 == pytest.approx(right_share)


def test_items_are_those_that_all_got_wrong_and_that_one_got_right() -> None:
    source = made_run([Game("a", [Player("svm", "classic", 0.7), Player("net", "deep", 0.7)], folds=1, items=60)])
    table = right(source, find(source).rounds[0])
    assert table is not None
    truth = source.truth(source.records[0])
    codes = {
        r["job"]["contestant"]["label"]: source.predictions(r).to("Labels").arrays()["codes"] for r in source.records
    }
    hit = {name: held == truth.target for name, held in codes.items()}
    every, first, second = picked(table, "svm", "net", most=60)
    assert set(table.ids[list(every.index)]) == set(truth.ids[~hit["svm"] & ~hit["net"]])
    assert set(table.ids[list(first.index)]) == set(truth.ids[hit["svm"] & ~hit["net"]])
    assert set(table.ids[list(second.index)]) == set(truth.ids[hit["net"] & ~hit["svm"]])


def test_what_all_agree_on_comes_first() -> None:
    said = np.array([[1, 1, 2], [1, 2, 2], [1, 3, 3]])
    table = Right(
        np.array(["a", "b", "c"]),
        np.zeros(3, int),
        tuple("0123"),
        ("x", "y", "z"),
        ("deep",) * 3,
        np.zeros((3, 3)),
        said,
        fits=1,
    )
    assert picked(table, "", "")[0].index == (0, 2, 1)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, held in value.items():
            yield name
            yield from _texts(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _texts(held)


def _bare(value: Any) -> Any:
    """Return a specification without its data, and without titles, which Vega shows as they are."""
    if isinstance(value, dict):
        return {name: _bare(held) for name, held in value.items() if name not in ("data", "title")}
    return [_bare(held) for held in value] if isinstance(value, list | tuple) else value


def _luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
