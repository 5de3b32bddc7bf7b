"""What a fit costs without dlbench's engine, on one thread, as a worker has it.

A scikit-learn model is built and fitted directly. A net goes through the house's own loop, which is faster than
Keras's `fit`, so that nothing is hidden behind the slowness of another.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from dlbench.core import catalog
from dlbench.core.job import JobSpec
from dlbench.engine.parts import Parts, cut
from dlbench.engine.tuning import settings
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part
from dlbench.training import chain
from dlbench.training.limits import Limits

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_name, "1")

EPOCHS = 3
CONTESTANTS: tuple[tuple[str, str], ...] = (
    ("digits", "mlp"),
    ("digits", "lenet5"),
    ("iris", "tabular_resnet"),
    ("iris", "ft_transformer"),
    ("digits", "logistic"),
    ("digits", "k_neighbors"),
    ("digits", "decision_tree"),
    ("iris", "svm"),
)
"""Four nets and four scikit-learn models, each on data that it can read."""


def parts_of(job: JobSpec) -> Parts:
    """Load and cut what a job sees."""
    form = job.contestant.form_for(catalog.task(job.task.type).asks) or ""
    return cut(catalog.dataset(job.task.dataset).load(job.task.params), job, form)[0]


def fit_seconds(job: JobSpec, parts: Parts, values: Mapping[str, Any], train: Part, valid: Part | None) -> float:
    """Return the seconds of preparing, building and fitting one setting, and predicting what is held out."""
    chosen = settings(job.contestant, values, parts.schema)
    start = time.perf_counter()
    if job.contestant.head.trainer == "network":
        limits = Limits(rounds=EPOCHS, patience=EPOCHS)
        fitted: Any = chain.fit(job.contestant, chosen, parts.schema, train, valid, limits, 1)
        fitted.predict(parts.valid.inputs)
    else:
        _estimate(job.contestant.head, chosen[0], parts, train)
    return time.perf_counter() - start


def _estimate(model: Any, chosen: Mapping[str, Any], parts: Parts, train: Part) -> None:
    prepared, inputs = Prepared.learn(model.prepare(chosen), train.inputs, train.target, 1)
    model.build(chosen, parts.schema).fit(inputs, train.target).predict(prepared(parts.valid.inputs))


def bound(differences: Sequence[float]) -> tuple[float, float]:
    """Return the median and its one-sided upper 95 % bound, by order statistics (the sign test)."""
    found, n = sorted(differences), len(differences)
    chance = [sum(math.comb(n, i) for i in range(k + 1)) / 2**n for k in range(n)]
    place = next((k + 1 for k in range(n) if chance[k] >= 0.95), n - 1)
    return median(found), found[min(place, n - 1)]
