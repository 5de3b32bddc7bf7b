"""Point by point: no name, reason or error text does anything in any output of a report or of a comparison."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hostile import NASTY, hostile_run
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.reporting import FORMATS, render
from dlbench.reporting.compare import Compared, compare
from dlbench.reporting.plain import html, latex, lines, markdown, plain, spreadsheet
from dlbench.reporting.runs_together import together
from dlbench.reporting.source import Source

OUTPUTS = [name for name in FORMATS if name != "html"]
COMMANDS = {
    *("documentclass", "usepackage", "providecommand", "dlbenchsign", "ifdefined", "Umathchar", "else", "texttt", "fi"),
    *("begin", "end", "section", "paragraph", "textbf", "caption", "centering", "noindent", "item", "toprule"),
    *("midrule", "bottomrule", "endhead", "raggedright", "arraybackslash", "linewidth", "textbackslash"),
    *("textasciicircum", "textasciitilde", "textbar", "textless", "textgreater", "textquotedbl", "textquotesingle"),
    *("textasciigrave", "textendash", "textdagger", "textperiodcentered", "ldots", "times", "pm", "uparrow"),
    *("downarrow", "bullet", "blacklozenge", "lozenge", "circ", "geq"),
}
LINE_COMMAND = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)


@pytest.fixture(scope="module")
def hostile() -> Source:
    return hostile_run()


@pytest.fixture(scope="module")
def outputs(hostile: Source) -> dict[str, str]:
    return {name: render(hostile, name, width=100, color=False) for name in OUTPUTS}


@pytest.fixture(scope="module")
def compared(hostile: Source) -> Compared:
    return compare(hostile, hostile_run("run-\x1b[31m2", seed=1))


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_output_holds_a_sign_that_a_terminal_obeys_or_a_line_that_a_ci_obeys(
    name: str, outputs: dict[str, str]
) -> None:
    text = outputs[name]
    assert not [char for char in text if not char.isprintable() and char not in "\n\u3000"]
    assert not LINE_COMMAND.search(text)
    text.encode("utf-8")


def test_the_csv_has_no_formula_and_one_line_a_row(outputs: dict[str, str], hostile: Source) -> None:
    lines = list(csv.DictReader(io.StringIO(outputs["csv"])))
    assert len(lines) == len(json.loads(outputs["json"])["rows"])
    texts = [(line["task"], line["contestant"], line["reason"], line["point"], line["interval_from"]) for line in lines]
    assert not [text for held in texts for text in held if text.lstrip().startswith(("=", "+", "-", "@"))]


def test_the_junit_parses_and_counts_what_it_holds(outputs: dict[str, str]) -> None:
    tree = ElementTree.fromstring(outputs["junit"])
    assert len(list(tree.iter("testcase"))) == int(tree.attrib["tests"])
    for tag, count in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert len(list(tree.iter(tag))) == int(tree.attrib[count])
    assert {node.tag for node in tree.iter()} == {
        *("testsuites", "testsuite", "testcase", "failure", "skipped", "system-out")
    }
    names = " ".join(node.attrib["name"] for node in tree.iter("testcase"))
    assert "<img src=x onerror=alert(1)>" in names


def test_the_latex_holds_no_command_that_dlbench_did_not_write(outputs: dict[str, str]) -> None:
    text = outputs["latex"]
    assert set(re.findall(r"\\([a-zA-Z]+)", text)) <= COMMANDS
    assert set(re.findall(r"\\([^a-zA-Z])", text)) <= set("#$%&_{}()\\")
    assert "^^" not in text
    assert "$" not in text.replace("\\$", "")
    assert balanced(text)
    assert [line for line in text.splitlines() if line.startswith("%")] == [
        line for line in text.splitlines() if line.startswith("% a sign beyond Latin")
    ]
    assert text.count("\\end{document}") == 1


def test_every_line_of_a_latex_table_has_as_many_cells_as_its_head(outputs: dict[str, str]) -> None:
    found = re.findall(r"\\toprule\n(.*?)\\bottomrule", outputs["latex"], re.DOTALL)
    assert found
    for table in found:
        lines = [line for line in table.splitlines() if line.endswith(r"\\")]
        assert len({len(re.findall(r"(?<!\\)&", line)) for line in lines}) == 1
        assert not [line for line in lines if line.startswith(("[", "*"))]


def test_markdown_holds_no_element_no_link_and_no_code(outputs: dict[str, str]) -> None:
    text = outputs["markdown"]
    assert not re.search(r"<[a-zA-Z/!]", text)
    assert not re.search(r"(?<!\\)[`\[]", text)


def test_json_gives_every_name_back_as_it_was(outputs: dict[str, str]) -> None:
    assert outputs["json"].isascii()
    held = json.loads(outputs["json"])
    assert {row["contestant"] for row in held["rows"]} >= set(NASTY)


def test_several_runs_and_a_comparison_are_as_harmless(hostile: Source, compared: Compared) -> None:
    both = together([hostile, hostile_run("run-\x1b[31m2", seed=1)])
    texts = [render(both, name, width=100, color=False) for name in OUTPUTS]
    texts += [compared.render(name, width=100, color=False) for name in ("terminal", "markdown", "json", "csv")]
    for text in texts:
        assert not [char for char in text if not char.isprintable() and char not in "\n\u3000"]
        assert not LINE_COMMAND.search(text)
    lines = csv.DictReader(io.StringIO(compared.render("csv")))
    held = [line[name] for line in lines for name in ("task", "point", "contestant", "reason", "keys")]
    assert not [text for text in held if text.lstrip().startswith(("=", "+", "-", "@"))]


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_inert_for_each_output(text: str) -> None:
    assert not [
        char for char in plain(text) if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    ]
    assert "##[" not in plain(text)
    assert not LINE_COMMAND.search(lines(plain(text)))
    assert not spreadsheet(text).lstrip().startswith(("=", "+", "-", "@"))
    assert not re.search(r"<", markdown(text))
    assert set(re.findall(r"\\([a-zA-Z]+)", latex(text))) <= COMMANDS
    assert balanced(latex(text))
    seen: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(tag)

    Parser().feed(f'<p title="{html(text)}">{html(text)}</p>')
    assert seen == ["p"]


def balanced(text: str) -> bool:
    depth = 0
    for sign in re.sub(r"\\.", "", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def test_a_file_of_it_can_be_written(outputs: dict[str, str], tmp_path: Path) -> None:
    for name, text in outputs.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
