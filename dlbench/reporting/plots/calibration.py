"""Reliability diagram: whether what is said with 90 % comes true nine times in ten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from dlbench.reporting.board import Round
from dlbench.reporting.evidence.answers import Answer
from dlbench.reporting.plots.encoding import hints, kind_color, kind_shape, layer, mark, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.tables import Table
from dlbench.stats.reliability import Reliability, reliability


def calibration(place: Round, found: Mapping[str, Sequence[Answer]]) -> Figure | None:
    """Return the reliability diagram of those who give probabilities; None where nobody does."""
    bins = {name: held for name, answers in found.items() if (held := _bins(answers)) is not None}
    if not bins:
        return None
    values = [
        {"contestant": name, "kind": place.kind(name), "said": round(float(said), 4), "true": round(float(true), 4),
         "n": int(n)}
        for name, held in bins.items()
        for said, true, n in zip(held.confidence, held.share, held.n, strict=True)
    ]  # fmt: skip
    x, y = number("said", "confidence", [0, 1]), number("true", "share that came true", [0, 1])
    kinds = {place.kind(name) for name in bins}
    color = kind_color(kinds)
    one = {"field": "contestant"}
    told = hints(contestant="contestant", said="mean confidence", true="share that came true", n="answers")
    size = {"field": "n", "type": "quantitative", "scale": {"range": [12, 160]}, "legend": None}
    diagonal = {"values": [{"said": 0, "true": 0}, {"said": 1, "true": 1}]}
    layers = [
        layer(mark("line", style="guide", strokeWidth=1), {"x": x, "y": y}, data=diagonal),
        layer(mark("line"), {"x": x, "y": y, "color": color, "detail": one}),
        layer(
            mark("point"), {"x": x, "y": y, "color": color, "shape": kind_shape(kinds), "size": size, "tooltip": told}
        ),
    ]
    total = sum(int(held.n.sum()) for held in bins.values())
    about = f"Confidence of the class that was said against how often it was right, {total:,} answers in ten bins "
    about += "(larger: more answers), of "
    about += f"{', '.join(bins)}. On the diagonal, confidence is to be taken at its word."
    name = slug("calibration", place.task, place.point)
    return Figure(name, "Calibration", about, drawing(values, layers), _table(bins, place), place.task, place.point)


def _bins(found: Iterable[Answer]) -> Reliability | None:
    sure, right = [], []
    for answer in found:
        shares, codes = answer.numbers("Probabilities"), answer.codes()
        if shares is None or codes is None or shares.ndim != 2:
            return None
        sure.append(shares[np.arange(len(codes)), codes])
        right.append(codes == answer.truth.target)
    return reliability(np.concatenate(sure), np.concatenate(right)) if sure else None


def _table(bins: Mapping[str, Reliability], place: Round) -> Table:
    lines, kinds = [], []
    for name, held in bins.items():
        for said, true, n in zip(held.confidence, held.share, held.n, strict=True):
            lines.append((name, f"{said:.3f}", f"{true:.3f}", f"{int(n):,}"))
            kinds.append(place.kind(name))
    columns = ("contestant", "mean confidence", "came true", "answers")
    return Table("Calibration", columns, tuple(lines), tuple(kinds), frozenset({1, 2, 3}))
