"""The page as text: whole, self-contained, small, escaped, true to the findings."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import made_pages
import pytest
from hostile import NASTY
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import Game, Player, made_run

from dlbench.reporting import render
from dlbench.reporting.findings import Findings, find
from dlbench.reporting.html.environment import asset
from dlbench.reporting.html.page import SCRIPTS
from dlbench.reporting.html.script_data import script_json
from dlbench.reporting.plain import plain
from dlbench.reporting.source import Source

VOID = {"meta", "link", "input", "img", "br", "hr"}
MEGABYTES = 8_000_000


class Read(HTMLParser):
    """Tags, attributes and text of a page; fails where a tag is closed that is not open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.scripts if self.open and self.open[-1] == "script" else self.texts).append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def vision() -> Source:
    return made_pages.vision_like()


@pytest.fixture(scope="module")
def findings(vision: Source) -> Findings:
    return find(vision)


@pytest.fixture(scope="module")
def page(vision: Source) -> str:
    return render(vision, "html")


@pytest.fixture(scope="module")
def hostile() -> str:
    return render(made_pages.hostile(), "html")


def test_a_page_is_whole_and_asks_for_nothing(page: str) -> None:
    read = Read(page)
    assert read.open == []
    asking = [(tag, held) for tag, held in read.tags if {"src", "srcset", "data", "action"} & held.keys()]
    assert all(str(held["src"]).startswith("data:image/png;base64,") for _, held in asking)
    links = [held["href"] for tag, held in read.tags if "href" in held]
    assert links
    assert all(str(link).startswith(("#", "data:,")) for link in links)
    anchors = {held["id"] for _, held in read.tags if "id" in held}
    assert {str(link)[1:] for link in links if str(link).startswith("#")} <= anchors
    assert len(anchors) == sum("id" in held for _, held in read.tags)
    assert "@import" not in page
    assert not re.search(r"url\(", page.split("</style>")[0])


def test_only_the_scripts_of_the_page_may_run(page: str) -> None:
    read = Read(page)
    policy = next(held["content"] for tag, held in read.tags if held.get("http-equiv") == "Content-Security-Policy")
    ours = [text for text in read.scripts if not text.lstrip().startswith("{")]
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in ours}
    assert hashes == set(re.findall(r"'sha256-([^']+)'", str(policy)))
    assert "unsafe-eval" not in str(policy)
    assert "default-src 'none'" in str(policy)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_can_end_its_element(name: str) -> None:
    text = asset(name)
    assert "\r" not in text
    assert "\0" not in text
    assert not re.search(r"<!--|<script|</script", text, re.IGNORECASE)


def test_the_verdict_comes_first_in_the_words_of_the_findings(page: str, findings: Findings) -> None:
    text = Read(page).text
    places = [text.index(" ".join(plain(claim.text).split())) for claim in findings.summary]
    assert places == sorted(places)
    assert max(places) < text.index("Leaderboard", text.index("To get this again") + 1)
    for told in findings.verdicts:
        assert all(" ".join(claim.text.split()) in text for claim in told.claims)
    assert all(warned.text in text for warned in findings.warnings)
    assert findings.references
    assert all(one.text in text for one in findings.references)


def test_a_claim_names_the_records_it_rests_on(page: str, findings: Findings) -> None:
    for claim in findings.summary:
        assert all(f"<code>{key}</code>" in page for key in claim.keys[:60])


def test_the_headline_of_a_task_names_the_records_it_rests_on(page: str, findings: Findings) -> None:
    headlines = re.findall(r'<div class="claim headline">(.*?)</details>', page, re.DOTALL)
    assert len(headlines) == len(findings.verdicts) > 1
    for told, shown in zip(findings.verdicts, headlines, strict=True):
        assert Read(shown + "</details>").texts[1] == told.headline
        assert re.findall(r"<code>([^<]+)</code>", shown) == list(told.claims[0].keys[:60])
        assert told.claims[0].keys


def test_every_cell_has_a_line(page: str, findings: Findings) -> None:
    read = Read(page)
    lines = [held for tag, held in read.tags if tag == "tr" and "data-place" in held]
    assert len(lines) == len(findings.rows)
    assert sum("data-primary" in held for held in lines) == sum(row.primary for row in findings.rows)


def test_items_are_pictures_of_the_dataset(page: str) -> None:
    read = Read(page)
    assert sum(tag == "img" for tag, _ in read.tags) > 10
    assert "Right by svm, wrong by resnet" in read.text or "Right by resnet, wrong by svm" in read.text


def test_no_items_leaves_no_raw_data(vision: Source) -> None:
    reads: list[Any] = []

    def watched(record: Any, name: str) -> list[dict[str, Any]]:
        reads.append(name)
        return []

    source = Source(vision.run, vision.records, vision.predictions, vision.truth, left=watched)
    bare = Read(render(source, "html", items=False))
    assert not any(tag == "img" for tag, _ in bare.tags)
    assert "Single items are left out" in bare.text
    assert "wrong by every contestant" not in bare.text.lower()
    regression = render(made_pages.troubled(), "html", items=False)
    assert "Residuals" not in regression
    assert "Residuals" in render(made_pages.troubled(), "html")


def test_data_that_cannot_be_had_are_said_and_passed_over(vision: Source) -> None:
    records = tuple(
        {**record, "fingerprints": {**record["fingerprints"], "data": "other"}} if record.get("spec") else record
        for record in vision.records
    )
    source = Source(vision.run, records, vision.predictions, vision.truth, left=vision.left)
    text = Read(render(source, "html")).text
    assert "no longer what they were" in text
    assert "do not say how the data are read again" in text  # the other tasks


def test_a_run_that_has_nothing_yet_has_a_page() -> None:
    bare = Source({"suite_name": "new"}, (), lambda record: None, lambda record: None)
    read = Read(render(bare, "html"))
    assert read.open == []
    assert "no jobs" in read.text


def test_trouble_is_told(findings: Findings) -> None:
    text = Read(render(made_pages.troubled(), "html")).text
    for told in (
        "still running",
        "too deep",
        "stopped after 60 s",
        "xgboost is not installed",
        "along rows",
        "floor's value",
    ):
        assert told in text, told


def test_hostile_text_is_shown_and_does_nothing(hostile: str) -> None:
    read = Read(hostile)
    assert read.open == []
    assert not [char for char in "".join(read.texts) if not char.isprintable() and char not in "\n\u3000"]
    assert not any(name.startswith("on") for _, held in read.tags for name in held)
    assert {tag for tag, _ in read.tags} <= {
        *(
            "html",
            "head",
            "meta",
            "link",
            "title",
            "style",
            "body",
            "header",
            "nav",
            "main",
            "section",
            "footer",
            "div",
        ),
        *(
            "a",
            "p",
            "span",
            "strong",
            "b",
            "i",
            "br",
            "code",
            "time",
            "h1",
            "h2",
            "h3",
            "h4",
            "ol",
            "ul",
            "li",
            "dl",
            "dt",
        ),
        *(
            "dd",
            "details",
            "summary",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "form",
            "label",
            "select",
        ),
        *("option", "output", "button", "figure", "figcaption", "script", "img"),
    }
    for name in NASTY[:5]:
        assert " ".join(plain(name).split()) in read.text
    assert all(json.loads(text) for text in read.scripts if text.lstrip().startswith("{"))


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_json_in_a_script_says_the_same_and_ends_nothing(text: str) -> None:
    written = str(script_json({"a": text}))
    assert json.loads(written) == {"a": text}
    assert written.isascii()
    assert not set("<>&") & set(written)


def test_a_thousand_jobs_are_under_eight_megabytes() -> None:
    players = [Player("majority", "floor", 0.25, spread=0), *(Player(f"c{i}", "classic", 0.9) for i in range(5))]
    players += [Player(f"d{i}", "deep", 0.9) for i in range(4)]
    games = [Game(f"task {number}", players, items=40) for number in range(20)]
    source = made_pages.readable(made_run(games))
    assert len(source.records) == 1000
    assert len(render(source, "html").encode()) < MEGABYTES
