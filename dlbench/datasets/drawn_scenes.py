"""Drawing scenes: coloured shapes on a noisy ground, with boxes, masks and captions that are right by construction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dlbench.forms.objects import Objects

SHAPES = ("circle", "square", "triangle", "cross")
COLOURS: Mapping[str, tuple[int, int, int]] = {
    "red": (215, 50, 45),
    "green": (55, 165, 70),
    "blue": (50, 90, 210),
    "yellow": (225, 200, 50),
    "white": (235, 235, 235),
    "purple": (140, 60, 165),
}
MOST = 4
"""Shapes of a scene at most; one at least."""
EXTENT = (0.15, 0.45)
"""Side of a shape, from and to, as a share of the picture's."""
OVERLAP = 0.15
"""Share of the smaller of two boxes that may lie in the other."""
_ATTEMPTS = 20


class Drawn(NamedTuple):
    """Scenes as they were drawn.

    Attributes:
        pixels: (n, size, size, 3) bytes.
        objects: codes are positions in `SHAPES`; a box fits the whole shape, whose count of pixels is its area, though
            another may hide a part of it.
        masks: (n, size, size) int16: 0 for the ground, else 1 + the code of what is seen there.
        captions: a sentence a scene, from left to right.
        shown: (n, size, size) int16: 0 for the ground, else 1 + the place among the picture's objects of what is seen.
    """

    pixels: np.ndarray
    objects: Objects
    masks: np.ndarray
    captions: tuple[str, ...]
    shown: np.ndarray


class _Shape(NamedTuple):
    box: tuple[int, int, int, int]
    code: int
    colour: str
    area: int


def draw(items: int, size: int, seed: int) -> Drawn:
    """Return scenes; more of one seed begin with the same.

    Args:
        items: pictures.
        size: their height and width in pixels, 32 or more.
        seed: not negative.
    """
    pixels = np.empty((items, size, size, 3), dtype=np.uint8)
    shown = np.zeros((items, size, size), dtype=np.int16)
    masks = np.zeros_like(shown)
    scenes = []
    for i in range(items):
        rng = np.random.default_rng([seed, i])
        scenes.append(_scene(pixels[i], shown[i], rng))
        masks[i] = np.array([0, *(1 + shape.code for shape in scenes[i])])[shown[i]]
    found = [(np.array([s.box for s in scene], dtype=float), np.array([s.code for s in scene])) for scene in scenes]
    areas = np.array([shape.area for scene in scenes for shape in scene], dtype=float)
    return Drawn(pixels, Objects.of(found, areas=areas), masks, tuple(caption(scene) for scene in scenes), shown)


def inside(code: int, side: int) -> np.ndarray:
    """Return (side, side) booleans, true inside the shape, which touches all four edges.

    >>> inside(SHAPES.index("cross"), 3).astype(int)
    array([[0, 1, 0],
           [1, 1, 1],
           [0, 1, 0]])
    """
    down, right = np.mgrid[:side, :side] + 0.5 - side / 2
    half = side / 2
    match SHAPES[code]:
        case "circle":
            return np.asarray(down**2 + right**2 <= half**2)
        case "triangle":
            return np.asarray(np.abs(right) <= (down + half + 0.5) / 2)
        case "cross":
            return np.asarray(np.minimum(np.abs(down), np.abs(right)) <= side / 6)
        case _:
            return np.ones((side, side), dtype=np.bool_)


def caption(scene: Sequence[_Shape]) -> str:
    """Return what is seen from left to right."""
    words = [f"a {shape.colour} {SHAPES[shape.code]}" for shape in sorted(scene, key=lambda shape: shape.box[0])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _scene(pixels: np.ndarray, shown: np.ndarray, rng: np.random.Generator) -> list[_Shape]:
    """Draw one scene into its pixels and what is shown, and return the shapes, those in front last."""
    size = len(pixels)
    ground = rng.uniform(60, 150, 3) + np.linspace(0, rng.uniform(-40, 40), size)[:, None, None]
    canvas = np.broadcast_to(ground, pixels.shape).copy()
    shapes: list[_Shape] = []
    for _ in range(int(rng.integers(1, MOST + 1))):
        place = _place(size, [shape.box for shape in shapes], rng)
        if place is None:
            break
        shapes.append(_paint(canvas, shown, place, 1 + len(shapes), rng))
    pixels[:] = np.clip(canvas + rng.normal(0, 12, canvas.shape), 0, 255)
    return shapes


def _place(size: int, boxes: Sequence[tuple[int, ...]], rng: np.random.Generator) -> tuple[int, int, int] | None:
    """Return left, top and side of a place that hides little of what is there; None where none was found."""
    for _ in range(_ATTEMPTS):
        side = int(rng.integers(round(EXTENT[0] * size), round(EXTENT[1] * size) + 1))
        left, top = (int(value) for value in rng.integers(0, size - side + 1, 2))
        if all(_shared((left, top, side, side), box) <= OVERLAP for box in boxes):
            return left, top, side
    return None


def _shared(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    sides = [min(one[a] + one[a + 2], other[a] + other[a + 2]) - max(one[a], other[a]) for a in (0, 1)]
    return max(sides[0], 0) * max(sides[1], 0) / min(one[2] * one[3], other[2] * other[3])


def _paint(
    canvas: np.ndarray, shown: np.ndarray, place: tuple[int, int, int], number: int, rng: np.random.Generator
) -> _Shape:
    left, top, side = place
    code, colour = int(rng.integers(len(SHAPES))), str(rng.choice(list(COLOURS)))
    seen = inside(code, side)
    window = (slice(top, top + side), slice(left, left + side))
    canvas[window][seen] = np.array(COLOURS[colour]) + rng.normal(0, 10, 3)
    shown[window][seen] = number
    return _Shape((left, top, side, side), code, colour, int(seen.sum()))
