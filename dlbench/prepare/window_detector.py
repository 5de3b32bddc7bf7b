"""A detector of windows: gradients in them, a linear SVM a class, mined for hard negatives.

Sources: Dalal and Triggs, Histograms of oriented gradients for human detection, 2005; the regression of boxes as in
Felzenszwalb et al., Object detection with discriminatively trained part-based models, 2010, section 7.1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.prepare.linear_machines import machines
from dlbench.prepare.suppression import suppress
from dlbench.prepare.window_examples import Examples, first_examples, off_objects, shifted
from dlbench.prepare.window_features import numbers_of, responses, windows_at
from dlbench.prepare.window_grid import Grid, Plan
from dlbench.prepare.window_maps import Map, Maps

MOST = 100
"""Windows of a class that one level of a picture may show, the surest."""
_NEVER = -1e9
_RIDGE = 10.0
_MARGIN = -1.0
"""Score from which on something is found, and background a hard negative: within the SVM's margin, or beyond it."""


@dataclass(frozen=True)
class WindowSettings:
    """How a detector of windows learns and answers.

    Attributes:
        plan: how windows are laid out.
        orientations: bins of 180°.
        colour: whether windows tell colours as well.
        C: of the SVM: weight of an error against the width of the margin.
        negatives: windows of background a picture, drawn at first and mined in each round at most.
        rounds: of mining.
        refine: whether boxes are moved by a ridge regression.
        overlap: intersection over union above which the less sure of two detections of a class goes.
    """

    plan: Plan = field(default_factory=Plan)
    orientations: int = 9
    colour: bool = True
    C: float = 0.01
    negatives: int = 10
    rounds: int = 2
    refine: bool = True
    overlap: float = 0.3


_Planes = tuple[np.ndarray, np.ndarray]
"""Filters and their bias."""


class _Found(NamedTuple):
    """Windows that a scan picks: places of pictures, numbers of windows, classes, scores, offsets of boxes."""

    picture: np.ndarray
    window: np.ndarray
    code: np.ndarray
    score: np.ndarray
    offset: np.ndarray


class WindowDetector:
    """Learns from pixels and objects, answers with boxes. Pictures it is asked about are of the size it learned from.

    Args:
        settings: how.
        classes: how many there are.
    """

    def __init__(self, settings: WindowSettings, classes: int) -> None:
        self.settings, self.classes = settings, classes

    def fit(self, pixels: np.ndarray, objects: Objects, seed: int) -> Self:
        """Learn filters from windows on and off the objects, then from the background taken for objects.

        Args:
            pixels: (n, height, width, channels) float32 in [0, 1].
            objects: of the n pictures, at least one.
            seed: draws background.
        """
        clear = ~(objects.crowd | objects.difficult)
        boxes = objects.boxes[clear] if clear.any() else objects.boxes
        self.grid_ = Grid.of(boxes, pixels.shape[1], pixels.shape[2], self.settings.plan)
        examples = first_examples(objects, self.grid_, self.settings.negatives, np.random.default_rng(seed))
        self._allow(examples)
        made = self._maps(pixels)
        self.depth_, maps = made.depth, made.kept()
        planes = self._learn(maps, examples, [None] * len(self.grid_.templates))
        for _ in range(self.settings.rounds):
            mined = self._mined(maps, objects)
            before = len(examples.picture)
            examples = Examples.joined([examples, mined])
            if len(examples.picture) == before:
                break
            planes = self._learn(maps, examples, planes)
        return self

    def predict(self, pixels: np.ndarray) -> Boxes:
        """Return what is found in each picture, the surest first."""
        found = self._scan(self._maps(pixels), MOST, _MARGIN)
        boxes = self.grid_.boxes[found.window]
        boxes = _clipped(shifted(boxes, found.offset) if self.settings.refine else boxes, *pixels.shape[1:3])
        answers = []
        for place in range(len(pixels)):
            here = np.flatnonzero((found.picture == place) & (boxes[:, 2:].min(axis=1) > 0))
            here = here[suppress(boxes[here], found.score[here], found.code[here], self.settings.overlap)]
            answers.append((boxes[here], found.code[here], found.score[here]))
        return Boxes.of(answers)

    def _maps(self, pixels: np.ndarray) -> Maps:
        return Maps(pixels, self.grid_, self.settings.orientations, self.settings.colour)

    def _allow(self, examples: Examples) -> None:
        """Note at which levels each class was seen by each template: it is not looked for at others."""
        levels, templates = len(self.grid_.levels), len(self.grid_.templates)
        pair = self.grid_.pair_of(examples.window)
        self.allowed_ = np.zeros((levels, templates, self.classes), dtype=np.bool_)
        for code in range(self.classes):
            for template in range(templates):
                seen = pair[(examples.code == code) & (pair % templates == template)] // templates
                if len(seen):
                    self.allowed_[seen.min() : seen.max() + 1, template, code] = True

    def _learn(self, maps: Iterable[Map], examples: Examples, before: Sequence[_Planes | None]) -> list[_Planes]:
        """Fit the filters of every template: one a class, and four that move boxes."""
        seen = self._seen(maps, examples)
        planes = [self._filters(*shown, old) for shown, old in zip(seen, before, strict=True)]
        self.coef_, self.intercept_ = [filters for filters, _ in planes], [bias for _, bias in planes]
        return planes

    def _seen(self, maps: Iterable[Map], examples: Examples) -> list[tuple[np.ndarray, Examples]]:
        """Return the examples of each template, and what their windows show."""
        grid, templates = self.grid_, len(self.grid_.templates)
        pair = grid.pair_of(examples.window)
        shown = [[np.zeros((0, numbers_of(window, self.depth_)), dtype=np.float32)] for window in grid.templates]
        order = [[np.zeros(0, dtype=np.int64)] for _ in grid.templates]
        for level, begin, small in maps:
            blocks = small.astype(np.float32)
            inside = (examples.picture >= begin) & (examples.picture < begin + len(blocks))
            for template in range(templates):
                here = np.flatnonzero(inside & (pair == level * templates + template))
                if len(here):
                    place = examples.window[here] - grid.first(level, template)
                    window = grid.templates[template]
                    shown[template].append(windows_at(blocks, window, examples.picture[here] - begin, place))
                    order[template].append(here)
        return [
            (np.concatenate(some), examples.at(np.concatenate(places)))
            for some, places in zip(shown, order, strict=True)
        ]

    def _filters(self, shown: np.ndarray, examples: Examples, before: _Planes | None) -> _Planes:
        """Return (classes + 4, numbers) filters and their bias, starting from those of the round before."""
        filters = np.zeros((self.classes + 4, shown.shape[1]))
        bias = np.concatenate([np.full(self.classes, _NEVER), np.zeros(4)])
        positive = examples.code >= 0
        codes = np.unique(examples.code[positive])
        if len(codes):
            start = None if before is None else (before[0][codes], before[1][codes])
            filters[codes], bias[codes] = machines(shown, examples.code[:, None] == codes, self.settings.C, start)
        if self.settings.refine and positive.sum() > 1:
            filters[self.classes :], bias[self.classes :] = _ridge(shown[positive], examples.offset[positive])
        return filters, bias

    def _mined(self, maps: Iterable[Map], objects: Objects) -> Examples:
        """Return the background that is most taken for objects, at most `negatives` windows a picture."""
        found = self._scan(maps, 4 * self.settings.negatives, _MARGIN)
        off = off_objects(found.picture, found.window, objects, self.grid_)
        order = np.lexsort((-found.score, found.picture))
        order = order[off[order]]
        picture = found.picture[order]
        rank = np.arange(len(picture)) - np.searchsorted(picture, picture)
        kept = order[rank < self.settings.negatives]
        return Examples.background(found.picture[kept], found.window[kept])

    def _scan(self, maps: Iterable[Map], most: int, least: float) -> _Found:
        """Return the windows of each picture and class that score highest, `most` a level and template."""
        none = np.zeros(0, dtype=np.int64)
        parts = [_Found(none, none, none, np.zeros(0), np.zeros((0, 4)))]
        for level, begin, small in maps:
            blocks = small.astype(np.float32)
            for template, window in enumerate(self.grid_.templates):
                if not np.prod(self.grid_.places(level, template)):
                    continue
                said = responses(blocks, window, self.coef_[template], self.intercept_[template])
                first = self.grid_.first(level, template)
                centred = self.grid_.centred[first : first + said.shape[1]]
                for code in np.flatnonzero(self.allowed_[level, template]):
                    scores = np.where(centred, said[..., code], -np.inf)
                    picture, place = _highest(scores, most, least)
                    offset = said[picture, place, self.classes :]
                    label = np.full(len(place), code)
                    parts.append(_Found(picture + begin, place + first, label, scores[picture, place], offset))
        return _Found(*(np.concatenate(held) for held in zip(*parts, strict=True)))


def _ridge(shown: np.ndarray, offsets: np.ndarray) -> _Planes:
    """Return (4, numbers) filters and their bias that tell how objects lie against their windows."""
    from sklearn.linear_model import Ridge

    found = Ridge(alpha=_RIDGE).fit(shown, offsets)
    return np.asarray(found.coef_), np.asarray(found.intercept_)


def _highest(scores: np.ndarray, most: int, least: float) -> tuple[np.ndarray, np.ndarray]:
    """Return pictures and places of the `most` highest scores of each picture that are above `least`."""
    most = min(most, scores.shape[1])
    place = np.argpartition(-scores, most - 1, axis=1)[:, :most]
    picture = np.repeat(np.arange(len(scores)), most)
    place = place.ravel()
    held = scores[picture, place] > least
    return picture[held], place[held]


def _clipped(boxes: np.ndarray, height: int, width: int) -> np.ndarray:
    """Return the parts of boxes that lie in the picture; those outside have no width or height."""
    low = np.clip(boxes[:, :2], 0, [width, height])
    high = np.clip(boxes[:, :2] + boxes[:, 2:], 0, [width, height])
    return np.concatenate([low, high - low], axis=1)
