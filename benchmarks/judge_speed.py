"""What mAP, its interval and BLEU cost: judge_speed.py [PAIRS].

500 pictures of 20 classes with 12,000 detections. The score is timed against faster-coco-eval, BLEU against sacreBLEU
on 3,000 made segments; each side from what it is handed in memory to the same number, one after the other, which
comes first changing from pair to pair. The interval takes 1,000 resamples of one prediction. Ends with 1 above a limit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from dlbench.core.catalog import metric
from dlbench.forms.boxes import Boxes
from dlbench.forms.objects import Objects
from dlbench.forms.ragged import owners
from dlbench.forms.references import References
from dlbench.forms.texts import Texts
from dlbench.forms.truth import Truth
from dlbench.stats.bootstrap import crossed_interval

PICTURES, CLASSES, OBJECTS, DETECTIONS = 500, 20, 4_000, 12_000
SEGMENTS, WORDS = 3_000, 8_000
RESAMPLES = 1_000
MOST_SECONDS, MOST_RATIO = 10.0, 1.0

Timed = Callable[[], float]


def pictures(rng: np.random.Generator) -> tuple[Truth, Boxes]:
    """Return objects, and detections near them of which one in five is of another class."""
    holder = np.sort(rng.integers(0, PICTURES, OBJECTS))
    boxes = np.column_stack([rng.uniform(0, 500, (OBJECTS, 2)), rng.uniform(8, 140, (OBJECTS, 2))])
    codes = rng.integers(0, CLASSES, OBJECTS)
    of = np.sort(rng.integers(0, OBJECTS, DETECTIONS))
    moved = boxes[of] + rng.normal(0, 0.12, (DETECTIONS, 4)) * np.tile(boxes[of, 2:], 2)
    called = np.where(rng.random(DETECTIONS) < 0.8, codes[of], rng.integers(0, CLASSES, DETECTIONS))
    seen, found = np.searchsorted(holder, np.arange(PICTURES + 1)), np.maximum(moved, 1)
    flags = np.zeros((2, OBJECTS), dtype=bool)
    objects = Objects(boxes, codes, seen, flags[0], flags[1], boxes[:, 2] * boxes[:, 3])
    offsets = np.searchsorted(holder[of], np.arange(PICTURES + 1))
    truth = Truth.of(np.arange(PICTURES).astype(np.str_), objects, tuple(f"class {code}" for code in range(CLASSES)))
    return truth, Boxes(found, called, rng.random(DETECTIONS), offsets)


def faster_coco_eval(truth: Truth, found: Boxes) -> Timed:
    """Return mAP by faster-coco-eval, which is handed the content of COCO's files."""
    from faster_coco_eval import COCO, COCOeval_faster

    objects = truth.objects
    if objects is None:
        raise ValueError("expected objects")
    held = zip(owners(objects.offsets), objects.boxes.tolist(), objects.codes, objects.areas, strict=True)
    annotated = [
        {"id": id_, "image_id": int(of), "bbox": box, "category_id": int(code), "area": float(area), "iscrowd": 0}
        for id_, (of, box, code, area) in enumerate(held, start=1)
    ]
    seen = zip(owners(found.offsets), found.boxes.tolist(), found.codes, found.scores, strict=True)
    results = [
        {"image_id": int(of), "bbox": box, "category_id": int(code), "score": float(score)}
        for of, box, code, score in seen
    ]
    content = {
        "images": [{"id": number} for number in range(len(truth))],
        "categories": [{"id": code, "name": name} for code, name in enumerate(truth.classes)],
        "annotations": annotated,
    }

    def timed() -> float:
        given = COCO(content)
        judging = COCOeval_faster(given, given.loadRes(results), "bbox", print_function=lambda *_: None)
        judging.run()
        return float(judging.stats[0])

    return timed


def segments(rng: np.random.Generator) -> tuple[Truth, Texts]:
    """Return references of 5 to 40 words, common words being commoner, and texts with a quarter of other words."""
    words = np.array([f"w{number:x}" for number in range(WORDS)])
    likely = 1 / np.arange(1, WORDS + 1)
    likely /= likely.sum()
    given = [rng.choice(words, rng.integers(5, 41), p=likely) for _ in range(SEGMENTS)]
    texts = [np.where(rng.random(len(each)) < 0.75, each, rng.choice(words, len(each), p=likely)) for each in given]
    references = References(tuple((" ".join(each) + ".",) for each in given))
    return Truth.of(np.arange(SEGMENTS).astype(np.str_), references), Texts(tuple(" ".join(e) + "." for e in texts))


def sacrebleu(truth: Truth, texts: Texts) -> Timed:
    """Return BLEU by sacreBLEU, which is handed its streams of references."""
    from sacrebleu.metrics import BLEU

    if truth.references is None:
        raise ValueError("expected references")
    streams = [[several[0] for several in truth.references.texts]]
    return lambda: float(BLEU().corpus_score(texts.values, streams).score)


def compared(title: str, ours: Callable[[], Timed], theirs: Callable[[], Timed], pairs: int) -> float:
    """Print and return the ratio of medians, after one pair that warms both sides up and must agree.

    Each call gets what it is handed anew: an evaluator may write into it.
    """
    gap = abs(ours()() - theirs()())
    if gap > 1e-6:
        raise RuntimeError(f"{title}: the two differ by {gap:.2g}")
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(pairs):
        for side in (number % 2, 1 - number % 2):
            timed = (ours, theirs)[side]()
            start = time.perf_counter()
            timed()
            seconds[side].append(time.perf_counter() - start)
    one, other = map(median, seconds)
    print(f"{title}: {one:.3f} s against {other:.3f} s, ratio {one / other:.3f}, {pairs} pairs", flush=True)
    return one / other


def interval_seconds(truth: Truth, found: Boxes) -> float:
    """Print and return what the interval of mAP takes, matching included."""
    start = time.perf_counter()
    weighed = metric("map").weigher(truth, found)
    rng = np.random.default_rng(1)
    held = crossed_interval(lambda seed, weights: weighed(weights), len(truth), 1, rng, RESAMPLES)
    seconds = time.perf_counter() - start
    told = f"{held.mean:.4f} [{held.low:.4f}, {held.high:.4f}]"
    print(f"interval of mAP, {RESAMPLES} resamples: {seconds:.2f} s, {told}", flush=True)
    return seconds


def main(pairs: int = 21) -> int:
    """Measure, print, and return the exit code."""
    truth, found = pictures(np.random.default_rng(0))
    given, texts = segments(np.random.default_rng(0))
    slow = interval_seconds(truth, found) > MOST_SECONDS
    scores = {name: metric(name).score for name in ("map", "bleu")}
    ratios = (
        compared(
            "mAP against faster-coco-eval",
            lambda: lambda: scores["map"](truth, found),
            lambda: faster_coco_eval(truth, found),
            pairs,
        ),
        compared(
            "BLEU against sacreBLEU",
            lambda: lambda: scores["bleu"](given, texts),
            lambda: sacrebleu(given, texts),
            pairs,
        ),
    )
    return int(slow or max(ratios) > MOST_RATIO)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
