"""The suites that travel with dlbench, found by their bare names."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def embedded_suites() -> dict[str, Path]:
    """Return name → file: from the installed package, else from beside it in an editable checkout."""
    for folder in (_PACKAGE / "suites", _PACKAGE.parent / "suites"):
        if found := {path.stem: path for path in sorted(folder.glob("*.yaml"))}:
            return found
    return {}
