"""What holds for every registered metric."""

from __future__ import annotations

import inspect
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlbench.core.catalog import form, metrics
from dlbench.core.metric import Metric
from dlbench.forms.boxes import Boxes
from dlbench.forms.clusters import Clusters
from dlbench.forms.instances import Instances
from dlbench.forms.labels import Labels
from dlbench.forms.masks import Masks
from dlbench.forms.objects import Objects
from dlbench.forms.outlined import OutlinedObjects
from dlbench.forms.pictures import Pictures
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.references import References
from dlbench.forms.scores import Scores
from dlbench.forms.tags import Tags
from dlbench.forms.texts import Texts
from dlbench.forms.truth import Truth
from dlbench.forms.values import Values

EVERY = pytest.mark.parametrize("metric", metrics().values(), ids=metrics().keys())
BY_ITEMS = {name: metric for name, metric in metrics().items() if metric.unit == "items"}


def pictures(ids: np.ndarray, rng: np.random.Generator, right: bool) -> tuple[Truth, Boxes]:
    """Return up to four objects a picture, of all of COCO's sizes, and boxes: theirs, or such as look alike."""
    counts = rng.integers(0, 5, len(ids))
    sides = [np.exp(rng.uniform(2, 5.5, (count, 1))) * rng.uniform(0.8, 1, (count, 2)) for count in counts]
    boxes = [np.column_stack([rng.uniform(0, 99, (len(each), 2)), each]) for each in sides]
    codes = [rng.integers(0, 3, count) for count in counts]
    objects = Objects.of(list(zip(boxes, codes, strict=True)))
    if not right:
        boxes = [each * rng.uniform(0.7, 1.3, each.shape) for each in boxes]
        codes = [np.where(rng.random(len(each)) < 0.8, each, (each + 1) % 3) for each in codes]
    found = zip(boxes, codes, (rng.random(count) for count in counts), strict=True)
    return Truth.of(ids, objects, ("a", "b", "c")), Boxes.of(list(found))


def outlines(ids: np.ndarray, rng: np.random.Generator, right: bool) -> tuple[Truth, Instances]:
    """Return up to four objects a picture, and masks: theirs, or such as miss some pixels and take others."""
    size, sides = 130, (8, 40, 110)  # small, medium and large to COCO
    found, said = [], []
    for _ in ids:
        count = rng.integers(0, 5)
        masks = np.zeros((count, size, size), dtype=bool)
        for mask in masks:
            side = sides[rng.integers(3)]
            top, left = rng.integers(0, size - side, 2)
            mask[top : top + side, left : left + side] = True
        codes = rng.integers(0, 3, count)
        found.append((masks, codes))
        moved = masks if right else np.array([np.roll(mask, rng.integers(-2, 3), axis=1) for mask in masks])
        called = codes if right else np.where(rng.random(count) < 0.8, codes, (codes + 1) % 3)
        said.append((moved, called, rng.random(count)))
    return Truth.of(ids, OutlinedObjects.outlined(found), ("a", "b", "c")), Instances.of(said)


def sentences(ids: np.ndarray, rng: np.random.Generator, right: bool) -> tuple[Truth, Texts]:
    """Return one or two references an item, and texts: the last of them, or half of its words and others."""
    words = np.array(["sun", "moon", "river", "stone", "leaf", "wind", "cold", "bright"])
    given = [tuple(" ".join(rng.choice(words, 7)) for _ in range(1 + item % 2)) for item in range(len(ids))]
    texts = [several[-1] for several in given]
    if not right:
        texts = [" ".join([*text.split()[:4], *rng.choice(words, rng.integers(1, 5))]) for text in texts]
    return Truth.of(ids, References(tuple(given))), Texts(tuple(texts))


def tagged(ids: np.ndarray, rng: np.random.Generator, right: bool) -> tuple[Truth, Tags]:
    """Return up to eight tags a sentence, of entities of two types, and tags: theirs, or other ones for a third."""
    classes = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
    true = [rng.integers(0, len(classes), rng.integers(0, 9)) for _ in ids]
    said = [np.where(right | (rng.random(len(codes)) < 0.7), codes, (codes + 1) % len(classes)) for codes in true]
    return Truth.of(ids, Tags.of(true), classes), Tags.of(said)


def pixels(form: str, ids: np.ndarray, rng: np.random.Generator, right: bool) -> tuple[Truth, Masks | Pictures]:
    """Return masks of two shapes on a ground, some pixels asked of nobody, or pictures; and those that answer them."""
    n = len(ids)
    if form == "Pictures":
        values = rng.random((n, 12, 13, 2), dtype=np.float32)
        return Truth(ids, values), Pictures(values.copy() if right else rng.random(values.shape, dtype=np.float32))
    codes = np.zeros((n, 9, 10), dtype=np.int16)
    codes[:, 1:4, 2:6], codes[:, 5:8, 4:9] = 1, 2
    codes = np.array([np.roll(each, rng.integers(9, size=2), axis=(0, 1)) for each in codes]).reshape(codes.shape)
    said = codes if right else rng.integers(0, 3, codes.shape).astype(np.int16)
    return Truth(ids, np.where(rng.random(codes.shape) < 0.1, -1, codes), ("a", "b", "c")), Masks(said)


def case(metric: Metric, items: int, rng: np.random.Generator, right: bool = False) -> tuple[Truth, Any]:
    """Return a truth of three classes (or values, objects, texts, tags) and a prediction, random or right."""
    ids = np.array([f"i{number}" for number in range(items)])
    listed = {"Boxes": pictures, "Instances": outlines, "Texts": sentences, "Tags": tagged}
    if metric.scores in listed:
        return listed[metric.scores](ids, rng, right)
    if metric.scores in ("Masks", "Pictures"):
        return pixels(metric.scores, ids, rng, right)
    target = np.arange(items) % 3
    if metric.scores == "Values":
        values = rng.normal(size=items)
        truth = Truth(ids, values, scale=rng.uniform(0.5, 2, items))
        return truth, Values(values.copy() if right else rng.normal(size=items))
    inputs = np.eye(3)[target] * 10 + rng.normal(size=(items, 3))
    truth = Truth(ids, target, ("a", "b", "c"), inputs)
    table = np.eye(3)[target] if right else rng.dirichlet(np.ones(3), size=items)
    codes = table.argmax(axis=1) if items else target
    made = {
        "Labels": Labels(codes),
        "Clusters": Clusters(codes),
        "Scores": Scores(table.reshape(-1, 3)),
        "Probabilities": Probabilities(table.reshape(-1, 3)),
    }
    return truth, made[metric.scores]


def test_all_metrics_are_registered() -> None:
    assert set(metrics()) >= {
        *("accuracy", "balanced_accuracy", "f1_macro", "f1_micro", "f1_weighted", "log_loss", "roc_auc"),
        *("rmse", "mae", "r2", "ari", "nmi", "silhouette"),
        *("precision", "precision_weighted", "recall", "average_precision", "brier", "ece"),
        *("mape", "quantile_loss_10", "quantile_loss_50", "quantile_loss_90"),
        *("map", "map_50", "map_75", "map_small", "map_medium", "map_large", "voc_ap", "voc_ap_11"),
        *("map_masks", "map_masks_50", "map_masks_75", "map_masks_small", "map_masks_medium", "map_masks_large"),
        *("miou", "dice", "dice_by_picture", "boundary_f", "psnr", "ssim"),
        *("bleu", "chrf", "ter", "rouge1", "rouge2", "rougeL", "rougeLsum"),
        "entity_f1",
    }


@EVERY
def test_a_judge_sees_truth_prediction_and_weights_alone(metric: Metric) -> None:
    assert list(inspect.signature(metric.score).parameters) == ["truth", "prediction", "weights"]


@EVERY
def test_metadata_can_be_shown(metric: Metric) -> None:
    assert metric.better in ("higher", "lower")
    assert metric.unit in ("items", "subsample", "seeds")
    assert metric.strata in ("", "classes")
    assert metric.unit == "items" or not (metric.strata or metric.proportion)
    assert metric.shares in ("", "items", "classes", "pairs")
    assert metric.shares == "items" or not metric.proportion
    assert not metric.shares or (metric.low, metric.high) == (0.0, 1.0)
    assert metric.shares not in ("items", "classes") or metric.scores == "Labels"
    assert metric.title
    assert metric.paper
    assert form(metric.scores).name == metric.scores


@EVERY
def test_right_beats_random_in_the_stated_direction_and_range(metric: Metric) -> None:
    rng = np.random.default_rng(3)
    wrong = metric.score(*case(metric, 60, rng))
    right = metric.score(*case(metric, 60, rng, right=True))
    assert (right > wrong) if metric.better == "higher" else (right < wrong)
    best = metric.high if metric.better == "higher" else metric.low
    if metric.name != "silhouette" and best is not None:
        assert right == pytest.approx(best)
    for score in (right, wrong):
        assert isinstance(score, float)
        assert metric.low is None or score >= metric.low
        assert metric.high is None or score <= metric.high


@pytest.mark.parametrize("name", sorted(name for name, metric in metrics().items() if metric.proportion))
def test_a_proportion_is_the_share_of_items_that_are_right(name: str) -> None:
    truth, prediction = case(metrics()[name], 50, np.random.default_rng(4))
    right = prediction.arrays()["codes"] == truth.target
    assert 0 < right.mean() < 1
    assert metrics()[name].score(truth, prediction) == pytest.approx(right.mean())


@pytest.mark.parametrize("name", sorted(name for name, metric in metrics().items() if metric.strata == "classes"))
def test_a_metric_drawn_within_classes_has_no_value_without_one_of_them(name: str) -> None:
    metric = metrics()[name]
    truth, prediction = case(metric, 30, np.random.default_rng(4))
    assert math.isnan(metric.score(truth, prediction, (truth.target != 2).astype(np.float64)))


@EVERY
def test_no_items_are_nan_and_not_zero(metric: Metric) -> None:
    assert math.isnan(metric.score(*case(metric, 0, np.random.default_rng(0))))


@EVERY
def test_the_order_of_items_does_not_matter(metric: Metric) -> None:
    rng = np.random.default_rng(5)
    truth, prediction = case(metric, 40, rng)
    order = rng.permutation(40)
    assert metric.score(truth.take(order), prediction.take(order)) == pytest.approx(metric.score(truth, prediction))


@EVERY
def test_scoring_changes_nothing(metric: Metric) -> None:
    truth, prediction = case(metric, 30, np.random.default_rng(1))
    arrays = [*truth.arrays().values(), *prediction.arrays().values()]
    copies = [array.copy() for array in arrays]
    assert metric.score(truth, prediction) == metric.score(truth, prediction)
    for array, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


@EVERY
def test_a_wrong_number_of_items_is_refused(metric: Metric) -> None:
    truth, _ = case(metric, 9, np.random.default_rng(0))
    _, prediction = case(metric, 6, np.random.default_rng(0))
    with pytest.raises(ValueError, match=metric.name):
        metric.score(truth, prediction)


@EVERY
def test_another_form_is_refused(metric: Metric) -> None:
    truth, _ = case(metric, 6, np.random.default_rng(0))
    other = Values(np.zeros(6)) if metric.scores != "Values" else Labels(np.zeros(6, dtype=np.int64))
    with pytest.raises(ValueError, match=f"{metric.name}: expected {metric.scores}, got {other.name}"):
        metric.score(truth, other)


@EVERY
@pytest.mark.parametrize("bad", [np.ones(5), np.ones((6, 1)), np.array([1.0] * 5 + [-1.0]), np.full(6, np.nan)])
def test_weights_that_cannot_be_meant_are_refused(metric: Metric, bad: np.ndarray) -> None:
    truth, prediction = case(metric, 6, np.random.default_rng(0))
    with pytest.raises(ValueError, match="weights"):
        metric.score(truth, prediction, bad)


@pytest.mark.parametrize("name", sorted(metrics().keys() - BY_ITEMS.keys()))
def test_metrics_of_another_unit_refuse_weights(name: str) -> None:
    truth, prediction = case(metrics()[name], 6, np.random.default_rng(0))
    with pytest.raises(ValueError, match="takes no weights"):
        metrics()[name].score(truth, prediction, np.ones(6))


@pytest.mark.parametrize("name", sorted(BY_ITEMS))
@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.integers(0, 4), min_size=1, max_size=25), seed=st.integers(0, 1000))
def test_a_weight_is_a_number_of_repeats(name: str, counts: list[int], seed: int) -> None:
    metric = BY_ITEMS[name]
    truth, prediction = case(metric, len(counts), np.random.default_rng(seed))
    index = np.repeat(np.arange(len(counts)), counts)
    repeated = prediction.take(index)
    weighted = metric.score(truth, prediction, np.array(counts, dtype=np.float64))
    assert weighted == pytest.approx(metric.score(truth.take(index), repeated), nan_ok=True, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", sorted(BY_ITEMS))
def test_weights_may_have_any_scale(name: str) -> None:
    rng = np.random.default_rng(2)
    truth, prediction = case(BY_ITEMS[name], 30, rng)
    weights = rng.random(30)
    tenfold = BY_ITEMS[name].score(truth, prediction, 10 * weights)
    assert BY_ITEMS[name].score(truth, prediction, weights) == pytest.approx(tenfold)


@pytest.mark.parametrize("name", sorted(BY_ITEMS))
@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.integers(0, 4), min_size=1, max_size=25), seed=st.integers(0, 1000))
def test_statistics_and_weighers_give_the_score(name: str, counts: list[int], seed: int) -> None:
    metric, rng = BY_ITEMS[name], np.random.default_rng(seed)
    truth, prediction = case(metric, len(counts), rng)
    weigh = metric.weigher(truth, prediction)
    table = metric.statistics(truth, prediction)
    for weights in (np.array(counts, dtype=np.float64), np.array(counts) * rng.random(len(counts))):
        expected = pytest.approx(metric.score(truth, prediction, weights), nan_ok=True, rel=1e-9, abs=1e-12)
        assert weigh(weights) == expected
        if table is not None:
            assert float(metric.from_sums(weights @ table)) == expected
    assert weigh(None) == pytest.approx(metric.score(truth, prediction), nan_ok=True)


@pytest.mark.parametrize("name", sorted(BY_ITEMS))
def test_sums_of_many_resamples_are_scored_at_once(name: str) -> None:
    metric, rng = BY_ITEMS[name], np.random.default_rng(6)
    truth, prediction = case(metric, 40, rng)
    table = metric.statistics(truth, prediction)
    if table is None:
        with pytest.raises(NotImplementedError, match=name):
            metric.from_sums(np.ones(3))
        return
    assert table.shape[0] == 40
    assert table.dtype == np.float64
    weights = rng.integers(3, size=(5, 2, 40))
    found = metric.from_sums(weights @ table)
    assert found.shape == (5, 2)
    expected = [[metric.score(truth, prediction, line.astype(np.float64)) for line in pair] for pair in weights]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    assert np.isnan(metric.from_sums(np.zeros(table.shape[1])))


@EVERY
def test_only_items_that_may_be_weighed_add_up(metric: Metric) -> None:
    assert metric.unit == "items" or metric.statistics(*case(metric, 9, np.random.default_rng(0))) is None


@pytest.mark.parametrize("name", sorted(BY_ITEMS))
def test_statistics_and_weighers_refuse_what_score_refuses(name: str) -> None:
    metric = BY_ITEMS[name]
    truth, _ = case(metric, 6, np.random.default_rng(0))
    other = Values(np.zeros(6)) if metric.scores != "Values" else Labels(np.zeros(6, dtype=np.int64))
    with pytest.raises(ValueError, match=metric.name):
        metric.weigher(truth, other)(None)
    if metric.statistics(*case(metric, 6, np.random.default_rng(0))) is not None:
        with pytest.raises(ValueError, match=metric.name):
            metric.statistics(truth, other)


def test_listing_metrics_loads_nothing_heavy() -> None:
    code = (
        "import sys; from dlbench.core.catalog import metrics; metrics();"
        "heavy = {'numpy', 'scipy', 'sklearn', 'hotcoco', 'sacrebleu', 'rouge_score', 'nltk'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
