"""The page in a browser: it is quiet, draws everything, sorts and filters, fits a phone, the dark, paper, a reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dlbench.reporting.plots.theme import DARK, LIGHT

NAMES = ("vision", "troubled", "hostile", "scenes")
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def column(tab: Any, number: int) -> list[str]:
    """Return the values of a column of the leaderboard, lines that are shown alone."""
    lines = "[...document.querySelectorAll('#board tbody tr:not([hidden])')]"
    told = "row.cells[n].dataset.value ?? row.cells[n].textContent.trim()"
    return list(tab.evaluate(f"(n) => {lines}.map((row) => {told})", number))


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_quiet_asks_for_nothing_and_draws_every_plot(name: str, opened: Any) -> None:
    page = opened(name, offline=True)
    count = page.draw()
    marks = page.tab.evaluate("dlbench.plots.map((plot) => plot.querySelectorAll('svg .role-mark > *').length)")
    names = page.tab.evaluate("dlbench.plots.map((plot) => plot.dataset.name)")
    assert count >= {"vision": 25, "troubled": 12, "hostile": 12, "scenes": 5}[name]
    assert not [held for held, drawn in zip(names, marks, strict=True) if not drawn]
    assert page.said == []
    assert len(page.asked) == 1


def test_figures_are_drawn_as_they_come_into_view(opened: Any) -> None:
    tab = opened("vision").tab
    tab.locator("#cost .plot").first.scroll_into_view_if_needed()
    tab.wait_for_selector("#cost .plot.drawn svg")
    assert tab.locator(".plot.drawn").count() < tab.locator(".plot").count()


def test_hostile_names_do_nothing(opened: Any) -> None:
    page = opened("hostile")
    page.draw()
    tab = page.tab
    assert tab.locator("img:not([src^='data:image/png']), iframe, object, embed, a[href^='javascript']").count() == 0
    attributes = "[...document.querySelectorAll('*')].flatMap((node) => [...node.attributes].map((one) => one.name))"
    assert not [name for name in tab.evaluate(attributes) if name.startswith("on")]
    assert tab.locator("script").count() == tab.locator("script.spec").count() + 3
    assert "onerror=alert(1)" in tab.locator("#leaderboard").text_content()
    assert page.said == []


def test_nothing_that_slips_in_would_run(opened: Any) -> None:
    page = opened("vision")
    page.tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=data:, onerror=\"document.title=1\">')")
    page.tab.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'document.title = 2'}))"
    )
    page.tab.wait_for_timeout(200)
    assert page.tab.title().endswith("dlbench report")
    assert len([told for told in page.said if "Content Security Policy" in told]) == 2


def test_headings_sort_by_mouse_and_by_keyboard(opened: Any) -> None:
    tab = opened("vision").tab
    head = tab.locator("#board thead th", has_text="value")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    values = [float(text) for text in column(tab, 3)]
    assert values == sorted(values)
    assert len(set(values)) > 5
    head.locator("button").focus()
    tab.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert [float(text) for text in column(tab, 3)] == sorted(values, reverse=True)
    tab.locator("#board thead th", has_text="contestant").locator("button").click()
    assert head.get_attribute("aria-sort") == "none"
    names = column(tab, 1)
    assert names == sorted(names, key=str.casefold)


def test_lines_without_a_value_sort_last(opened: Any) -> None:
    tab = opened("troubled").tab
    tab.locator("select[name=metric]").select_option("")
    head = tab.locator("#board thead th", has_text="parameters")
    for _ in range(2):
        head.locator("button").click()
        found = column(tab, 9)
        assert "" in found
        assert "" not in found[: found.index("")]
        assert not any(found[found.index("") :])


def test_lists_filter_by_task_metric_and_kind(opened: Any) -> None:
    tab = opened("vision").tab
    said = tab.locator(".filters output")
    everything = tab.locator("#board tbody tr").count()
    assert len(column(tab, 0)) == 2 + 3 * 6
    tab.locator("select[name=metric]").select_option("")
    assert said.text_content() == f"{everything} of {everything} lines"
    tab.locator("select[name=place]").select_option(label="digits")
    tab.locator("select[name=kind]").select_option("deep")
    assert set(column(tab, 0)) == {"digits"}
    assert len(column(tab, 1)) == 2 * 2
    tab.locator("select[name=metric]").select_option(label="log_loss")
    assert set(column(tab, 2)) == {"log_loss ↓"}
    assert said.text_content() == f"2 of {everything} lines"


def test_the_dark_is_dark_and_figures_follow(opened: Any, tmp_path: Path) -> None:
    page = opened("vision", color_scheme="dark")
    page.draw()
    fills = "[...document.querySelectorAll('#cost .plot svg text')].map((text) => text.getAttribute('fill'))"
    assert page.tab.evaluate("getComputedStyle(document.body).backgroundColor") == rgb(DARK.paper)
    assert DARK.quiet in page.tab.evaluate(fills)
    page.tab.screenshot(path=tmp_path / "dark.png")
    page.tab.emulate_media(color_scheme="light")
    page.draw()
    assert page.tab.evaluate("getComputedStyle(document.body).backgroundColor") == rgb(LIGHT.paper)
    assert set(page.tab.evaluate(fills)) & {LIGHT.quiet, LIGHT.ink}
    assert DARK.quiet not in page.tab.evaluate(fills)
    page.tab.screenshot(path=tmp_path / "light.png")
    assert (tmp_path / "dark.png").read_bytes() != (tmp_path / "light.png").read_bytes()


@pytest.mark.parametrize(("scheme", "ink"), [("light", LIGHT.ink), ("dark", DARK.ink)])
def test_charts_of_forecasts_are_seen_by_day_and_by_night(scheme: str, ink: str, opened: Any) -> None:
    tab = opened("forecasts", color_scheme=scheme).tab
    strokes = "(lines) => lines.map((line) => [line.getTotalLength(), getComputedStyle(line).stroke])"
    lines = tab.locator("svg.lines polyline").evaluate_all(strokes)
    assert min(length for length, _ in lines) > 100
    assert tab.locator("svg.lines .came").evaluate_all(strokes)[0][1] == rgb(ink)
    assert len({stroke for _, stroke in lines}) == 3  # what came, classic, deep


@pytest.mark.parametrize("how", [{}, PHONE], ids=["desk", "phone"])
def test_boxes_are_outlined_on_pictures(how: dict[str, Any], opened: Any) -> None:
    tab = opened("scenes", **how).tab
    drawings = tab.locator("svg.boxed")
    assert drawings.count() >= 6
    told = "(all) => all.map((one) => [one.getBoundingClientRect().width, getComputedStyle(one).stroke])"
    boxes = drawings.locator("rect").evaluate_all(told)
    assert len(boxes) > drawings.count()
    assert all(width > 1 and stroke.startswith("rgb") for width, stroke in boxes)
    assert len({stroke for _, stroke in boxes}) > 1  # classes are told apart
    pictures = drawings.locator("image, use").evaluate_all("(all) => all.map((one) => one.getBBox().width)")
    assert len(pictures) == drawings.count()
    assert min(pictures) == 48  # of the scenes, in their own pixels


def test_masks_stand_beside_the_pictures_they_answer(opened: Any) -> None:
    tab = opened("scenes").tab
    shown = "li.panels > figure > img"
    sizes = tab.locator(shown).evaluate_all("(all) => all.map((one) => [one.complete, one.naturalWidth, one.width])")
    assert len(sizes) >= 8
    assert all(complete and natural == 32 and wide > natural for complete, natural, wide in sizes)
    captions = tab.locator("li.panels:has(> figure > img) figcaption").all_inner_texts()
    assert {"seen", "true", "pixel_forest", "unet"} <= {text.split(":")[0] for text in captions}


def test_the_curves_of_a_detector_stand_beside_its_classes(opened: Any) -> None:
    page = opened("scenes")
    page.draw()
    lines = page.tab.locator("figure[id^=found-] .plot svg .mark-line path")
    length = "(all) => all.map((one) => one.getTotalLength())"
    assert lines.count() >= 2
    assert min(lines.evaluate_all(length)) > 50
    table = page.tab.locator("table", has_text="map_50 ↑ by class, mean over jobs")
    assert table.locator("tbody tr").count() >= 2
    assert "hog_windows" in table.locator("thead").inner_text()


@pytest.mark.parametrize("name", [*NAMES, "forecasts"])
def test_a_phone_scrolls_one_way_alone(name: str, opened: Any, tmp_path: Path) -> None:
    page = opened(name, **PHONE)
    page.draw()
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.tab.evaluate("Math.max(...dlbench.plots.map((plot) => plot.getBoundingClientRect().right))") <= 390
    assert not page.tab.locator(".contents details").evaluate("(one) => one.open")
    assert len(page.tab.screenshot(path=tmp_path / "phone.png")) > 10_000


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("vision", {}),
        ("troubled", {"color_scheme": "dark"}),
        ("hostile", PHONE),
        ("forecasts", PHONE),
        ("scenes", {}),
        ("scenes", PHONE),
    ],
)
def test_axe_finds_nothing_serious(name: str, how: dict[str, Any], opened: Any) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed: pip install -e .[test]"
    )
    page = opened(name, **how)
    where = {"exclude": [["svg"]]}  # pictures, whose label stands outside
    found = axe.Axe().run(page.tab, context=where, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]
    assert serious == []


def test_evidence_opens_by_keyboard_and_names_its_records(opened: Any) -> None:
    tab = opened("vision").tab
    first = tab.locator(".summary .keys").first
    first.locator("summary").focus()
    tab.keyboard.press("Enter")
    told = first.locator("summary").inner_text()
    assert first.locator("code").count() == min(60, int("".join(char for char in told if char.isdigit())))
    assert first.locator("code").first.is_visible()


def test_paper_is_light_and_whole(opened: Any, tmp_path: Path) -> None:
    page = opened("troubled", color_scheme="dark")
    page.tab.emulate_media(media="print", color_scheme="dark")
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.draw()
    assert page.tab.locator("details.point:not([open])").count() == 0
    assert page.tab.locator(".plot.drawn").count() == page.tab.locator(".plot").count()
    assert page.tab.evaluate("getComputedStyle(document.body).backgroundColor") == rgb("#ffffff")
    assert not page.tab.locator(".contents").is_visible()
    assert page.tab.pdf(format="A4").startswith(b"%PDF")


def rgb(color: str) -> str:
    """Return a colour as a browser tells it."""
    return f"rgb({', '.join(str(int(color[place : place + 2], 16)) for place in (1, 3, 5))})"
