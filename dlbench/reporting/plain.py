"""Untrusted text made harmless: for any output, for Markdown, HTML, LaTeX, for a cell of a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_MARKDOWN = re.compile(r"([\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_]))")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "::")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LATEX = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    **{sign: f"{{{sign}}}" for sign in "[]*"},  # options, and starred ends of lines
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "|": r"\textbar{}",
    "<": r"\textless{}", ">": r"\textgreater{}", '"': r"\textquotedbl{}", "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}", "–": r"\textendash{}", "−": r"\(-\)", "×": r"\(\times\)", "±": r"\(\pm\)",
    "…": r"\ldots{}",
    "↑": r"\(\uparrow\)", "↓": r"\(\downarrow\)", "†": r"\textdagger{}", "·": r"\textperiodcentered{}",
    "●": r"\(\bullet\)", "◆": r"\(\blacklozenge\)", "◈": r"\(\lozenge\)", "○": r"\(\circ\)", "≥": r"\(\geq\)",
}  # fmt: skip
_LATIN = range(0xC0, 0x180)
_TWICE = re.compile(r"([-,:])(?=\1)")
"""Dashes and commas that LaTeX would join, colons that a CI would obey."""
_ANYWHERE = re.compile(r"##(?=\w*\[)")
_AT_START = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def plain(text: object) -> str:
    """Return text on one line, without control, direction-changing or unpaired characters, which are written out.

    Nor does it hold a command to a CI that may stand anywhere in a line, see `lines`.

    >>> plain("a" + chr(27) + "[31mred" + chr(10) + "b")
    'a\\\\x1b[31mred b'
    """
    line = " ".join(str(text).split("\n"))
    shown = line if line.isascii() and line.isprintable() else "".join(map(_visible, line))
    return _ANYWHERE.sub("#♯", shown) if "##" in shown else shown


def lines(text: str) -> str:
    """Return lines of plain text of which no CI takes one for a command, whatever a line was broken at.

    `::name::` at a line's start, and `##[name]` anywhere (`plain` sees to that), are commands to runners that read a
    job's output: one sign of them is replaced by another that looks alike.

    >>> lines("a::b" + chr(10) + "  ::error::x")
    'a::b\\n  ∶:error::x'
    """
    return _AT_START.sub(r"\1∶", text) if "::" in text else text


def markdown(text: object) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, no table cell of its own.

    >>> markdown("a|b <img src=x> random_forest *x*")
    'a\\\\|b &lt;img src=x&gt; random_forest \\\\*x\\\\*'
    """
    escaped = _MARKDOWN.sub(r"\\\1", plain(text).translate(_HTML))
    return escaped.replace("://", "&#58;//").replace("::", ":&#58;").replace("www.", "www&#46;")


def latex(text: object) -> str:
    """Return text that LaTeX sets as it is: no command, no option, no `^^` character code.

    Letters beyond Latin are left to `\\dlbenchsign`, which falls back to the number of a letter that an engine lacks.

    >>> latex("a_b 50% ^^5cinput")
    'a\\\\_b 50\\\\% \\\\textasciicircum{}\\\\textasciicircum{}5cinput'
    """
    return _TWICE.sub(r"\1{}", "".join(map(_set, plain(text))))


def html(text: object) -> str:
    """Return text that HTML shows as it is, between tags or in a quoted attribute.

    >>> html('<img src="x">')
    '&lt;img src=&quot;x&quot;&gt;'
    """
    return plain(text).translate(_HTML).replace('"', "&quot;").replace("'", "&#39;")


def spreadsheet(text: object) -> str:
    """Return text that no spreadsheet takes for a formula, and at the start of a line no CI for a command.

    >>> spreadsheet("=cmd()"), spreadsheet("svm")
    ("'=cmd()", 'svm')
    """
    shown = plain(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _set(character: str) -> str:
    if character in _LATEX:
        return _LATEX[character]
    if character.isascii() or ord(character) in _LATIN:
        return character
    return rf"\dlbenchsign{{{character}}}{{{ord(character):04X}}}"


def _visible(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if unicodedata.category(character) in _INVISIBLE:
        return " " if character == "\t" else character.encode("unicode_escape").decode("ascii")
    return character
