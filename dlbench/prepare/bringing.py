"""Images, and what is true of them, brought to another height, width and count of channels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dlbench.forms.objects import Objects
from dlbench.forms.outlined import OutlinedObjects
from dlbench.prepare.data import Target
from dlbench.prepare.images import Images
from dlbench.prepare.resizing import resized


def brought(images: Images, shape: tuple[int, ...]) -> Images:
    """Return images in [0, 1] of another height, width and count of channels.

    Sizes change as `prepare.resizing` says; colour becomes grey as its mean, grey becomes colour three times over.
    """
    height, width, channels = shape
    unit = images.unit()
    if unit.shape[-1] != channels:
        unit = np.repeat(unit.mean(axis=-1, keepdims=True), channels, axis=-1)
    return Images(resized(unit, height, width), 1.0)


def brought_target(target: Target, was: tuple[int, ...], shape: tuple[int, ...]) -> Target:
    """Return a target that fits images of another shape.

    Classes stay as they are; masks and outlines take the nearest pixel, and an object that loses its last one is left
    out; boxes are stretched with their pictures; clean pictures are brought as `brought` does it.

    Args:
        target: classes (n,), masks (n, height, width), clean pictures (n, height, width, channels), or objects.
        was: height, width and channels of the images it is of.
        shape: the same of those it is to fit.
    """
    if tuple(was) == tuple(shape):
        return target
    if isinstance(target, OutlinedObjects):
        return _outlines(target, shape)
    if isinstance(target, Objects):
        across, down = shape[1] / was[1], shape[0] / was[0]
        return replace(target, boxes=target.boxes * [across, down, across, down], areas=target.areas * across * down)
    if target.ndim == 1:
        return target
    if target.ndim == 4:
        return brought(Images(target, 1.0), shape).unit()
    return _nearest(target, shape)


def _nearest(masks: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return (n, height, width) masks of another height and width."""
    rows, columns = (
        ((np.arange(side) + 0.5) * old / side).astype(int) for side, old in zip(shape[:2], masks.shape[1:], strict=True)
    )
    found: np.ndarray = masks[:, rows[:, None], columns]
    return found


def _outlines(target: OutlinedObjects, shape: tuple[int, ...]) -> OutlinedObjects:
    found: list[tuple[list[np.ndarray], list[int]]] = []
    crowd: list[bool] = []
    for first, last in zip(target.offsets[:-1].tolist(), target.offsets[1:].tolist(), strict=True):
        scaled = [(place, _nearest(target.masks.decode(place)[None], shape)[0]) for place in range(first, last)]
        held = [(place, mask) for place, mask in scaled if mask.any()]
        found.append(([mask for _, mask in held], [int(target.codes[place]) for place, _ in held]))
        crowd += [bool(target.crowd[place]) for place, _ in held]
    return OutlinedObjects.outlined(found, np.array(crowd, dtype=bool))
