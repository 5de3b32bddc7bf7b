"""The rule by which the nets that classify images are sized: how many halvings an image allows."""

from __future__ import annotations

from collections.abc import Sequence

MOST = 5
"""Halvings of any net here; the papers' nets halve 224 pixels to 7."""


def halvings(shape: Sequence[int], least: int = 2, most: int = MOST) -> int:
    """Return how often the sides of an image can be halved.

    The rule: a halving rounds up, as padded strides and pools do; the shorter side decides; it is halved as long as
    `least` pixels remain of it, and at most `most` times. The nets that classify ask this one function: for all their
    halvings (2 pixels remain), for those of their stem (see `stem_halvings`), a vision Transformer for its patches (see
    `patch_side`). Not so LeNet-5, which halves twice whatever the image, U-Net, which has a rule of its own, detectors,
    whose pyramid lies at strides 8, 16 and 32, and nets of keras.applications, which are as published.

    >>> [halvings((side, side)) for side in (1, 4, 8, 28, 32, 224)]
    [0, 1, 2, 4, 4, 5]

    Args:
        shape: (height, width, …) in pixels.
        least: pixels that must remain, from 2 on.
        most: halvings at most.
    """
    side, count = min(shape[:2]), 0
    while count < most and (side + 1) // 2 >= least:
        side, count = (side + 1) // 2, count + 1
    return count


def stem_halvings(shape: Sequence[int]) -> int:
    """Return how many halvings stand before the first stage: at most two, and 32 pixels remain.

    >>> [stem_halvings((side, side)) for side in (8, 32, 64, 224)]
    [0, 0, 1, 2]
    """
    return halvings(shape, 32, 2)


def stage_halvings(shape: Sequence[int], most: int = MOST) -> int:
    """Return how many halvings are left behind the stem, at most `most`.

    >>> [stage_halvings((side, side)) for side in (8, 32, 64, 224)]
    [2, 4, 4, 3]
    """
    return min(most, halvings(shape) - stem_halvings(shape))


def patch_side(shape: Sequence[int]) -> int:
    """Return the side of a patch: halvings that leave at least 5 patches along a side, so 5 to 9 of most images.

    >>> [patch_side((side, side)) for side in (8, 28, 32, 64, 224)]
    [1, 4, 4, 8, 32]
    """
    return int(2 ** halvings(shape, 5))
