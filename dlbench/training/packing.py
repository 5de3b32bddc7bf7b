"""The packed search on JAX: trials whose nets differ in numbers alone are trained together, as one program."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dlbench.core.canonical import digest
from dlbench.core.contestant import Contestant
from dlbench.core.model import DeepModel, Network
from dlbench.core.schema import Schema
from dlbench.prepare.augmentations import NONE
from dlbench.prepare.part import Part
from dlbench.training import networks, replicas
from dlbench.training.architecture import architecture
from dlbench.training.chain import Chain
from dlbench.training.fitted import Course, Lesson
from dlbench.training.goal import Goal
from dlbench.training.limits import Limits
from dlbench.training.optimisers import Recipe
from dlbench.training.pack import Trial, train_together
from dlbench.training.teaching import Examples

Values = Sequence[Mapping[str, Any]]
"""One mapping a link, as `chain.fit` takes them."""

_DRAWN = {"scale": "quantile", "categories": "target"}
"""Preparations that draw from the seed of a trial, which trials therefore cannot share."""


def key(contestant: Contestant, values: Values, schema: Schema, limits: Limits) -> str | None:
    """Return what settings have in common that may be trained together; None for one that is to be trained alone.

    Alone go: other backends than JAX, nets that several devices train, contestants of several links, models other than
    nets, nets with layers that are not Keras's own (their state in Python cannot be told apart), a loss of their own or
    values measured on the target, preparations that draw, and shares of the rows. On a CPU so do nets that convolve:
    XLA has no fast way there for a pack of kernels.
    """
    model = contestant.head
    if model.trainer != "network" or len(contestant.links) > 1 or limits.share < 1 or not _packs():
        return None
    if type(model).measure is not DeepModel.measure:  # type: ignore[attr-defined]
        return None
    (chosen,) = values
    how = model.prepare(chosen)
    if any(getattr(how, name) == drawing for name, drawing in _DRAWN.items()):
        return None
    layers = _layers(contestant, chosen, schema)
    if not layers:
        return None
    kind = Recipe(chosen, 1).kind
    shared = [chosen.get("batch_size", 32), chosen.get("loss", "auto"), chosen.get("augment", NONE)]
    return digest([layers, kind, *shared, repr(how)])


def _packs() -> bool:
    import keras

    return bool(keras.backend.backend() == "jax") and replicas.count() == 1


def _layers(contestant: Contestant, chosen: Mapping[str, Any], schema: Schema) -> str:
    """Return the architecture of a setting's net over unprepared inputs, or "" where it is not to be packed."""
    try:
        network = _sketched(contestant, chosen, schema)
    except Exception:  # noqa: BLE001  a contestant's code: what cannot be built here fails, or not, when it is fitted
        return ""
    if network.loss is not None or (_on_cpu() and any("Conv" in type(layer).__name__ for layer in network.net.layers)):
        return ""
    return architecture(network.net)


def _sketched(contestant: Contestant, chosen: Mapping[str, Any], schema: Schema) -> Network:
    """Return the net of a setting without numbers: its layers and how they are joined, in a few milliseconds."""
    import keras

    with keras.StatelessScope(initialize_variables=False):
        network: Network = contestant.head.build(chosen, schema)
    return network


def _on_cpu() -> bool:
    import jax

    return bool(jax.default_backend() == "cpu")


@dataclass(frozen=True)
class Shared:
    """What all trials of a pack learn from, prepared once."""

    contestant: Contestant
    schema: Schema
    lesson: Lesson
    prepared: Any
    train: Examples
    held: Examples | None
    goal: Goal
    seconds: float


def fit(
    contestant: Contestant,
    values_list: Sequence[Values],
    schema: Schema,
    train: Part,
    valid: Part | None,
    limits_list: Sequence[Limits],
    seeds: Sequence[int],
) -> list[Chain | Exception]:
    """Fit settings of one `key` side by side; each comes out as `chain.fit` would have fitted it, or as its error.

    Seconds of preparation, compilation and fit are shared out evenly. As many are trained at once as memory allows.

    Args:
        contestant, schema, train, valid: as for `chain.fit`.
        values_list, limits_list, seeds: one entry a setting.
    """
    asked = [
        (chosen, limits.of(contestant.model), seed)
        for (chosen,), limits, seed in zip(values_list, limits_list, seeds, strict=True)
    ]
    lesson = Lesson(train, valid, asked[0][1], asked[0][2])
    shared = _shared(contestant, asked[0][0], schema, lesson)
    found: dict[int, Chain | Exception] = {}
    begun: dict[int, tuple[Network, Trial]] = {}
    for number, (chosen, limits, seed) in enumerate(asked):
        try:
            begun[number] = _begin(shared, chosen, limits, seed)
        except Exception as error:  # noqa: BLE001  a contestant's code: one that cannot be built hurts no other
            found[number] = error
    ends = train_together([trial for _, trial in begun.values()], shared.train, shared.held)
    for (number, (network, _)), end in zip(begun.items(), ends, strict=True):
        found[number] = end if isinstance(end, Exception) else _chain(shared, network, end, len(asked))
    return [found[number] for number in range(len(asked))]


def _shared(contestant: Contestant, chosen: Mapping[str, Any], schema: Schema, lesson: Lesson) -> Shared:
    began = time.perf_counter()
    prepared, inputs = networks._prepare(contestant.head, chosen, lesson)
    seen = networks._seen(schema, prepared, inputs)
    goal = Goal.of(_sketched(contestant, chosen, seen), schema, lesson.train)
    train = networks._examples(goal, inputs, lesson.train)
    held = networks._held(lesson, prepared, goal)
    return Shared(contestant, seen, lesson, prepared, train, held, goal, time.perf_counter() - began)


def _begin(shared: Shared, chosen: Mapping[str, Any], limits: Limits, seed: int) -> tuple[Network, Trial]:
    """Build the net of one setting from its own seed, as if it were trained alone."""
    began = time.perf_counter()
    network = networks.fresh_net(shared.contestant.head, chosen, shared.schema, seed)
    limits = replace(limits, patience=chosen.get("patience") or limits.patience)
    plan = networks.plan_of(chosen, limits, seed)
    batches = plan.epochs * -(-len(shared.train.inputs) // plan.batch_size)
    loss = shared.goal.loss(chosen.get("loss", "auto"), shared.train.target, len(shared.schema.classes))
    return network, Trial(network.net, loss, Recipe(chosen, batches), plan, limits, time.perf_counter() - began)


def _chain(shared: Shared, network: Network, course: Course, sharers: int) -> Chain:
    seconds = {**course.seconds, "preparation": shared.seconds / sharers}
    link = networks.FittedNetwork(shared.prepared, network, shared.goal, replace(course, seconds=seconds))
    return Chain((shared.contestant.model,), (link,))
