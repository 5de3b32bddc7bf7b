"""Pages of made runs in Debian's Chromium; where there is none, the tests skip and say so."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reporting"))

import made_forecasts
import made_pages
import vision_pages

from dlbench.reporting import render

RUNS: dict[str, Callable[[], Any]] = {
    "vision": made_pages.vision_like,
    "troubled": made_pages.troubled,
    "hostile": made_pages.hostile,
    "forecasts": made_forecasts.forecasts,
}


def chromium() -> str:
    """Return the program, or skip."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install -e .[test]"
    )
    with playwright.sync_playwright() as driver:
        held = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield held
        held.close()


@pytest.fixture(scope="session")
def files(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name → the page as a file."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, run in RUNS.items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(render(run(), "html"), encoding="utf-8")
    return found


@pytest.fixture(scope="session")
def scenes(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the vision suite's masks and boxes."""
    folder = tmp_path_factory.mktemp("scenes")
    page = folder / "scenes.html"
    page.write_text(vision_pages.masks_and_boxes(folder / "results"), encoding="utf-8")
    return page


class Opened:
    """A page in a tab of its own: what it said, what it asked for."""

    def __init__(self, browser: Any, file: Path, **how: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        self.tab = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.tab.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.tab.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.tab.on("dialog", lambda dialog: (self.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.tab.on("request", lambda request: self.asked.append(request.url))
        self.tab.goto(file.as_uri())

    def draw(self) -> int:
        """Open everything, draw every figure, and return how many there are."""
        self.tab.evaluate("document.querySelectorAll('details.point').forEach((one) => { one.open = true; })")
        return int(self.tab.evaluate("dlbench.drawAll().then(() => dlbench.plots.length)"))


@pytest.fixture
def opened(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Opened]]:
    held: list[Opened] = []

    def open_(name: str, **how: Any) -> Opened:
        page = request.getfixturevalue("scenes") if name == "scenes" else request.getfixturevalue("files")[name]
        held.append(Opened(browser, page, **how))
        return held[-1]

    yield open_
    for one in held:
        one.context.close()
