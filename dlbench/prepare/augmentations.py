"""Names of what is done to images while a net learns from them: parts joined by `+`, or `none`."""

from __future__ import annotations

from collections.abc import Mapping

NONE = "none"

PARTS: Mapping[str, str] = {
    "flip": "left and right swapped for every other image",
    "crop": "moved by up to an eighth of each side, black where nothing was, mirrored where a picture is restored",
    "noise": "Gaussian noise of a tenth of the range",
    "mixup": "each image blended with another one, and its answer with that one's",
}
"""Part → what it does; they are done in this order."""


def parts_of(name: str) -> tuple[str, ...]:
    """Return the parts of a name in the order they are done; none for `none`.

    >>> parts_of("crop+flip"), parts_of("none")
    (('flip', 'crop'), ())

    Raises:
        ValueError: a part that is unknown or named twice.
    """
    named = [] if name == NONE else name.split("+")
    if not set(named) <= set(PARTS) or len(set(named)) < len(named):
        raise ValueError(f"expected none, or some of {', '.join(PARTS)} joined by +, got {name!r}")
    return tuple(part for part in PARTS if part in named)
