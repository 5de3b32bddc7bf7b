"""The search of a contestant: which parameters mattered, and what was tried."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlbench.reporting import figures
from dlbench.reporting.board import Round
from dlbench.reporting.evidence.trials import Trials
from dlbench.reporting.plots.encoding import hints, kind_color, layer, mark, named, number
from dlbench.reporting.plots.figure import Figure, drawing, slug
from dlbench.reporting.tables import Table
from dlbench.stats.importance import explained, levels

ENOUGH, MOST_TRIALS, MOST_AXES, MOST_SHARES = 8, 200, 9, 12


def importance(place: Round, contestant: str, held: Trials) -> Figure | None:
    """Return the share of the scores' variance that each parameter alone explains; None under eight trials,
    or where none explains more than chance would.

    Scores are taken relative to the mean of their search, since folds differ. One parameter at a time: what two do
    only together does not show.
    """
    if len(held.scores) < ENOUGH or not held.varied:
        return None
    shares = _shares(held)
    ranked = sorted(((share, name) for name, share in shares.items() if np.isfinite(share)), reverse=True)
    if not ranked or not ranked[0][0]:
        return None
    known = ranked[:MOST_SHARES]
    kind = place.kind(contestant)
    values = [{"parameter": name, "share": round(share, 4), "told": f"{100 * share:.0f} %", "kind": kind}
              for share, name in known]  # fmt: skip
    x = {**number("share", "variance explained", [0, 1]), "axis": {"format": "%", "tickCount": 5}}
    y = named("parameter")
    told = hints(parameter="parameter", told="variance explained")
    bar = {"x": {**x, "stack": None}, "y": y, "color": kind_color([kind]), "tooltip": told}
    spec = drawing(values, [layer(mark("bar", height={"band": 0.5}), bar)], height=22 * len(known))
    about = f"Share of the variance of {held.metric} over {figures.plural(len(held.scores), 'trial')} of {contestant} "
    about += "that one parameter alone explains (ω², on validation, relative to the mean of its search)."
    about += f" The first {MOST_SHARES} of {len(ranked)} parameters." if len(ranked) > MOST_SHARES else ""
    table = Table("Variance explained by one parameter alone", ("parameter", "share"),
                  tuple((name, f"{100 * share:.1f} %") for share, name in known), (), frozenset({1}))  # fmt: skip
    name = slug("importance", place.task, place.point, contestant)
    return Figure(name, f"What mattered for {contestant}", about, spec, table, place.task, place.point, contestant)


def _shares(held: Trials) -> dict[str, float]:
    scores, search = np.array(held.scores), np.array(held.search)
    means = np.bincount(search, weights=scores) / np.maximum(np.bincount(search), 1)
    relative = scores - means[search]
    found = {}
    for name in held.varied:
        known = np.array([name in setting for setting in held.settings])
        codes, _ = _codes([setting[name] for setting in held.settings if name in setting])
        found[name] = explained(codes, relative[known])
    return found


def _codes(values: Sequence[Any]) -> tuple[np.ndarray, bool]:
    """Return groups of values, numbers in at most four of them, and whether they are numbers."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return levels(np.array(values, dtype=np.float64)), True
    return np.unique(np.array([str(value) for value in values]), return_inverse=True)[1], False


def parallel(place: Round, contestant: str, held: Trials) -> Figure | None:
    """Return the trials as parallel coordinates, a line a trial; None with fewer than two axes or trials.

    Numbers stand on their axis by rank, other values evenly; the last axis is the score.
    """
    names = held.varied[:MOST_AXES]
    if not names or len(held.scores) < 3:
        return None
    axes = [*names, f"{held.metric} (validation)"]
    columns = [[setting.get(name) for setting in held.settings] for name in names]
    places = [*(_places(column) for column in columns), _places(held.scores)]
    direction = 1 if held.better == "higher" else -1
    good = _places([direction * score for score in held.scores])
    values = [
        {"trial": trial, "axis": axis, "place": number, "at": at[trial], "good": good[trial],
         "told": figures.score(held.scores[trial]) if axis == axes[-1] else _told(columns[number][trial])}
        for trial in range(min(len(held.scores), MOST_TRIALS))
        for number, (axis, at) in enumerate(zip(axes, places, strict=True))
        if at[trial] is not None
    ]  # fmt: skip
    x = {**named("axis"), "axis": {"labelAngle": -30, "grid": True, "domain": False}}
    y = {**number("at", None, [-0.03, 1.03]), "axis": None}
    color = {"field": "good", "type": "quantitative", "legend": None, "scale": {"domain": [-0.4, 1]}}
    shape = {"x": x, "y": y, "color": color, "detail": {"field": "trial"}}
    told = hints(axis="parameter", told="value")
    layers = [
        layer(
            mark("line", strokeWidth=1.3, opacity=0.7, interpolate="monotone"),
            {**shape, "order": {"field": "place", "type": "quantitative"}},
        ),
        layer(mark("point", size=22), {**shape, "tooltip": told}),
    ]
    about = f"{_counted(len(held.scores), MOST_TRIALS, 'trial')} of {contestant}, a line each; the stronger, "
    about += f"the better on {held.metric}. Numbers stand by rank, low below."
    about += f" {_counted(len(held.varied), MOST_AXES, 'parameter')}." if len(held.varied) > MOST_AXES else ""
    name = slug("parallel", place.task, place.point, contestant)
    table = _best(held, names)
    return Figure(name, f"What was tried for {contestant}", about, drawing(values, layers, height=220), table,
                  place.task, place.point, contestant)  # fmt: skip


def _counted(number: int, most: int, noun: str) -> str:
    """Return how many there are, and how many of them are drawn.

    >>> _counted(5, 200, "trial"), _counted(350, 200, "trial")
    ('5 trials', 'The first 200 of 350 trials')
    """
    told = figures.plural(number, noun)
    return told if number <= most else f"The first {most} of {told}"


def _places(values: Sequence[Any]) -> list[float | None]:
    """Return where each value stands on its axis, from 0 to 1; None for none.

    >>> _places([3.0, 1.0, None, 10.0]), _places(["b", "a"])
    ([0.5, 0.0, None, 1.0], [1.0, 0.0])
    """
    known = [value for value in values if value is not None]
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in known)
    steps = sorted({value if numbers else str(value) for value in known})
    where = {step: place / max(1, len(steps) - 1) for place, step in enumerate(steps)}
    return [None if value is None else round(where[value if numbers else str(value)], 4) for value in values]


def _told(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _best(held: Trials, names: Sequence[str]) -> Table:
    direction = -1 if held.better == "higher" else 1
    order = sorted(range(len(held.scores)), key=lambda trial: direction * held.scores[trial])[:10]
    lines = tuple(
        (str(trial + 1), *(_told(held.settings[trial].get(name, figures.NONE)) for name in names),
         figures.score(held.scores[trial]))
        for trial in order
    )  # fmt: skip
    columns = ("trial", *names, held.metric)
    notes = (f"{figures.plural(held.failed, 'trial')} without a score.",) if held.failed else ()
    return Table("The ten best trials, on validation", columns, lines, (), frozenset({0, len(columns) - 1}), notes)
