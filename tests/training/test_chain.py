"""Chains of encoders and a head."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.prepare.images import Images
from dlbench.prepare.part import Part
from dlbench.training import chain, estimators
from dlbench.training.chain import Chain
from dlbench.training.fitted import Lesson
from dlbench.training.limits import Limits

CLASSES = ("a", "b", "c")


def _part(rows: int, seed: int) -> Part:
    random = np.random.default_rng(seed)
    codes = np.arange(rows) % 3
    pixels = random.uniform(0, 40, (rows, 4, 4, 1))
    pixels[np.arange(rows), codes] += 150
    return Part(Images(pixels), codes)


def _fit(name: str, train: Part, form: str = "Probabilities", valid: Part | None = None, **limits: object) -> Chain:
    schema = Schema("image", form, (4, 4, 1), (), CLASSES, len(train))
    contestant = Contestant.named(name)
    fixed = {"kmeans.n_clusters": 6, "pca.n_components": 5}
    return chain.fit(
        contestant,
        contestant.space(Values(fixed), schema),
        schema,
        train,
        valid,
        Limits(**limits),
        3,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("name", ["pca+logistic", "kmeans+logistic", "pca+kmeans+logistic"])
def test_a_chain_answers_as_one(name: str, tmp_path: Path) -> None:
    fitted = _fit(name, _part(60, 0))
    test = _part(30, 1)
    assert (fitted.predict(test.inputs).to("Labels").arrays()["codes"] == test.target).mean() > 0.9
    assert fitted.rounds == {}
    assert fitted.history == []
    counts = [link.course.parameters for link in fitted.links]
    assert fitted.parameters == sum(count or 0 for count in counts)
    assert set(fitted.seconds) == {"preparation", "compile", "fit"}
    assert fitted.save(tmp_path) == [f"{i}_{link}.skops" for i, link in enumerate(name.split("+"), start=1)]


def test_an_unknown_size_makes_the_sum_unknown() -> None:
    fitted = _fit("pca+random_forest", _part(30, 0))
    assert fitted.links[0].course.parameters
    assert fitted.parameters is None


def test_the_head_reads_what_the_encoder_gives() -> None:
    fitted = _fit("pca+logistic", _part(60, 0))
    assert fitted.links[0].encode(_part(9, 1).inputs).shape == (9, 5)
    assert fitted.links[1].estimator.coef_.shape == (3, 5)  # type: ignore[attr-defined]


def test_encoders_never_see_a_target(monkeypatch: pytest.MonkeyPatch) -> None:
    lessons: list[Lesson] = []

    def spy(model, values, schema, lesson):  # type: ignore[no-untyped-def]
        lessons.append(lesson)
        return estimators.fit(model, values, schema, lesson)

    monkeypatch.setattr(chain, "_TRAINERS", {"estimator": spy})
    _fit("pca+kmeans+logistic", _part(60, 0), valid=_part(30, 1))
    assert [lesson.train.target is None for lesson in lessons] == [True, True, False]
    assert [lesson.valid is None or lesson.valid.target is None for lesson in lessons] == [True, True, False]
    assert len({lesson.seed for lesson in lessons}) == 3


def test_hidden_targets_can_be_clustered() -> None:
    part = _part(60, 0)
    answer = _fit("pca+kmeans", Part(part.inputs, None), "Clusters").predict(part.inputs)
    assert answer.problem(60) is None
    assert len(np.unique(answer.arrays()["codes"])) == len(CLASSES)


def test_rounds_go_to_the_link_they_name() -> None:
    limits = Limits(rounds={"autoencoder": 4, "hist_gradient_boosting": 7})
    assert (limits.of("autoencoder").rounds, limits.of("hist_gradient_boosting").rounds) == (4, 7)
    assert limits.of("mlp").rounds_or(30) == 30
    assert Limits(rounds=5).of("mlp").rounds_or(30) == 5
    with pytest.raises(TypeError, match=r"take limits\.of"):
        limits.rounds_or(30)
    fitted = _fit("pca+hist_gradient_boosting", _part(60, 0), rounds={"hist_gradient_boosting": 7})
    assert fitted.rounds == {"hist_gradient_boosting": 7}


def test_a_share_of_rows_repeats_nests_and_keeps_every_class() -> None:
    part = Part(_part(90, 0).inputs, np.array([0] * 88 + [1, 2]))
    small, large = (chain._share(part, share, 5) for share in (0.1, 0.5))
    assert (len(small), len(large)) == (9, 45)
    assert set(np.unique(small.target)) == {0, 1, 2}  # type: ignore[arg-type]
    rows = [{image.tobytes() for image in part.inputs.arrays()[0]} for part in (small, large)]
    assert rows[0] < rows[1]
    again = chain._share(part, 0.1, 5)
    np.testing.assert_array_equal(again.inputs.arrays()[0], small.inputs.arrays()[0])
    assert chain._share(part, 1.0, 5) is part
    assert chain._share(part, 0.1, 6).inputs.arrays()[0].tobytes() != small.inputs.arrays()[0].tobytes()
