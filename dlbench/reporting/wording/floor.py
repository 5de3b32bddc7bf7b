"""What the floor allows to recommend, in words: nothing that is not shown to beat it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlbench.reporting.wording.naming import listed

HELP = (
    "more folds, fit seeds or test items would show smaller differences, better features or another model might make "
    "larger ones"
)
"""What would help where nothing is shown to beat the floor."""


def unbeaten(above: Mapping[str, bool | None]) -> bool:
    """Tell whether none of those that were asked is shown to be better than the floor.

    >>> unbeaten({"svm": False, "net": False}), unbeaten({"svm": False, "net": None}), unbeaten({})
    (True, False, False)
    """
    return bool(above) and all(shown is False for shown in above.values())


def preferred(first: str, second: str, cheaper: str, above: Mapping[str, bool | None]) -> tuple[str, str]:
    """Return which of two that are not shown to differ to take, and why; the first, for no reason, where none is.

    Args:
        first, second: labels.
        cheaper: one of them, or empty where neither is shown to be.
        above: label → whether it is shown to beat the floor.

    >>> above = {"svm": False, "net": True}
    >>> preferred("svm", "net", "svm", above), preferred("net", "svm", "svm", {}), preferred("net", "svm", "", {})
    (('net', 'the only one shown to beat the floor'), ('svm', 'the cheaper one'), ('net', ''))
    """
    near, far = (second, first) if cheaper == second else (first, second)
    if above.get(near) is False and above.get(far):
        return far, "the only one shown to beat the floor"
    return near, "the cheaper one" if cheaper else ""


def not_shown(names: Sequence[str]) -> str:
    """Say of whom it is not shown.

    >>> not_shown(["svm", "net"])
    'svm and net are not shown to beat the floor'
    """
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'} not shown to beat the floor"


def instead(above: Mapping[str, bool | None]) -> str:
    """Return whoever is shown to beat the floor where those that validation puts first are not; empty without one."""
    return next((name for name, shown in above.items() if shown), "")


def nothing(names: Sequence[str], other: str = "") -> str:
    """Return the sentence where those that validation puts first are not to be taken, with who is, or what would help.

    >>> nothing(["svm"], "net")
    'Take net: svm, which validation puts first, is not shown to beat the floor.'
    """
    if not other:
        return f"Take nothing yet: {not_shown(names)}; {HELP}."
    first = f"{listed(names)}, which validation puts first, {'is' if len(names) == 1 else 'are'}"
    return f"Take {other}: {first} not shown to beat the floor."
