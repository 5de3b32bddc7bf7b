"""Every format survives hostile names and holds the whole run."""

from __future__ import annotations

import csv
import doctest
import importlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import HOSTILE, Game, Player, made_run
from rich.cells import cell_len

from dlbench.core.errors import UnknownName
from dlbench.reporting import FORMATS, render
from dlbench.reporting.fairness import CONTRACT
from dlbench.reporting.plain import markdown, plain, spreadsheet
from dlbench.reporting.source import Source

FLOOR = Player("majority", "floor", 0.25, spread=0)
ANSI = re.compile(r"\x1b\[[\d;]*m")
ROW = {
    *("task", "task_type", "contestant", "kind", "metric", "better", "value", "low", "high", "n", "status", "rank"),
    *("fit_seconds", "first_predict_seconds", "predict_seconds_per_1000", "peak_memory_bytes", "parameters"),
    *("trials", "granted_seconds", "used_seconds"),
}


def hostile_run() -> Source:
    players = [
        FLOOR,
        *(Player(name, "classic" if number % 2 else "deep", 0.9) for number, name in enumerate(HOSTILE)),
        Player("broken", "deep", 0.9, ends={(0, 1, 0): ("failed", HOSTILE[0] + HOSTILE[2] + HOSTILE[3])}),
    ]
    games = [Game("digits", players), Game(HOSTILE[0], players, folds=2), Game("2\x1b]8;;x\x07", players, folds=2)]
    skipped = [{"task": name, "contestant": name, "metric": None, "reason": name} for name in HOSTILE]
    return made_run(games, skipped=skipped, suite_name=HOSTILE[1], versions={HOSTILE[0]: HOSTILE[2]})


@pytest.fixture(scope="module")
def hostile() -> Source:
    return hostile_run()


@pytest.fixture(scope="module")
def ordinary() -> Source:
    ends = {(0, 1, 0): ("timeout", "stopped after 60 s")}
    players = [FLOOR, Player("svm", "classic", 0.95, "Scores"), Player("lenet5", "deep", 0.9, ends=ends)]
    skip = {"task": "digits", "contestant": "svm", "metric": "log_loss", "reason": "svm gives Scores"}
    return made_run([Game("digits", players)], skipped=[skip])


def test_a_terminal_gets_no_sequence_that_dlbench_did_not_write(hostile: Source) -> None:
    for color in (True, False):
        text = render(hostile, "terminal", width=100, color=color)
        left = ANSI.sub("", text) if color else text
        assert not [char for char in left if not char.isprintable() and char != "\n"]
        assert "]8;" not in text.replace("]8;;x\\x07", "")


def test_rich_markup_is_shown_not_obeyed(hostile: Source) -> None:
    text = " ".join(render(hostile, "terminal", width=300, color=False).split())
    assert "[link=https://example.org]click" in text


def test_markdown_holds_no_html_and_no_broken_table(hostile: Source) -> None:
    text = render(hostile, "markdown")
    assert not re.search(r"<[a-zA-Z/!]", text)
    assert not re.search(r"(?<!\\)`", text)
    lines = text.splitlines()
    headers = [number for number, line in enumerate(lines) if re.fullmatch(r"\|(-+:?\|)+", line)]
    assert headers
    for number in headers:
        expected = len(re.findall(r"(?<!\\)\|", lines[number]))
        for line in lines[number + 1 :]:
            if not line.startswith("|"):
                break
            assert len(re.findall(r"(?<!\\)\|", line)) == expected


def test_no_cell_of_the_csv_is_a_formula(hostile: Source) -> None:
    lines = list(csv.DictReader(io.StringIO(render(hostile, "csv"))))
    cells = [cell for line in lines for name, cell in line.items() if name in ("task", "contestant", "reason", "point")]
    assert any(cell.startswith("'=cmd") for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_negative_numbers_of_the_csv_stay_numbers() -> None:
    values = [Player("mean", "floor", 0.0, "Values", spread=0), Player("ridge", "classic", 0.8, "Values")]
    source = made_run([Game("diabetes", values, "tabular_regression", ("r2", "rmse"))])
    lines = list(csv.DictReader(io.StringIO(render(source, "csv"))))
    worst = next(line for line in lines if line["contestant"] == "mean" and line["metric"] == "r2")
    assert float(worst["value"]) < 0


def test_json_is_strict_and_complete(hostile: Source) -> None:
    def refuse(name: str) -> Any:
        raise AssertionError(name)

    held = json.loads(render(hostile, "json"), parse_constant=refuse)
    assert held["format"] == 1
    assert held.keys() >= {"run", "rows", "skipped", "failed", "verdicts"}
    assert all(row.keys() >= ROW for row in held["rows"])
    assert {row["contestant"] for row in held["rows"]} >= set(HOSTILE)
    assert len(held["failed"]) == 3
    assert len(held["skipped"]) == len(HOSTILE)


def test_json_has_null_for_no_data_and_the_run_without_its_jobs() -> None:
    ends = {(0, fold, 0): ("failed", "boom") for fold in range(5)}
    held = json.loads(render(made_run([Game("d", [Player("svm", "classic", 0.9, ends=ends)])]), "json"))
    assert held["rows"][0]["value"] is None
    assert held["run"]["jobs"] == {"failed": 5}


@pytest.mark.parametrize("format", ["terminal", "markdown"])
def test_a_report_says_everything_verdict_first(ordinary: Source, format: str) -> None:  # noqa: A002
    text = " ".join(render(ordinary, format, width=110, color=False).replace("│", " ").split())
    wanted = [
        "In short",
        "Deep or classic",
        "svm",
        "95 % interval",
        "Other metrics",
        "Cost",
        "svm gives Scores",
        "stopped after 60 s",
    ]
    places = [text.index(words) for words in [*wanted, "Fairness contract", "To get this again", "0123456789abcdef"]]
    assert places[0] == min(places)
    for clause in CONTRACT:
        assert clause in text
    assert "keras 3.15.1" in text


@pytest.mark.parametrize("width", [40, 80, 100, 160])
def test_no_line_of_a_terminal_is_wider_than_it(hostile: Source, width: int) -> None:
    assert max(map(cell_len, render(hostile, "terminal", width=width, color=False).splitlines())) <= width


def test_no_color_is_honoured(ordinary: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in render(ordinary, "terminal", width=100)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3\dm", render(ordinary, "terminal", width=100))


def test_a_run_without_any_record_can_be_reported(ordinary: Source) -> None:
    for name in FORMATS:
        assert render(replace(ordinary, records=()), name, width=100)
        empty = {"format": 1, "id": "r", "suite": {}, "suite_name": "s", "digest": "", "started": "", "finished": None}
        assert render(replace(ordinary, run=empty, records=()), name, width=100)


def test_the_same_run_gives_the_same_report(ordinary: Source) -> None:
    for name in FORMATS:
        assert render(ordinary, name, width=100) == render(ordinary, name, width=100)


def test_an_unknown_format_is_refused(ordinary: Source) -> None:
    with pytest.raises(UnknownName, match=r"markdwon.*markdown"):
        render(ordinary, "markdwon")


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_plain_text_is_one_printable_line(text: str) -> None:
    shown = plain(text)
    assert all(char.isprintable() or char == "\u3000" or char.isspace() for char in shown)
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown
    shown.encode()


@given(st.text(alphabet="a|`<>*_[]\\&\n=-+@ ", max_size=30))
@settings(max_examples=200, deadline=None)
def test_escaped_text_cannot_leave_its_place(text: str) -> None:
    assert not re.search(r"(?<!\\)(?:\\\\)*[|`*\[\]]", re.sub(r"\\[|`*\[\]_~\\]", "", markdown(text)))
    assert "<" not in markdown(text)
    assert not spreadsheet(text).startswith(("=", "+", "-", "@"))


def test_examples_in_docstrings_hold() -> None:
    examples = [
        doctest.testmod(importlib.import_module(f"dlbench.reporting.{name}"))
        for name in ("figures", "plain", "forest", "as_json", "junit", "recent")
    ]
    assert all(found.attempted and not found.failed for found in examples)


def test_the_contract_is_that_of_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "architecture.md").read_text(encoding="utf-8")
    written = " ".join(text.split("## Fairness contract")[1].replace("`", "").split())
    for number, clause in enumerate(CONTRACT, 1):
        assert f"{number}. {clause}" in written


@pytest.mark.parametrize("width", range(60, 121, 4))
def test_no_figure_of_a_cost_is_cut_at_any_width(width):
    from dlbench.reporting import grids
    from dlbench.reporting.tables import Table

    columns = ("contestant", "fit", "first call", "1000 predictions", "memory", "parameters", "trials", "used")
    lines = (("logistic", "319 ms", "2.5 ms", "12.5 ms", "181 MiB", "1,650", "4 of 4", "613 ms of 10.9 s"),) * 2
    table = Table("Cost, mean a job", columns, lines, ("classic", "classic"), frozenset(range(1, 8)))
    stream = io.StringIO()
    grids.console_for(stream, width, False).print(grids.drawn(table, width))
    told = grids.text_of(stream)
    assert all(text in told for text in (*lines[0], *columns)), told
