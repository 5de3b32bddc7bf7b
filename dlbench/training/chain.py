"""Fits a contestant: encoders in their order, then the model that answers, as one."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.contestant import Contestant
from dlbench.core.form import Form
from dlbench.core.model import Model
from dlbench.core.schema import Schema
from dlbench.core.seeds import derive
from dlbench.prepare.data import Inputs
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import detectors, estimators, forecasters, networks
from dlbench.training.fitted import FittedLink, Lesson
from dlbench.training.limits import Limits

_TRAINERS: Mapping[str, Any] = {
    "detector": detectors.fit,
    "estimator": estimators.fit,
    "forecaster": forecasters.fit,
    "network": networks.fit,
}


@dataclass(frozen=True)
class Chain:
    """A fitted contestant; see `Fitted` for what its members mean."""

    names: tuple[str, ...]
    links: tuple[FittedLink, ...]
    encoding_seconds: float = 0.0

    @property
    def rounds(self) -> dict[str, int]:
        """Best rounds of every iterative link by its name."""
        found = zip(self.names, self.links, strict=True)
        return {name: link.course.rounds for name, link in found if link.course.rounds is not None}

    @property
    def history(self) -> list[dict[str, Any]]:
        """Epochs of all links in order, each with the link's name."""
        found = zip(self.names, self.links, strict=True)
        return [{"link": name, **entry} for name, link in found for entry in link.course.history]

    @property
    def parameters(self) -> int | None:
        """Learned numbers of all links; None where one cannot tell."""
        counts = [link.course.parameters for link in self.links]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    @property
    def seconds(self) -> dict[str, float]:
        """Preparation (with encoding between links), compile and fit, summed."""
        parts = ("preparation", "compile", "fit")
        summed = {part: sum(link.course.seconds.get(part, 0.0) for link in self.links) for part in parts}
        return {**summed, "preparation": summed["preparation"] + self.encoding_seconds}

    @property
    def stopped(self) -> str:
        """The strongest reason why a link stopped."""
        reasons = {link.course.stopped for link in self.links}
        return next((reason for reason in ("deadline", "early") if reason in reasons), "")

    @property
    def loaded(self) -> Mapping[str, Any]:
        """What the head has read of its weights."""
        return self.links[-1].course.loaded

    def predict(self, inputs: Inputs) -> Form:
        """Encode, then ask the head."""
        return self.links[-1].predict(_through(self.links[:-1], inputs))

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Return the codes of the last link, (n, width)."""
        return self.links[-1].encode(_through(self.links[:-1], inputs))

    def save(self, folder: Path) -> list[str]:
        """Write every link: `model.*` for one alone, else `1_pca.*`, `2_logistic.*`."""
        if len(self.links) == 1:
            return self.links[0].save(folder, "model")
        named = enumerate(zip(self.names, self.links, strict=True), start=1)
        return [file for i, (name, link) in named for file in link.save(folder, f"{i}_{name}")]


def fit(
    contestant: Contestant,
    values: Sequence[Mapping[str, Any]],
    schema: Schema,
    train: Part,
    valid: Part | None,
    limits: Limits,
    seed: int,
) -> Chain:
    """Fit every link of a contestant on the training part.

    Encoders never see a target; those that learn in epochs are stopped by the validation part's reconstruction.

    Args:
        contestant: whose links are fitted.
        values: one mapping a link, from `contestant.space`.
        schema: of the training part, with the form that the head is to give.
        train: what everything learns from.
        valid: what chooses rounds; None for a refit.
        limits: of the whole fit; its deadline is shared by all links.
        seed: of the fit stream.

    Raises:
        ValueError: a contestant that starts from weights which are no file yet.
    """
    train = _share(train, limits.share, seed)
    links: list[FittedLink] = []
    encoding = 0.0
    *encoders, head = zip(contestant.links, values, strict=True)
    for i, (model, chosen) in enumerate(encoders):
        held = None if valid is None else _unlabelled(valid)
        lesson = Lesson(_unlabelled(train), held, limits.of(model.name), derive(seed, i))
        links.append(_fit_link(model, chosen, schema, lesson))
        began = time.perf_counter()
        train, valid = _encoded(links[-1], train), None if valid is None else _encoded(links[-1], valid)
        encoding += time.perf_counter() - began
        schema = schema.encoded(train.inputs.shape[0])
    model, chosen = head
    lesson = Lesson(train, valid, limits.of(model.name), seed, _start(contestant))
    links.append(_fit_link(model, chosen, schema, lesson))
    return Chain(tuple(link.name for link in contestant.links), tuple(links), encoding)


def _start(contestant: Contestant) -> str:
    """Return the file of weights that a contestant starts from; empty where they are drawn."""
    start = contestant.start
    if start is not None and start.staged:
        raise ValueError(f"{contestant.label} starts from weights that nobody has made yet: {start.told()}")
    return "" if start is None else start.weights


def _fit_link(model: Model, values: Mapping[str, Any], schema: Schema, lesson: Lesson) -> FittedLink:
    link: FittedLink = _TRAINERS[model.trainer](model, values, schema, lesson)
    return link


def _unlabelled(part: Part) -> Part:
    return Part(part.inputs, None)


def _encoded(link: FittedLink, part: Part) -> Part:
    return Part(_table(link.encode(part.inputs)), part.target, part.weights)


def _through(links: Sequence[FittedLink], inputs: Inputs) -> Inputs:
    for link in links:
        inputs = _table(link.encode(inputs))
    return inputs


def _table(codes: np.ndarray) -> Table:
    return Table(np.asarray(codes, dtype=np.float64))


def _share(part: Part, share: float, seed: int) -> Part:
    """Return a random share of the rows in their order, at least one of each class; larger shares hold smaller ones."""
    if share >= 1:
        return part
    order = np.random.default_rng(derive("share", seed)).permutation(len(part))
    rows = max(1, ceil(share * len(part)))
    target = part.target
    if isinstance(target, np.ndarray) and target.ndim == 1 and np.issubdtype(target.dtype, np.integer):
        _, first = np.unique(target[order], return_index=True)
        order = np.concatenate([order[first], np.delete(order, first)])
        rows = max(rows, len(first))
    return part.take(np.sort(order[:rows]))
