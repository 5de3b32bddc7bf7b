"""Seeds: three streams (split, search, fit), each derived, none shared."""

from __future__ import annotations

from typing import Any

from dlbench.core.canonical import digest


def derive(*parts: Any) -> int:
    """Return a seed in [1, 2**31) that depends on all of `parts` and on nothing else.

    Zero is left out because some libraries read it as "choose one at random".

    >>> derive("fit", 0) == derive("fit", 0)
    True
    >>> derive("fit", 0) == derive("search", 0)
    False
    """
    return int(digest(list(parts), 12), 16) % (2**31 - 1) + 1
