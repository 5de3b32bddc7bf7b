"""What stands inside script elements, and the policy that lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from markupsafe import Markup

from dlbench.reporting.as_json import finite

_SIGNS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def script_json(value: Any) -> Markup:
    """Return data as JSON that may stand in a script element: ASCII, without `<`, `>` and `&`.

    >>> str(script_json({"a": "</script><!--", "b": float("nan")}))
    '{"a":"\\\\u003c/script\\\\u003e\\\\u003c!--","b":null}'
    """
    text = json.dumps(finite(value), ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    for sign, written in _SIGNS.items():
        text = text.replace(sign, written)
    return Markup(text)  # noqa: S704  every sign that could end the element is written out


def policy(scripts: tuple[str, ...]) -> str:
    """Return a Content-Security-Policy: these scripts alone, no evaluation, no network; pictures only as data."""
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    shown = "style-src 'unsafe-inline'; img-src data:"
    return f"default-src 'none'; script-src {hashes}; {shown}; base-uri 'none'; form-action 'none'"


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
