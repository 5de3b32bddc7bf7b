"""Untrusted text made harmless: for any output, for Markdown, for a cell of a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_MARKDOWN = re.compile(r"([\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_]))")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def plain(text: object) -> str:
    """Return text on one line, without control, direction-changing or unpaired characters, which are written out.

    >>> plain("a" + chr(27) + "[31mred" + chr(10) + "b")
    'a\\\\x1b[31mred b'
    """
    return "".join(map(_visible, " ".join(str(text).split("\n"))))


def markdown(text: object) -> str:
    """Return text that Markdown shows as it is: no markup, no HTML, no table cell of its own.

    >>> markdown("a|b <img src=x> random_forest *x*")
    'a\\\\|b &lt;img src=x&gt; random_forest \\\\*x\\\\*'
    """
    escaped = _MARKDOWN.sub(r"\\\1", plain(text).translate(_HTML))
    return escaped.replace("://", "&#58;//").replace("www.", "www&#46;")


def spreadsheet(text: object) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> spreadsheet("=cmd()"), spreadsheet("svm")
    ("'=cmd()", 'svm')
    """
    shown = plain(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def _visible(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if unicodedata.category(character) in _INVISIBLE:
        return " " if character == "\t" else character.encode("unicode_escape").decode("ascii")
    return character
