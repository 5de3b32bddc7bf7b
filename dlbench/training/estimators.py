"""Fits scikit-learn style estimators behind their preparation.

An estimator whose model rations `rounds` is of a library that `boosters` knows, or has, like histogram gradient
boosting, the parameters `max_iter`, `early_stopping`, `n_iter_no_change` and `warm_start`, the attributes `n_iter_`
and `validation_score_`, and a `fit` that takes `X_val` and `y_val`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.errors import DataError, UsageError
from dlbench.core.form import Form
from dlbench.core.model import Model
from dlbench.core.schema import Schema
from dlbench.core.seeds import derive
from dlbench.forms.clusters import Clusters
from dlbench.forms.labels import Labels
from dlbench.forms.masks import Masks
from dlbench.forms.pictures import Pictures
from dlbench.forms.probabilities import Probabilities
from dlbench.forms.scores import Scores
from dlbench.forms.values import Values
from dlbench.prepare.components import instances_of
from dlbench.prepare.data import Inputs
from dlbench.prepare.inputs import Prepared
from dlbench.prepare.part import Part
from dlbench.training.answers import probabilities_of_all, probabilities_of_pixels, scores_of_all
from dlbench.training.boosters import Matter, booster_of, weighing
from dlbench.training.fitted import Course, Lesson
from dlbench.training.goal import known_target, target_of
from dlbench.training.threads import granted, threaded

# What a saved model may hold beyond the types that skops trusts by itself.
TRUSTED = (
    "catboost.core.CatBoostClassifier",
    "catboost.core.CatBoostRegressor",
    "collections.OrderedDict",
    "dlbench.prepare.filled_boxes.FilledBoxes",
    "dlbench.prepare.gaussian_units.GaussianUnits",
    "dlbench.prepare.gradients.descriptors",
    "dlbench.prepare.mean_boxes.MeanBoxes",
    "dlbench.prepare.patch_regression.PatchRegression",
    "dlbench.prepare.picture_floors.CommonClass",
    "dlbench.prepare.picture_floors.HalvedAndDoubled",
    "dlbench.prepare.picture_floors.Unchanged",
    "dlbench.prepare.pixel_forest.PixelForest",
    "dlbench.prepare.window_detector.WindowDetector",
    "dlbench.prepare.window_detector.WindowSettings",
    "dlbench.prepare.window_grid.Grid",
    "dlbench.prepare.window_grid.Plan",
    "dlbench.prepare.window_grid.Template",
    "functools.partial",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "numpy.dtype",
    "numpy.float32",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.model_selection._split.KFold",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils.validation.check_array",
    "xgboost.core.Booster",
    "xgboost.sklearn.XGBClassifier",
    "xgboost.sklearn.XGBRegressor",
)

# Attributes that hold learned numbers, by which the size of a model is counted.
_LEARNED = ("coef_", "intercept_", "dual_coef_", "support_vectors_", "components_", "cluster_centers_")


@dataclass(frozen=True)
class FittedEstimator:
    """A preparation and an estimator, both fitted."""

    prepared: Prepared
    estimator: Any
    schema: Schema
    course: Course

    def predict(self, inputs: Inputs) -> Form:
        """Return the form of the schema."""
        answer = _ANSWERS[self.schema.form]
        return answer(self.estimator, self.prepared(inputs), len(self.schema.classes))

    def encode(self, inputs: Inputs) -> np.ndarray:
        """Return what the estimator's `transform` gives, (n, width)."""
        return np.asarray(self.estimator.transform(self.prepared(inputs)))

    def save(self, folder: Path, stem: str = "model") -> list[str]:
        """Write preparation and estimator as one scikit-learn pipeline; images enter it in [0, 1], flat
        unless the model reads pixels."""
        from sklearn.pipeline import Pipeline
        from skops.io import dump

        first = "passthrough" if self.prepared.steps is None else self.prepared.steps
        dump(Pipeline([("preparation", first), ("estimator", self.estimator)]), folder / f"{stem}.skops")
        return [f"{stem}.skops"]


def load(path: Path) -> Any:
    """Return the pipeline that `save` wrote, holding nothing but types that skops trusts or `TRUSTED` lists.

    Raises:
        UsageError: the file holds another type, and is not loaded.
    """
    from skops.io import get_untrusted_types
    from skops.io import load as read

    foreign = sorted(set(get_untrusted_types(file=path)) - set(TRUSTED))
    if foreign:
        raise UsageError(f"{path}: holds types that are not trusted: {', '.join(foreign)}")
    return read(path, trusted=list(TRUSTED))


def fit(model: Model, values: Mapping[str, Any], schema: Schema, lesson: Lesson) -> FittedEstimator:
    """Fit the preparation, then the estimator, on the lesson's training part.

    The deadline stops boosting between rounds; any other fit is the process's to stop.

    Raises:
        DataError: the model cannot learn such a target.
    """
    began = time.perf_counter()
    target = known_target(lesson.train)
    if target is not None and (reason := model.objection(target)):
        raise DataError(f"{model.name}: {reason}")
    if lesson.train.weights is not None and target is not None and not model.weights:
        raise UsageError(f"{model.name}: its fit takes no weights; leave out weight_column")
    prepared, matrix = Prepared.learn(model.prepare(values), lesson.train.inputs, target, lesson.seed)
    ready = time.perf_counter()
    estimator = seeded(model.build(values, replace(schema, rows=len(lesson.train))), lesson.seed)
    course = Course()
    if model.resource == "rounds":
        estimator, course = _fit_rounds(estimator, matrix, prepared, lesson)
    else:
        with threaded():
            estimator.fit(matrix, target, **weighing(lesson.train.weights if model.weights else None))
    seconds = {"preparation": ready - began, "compile": 0.0, "fit": time.perf_counter() - ready}
    course = replace(course, parameters=learned_numbers(estimator), seconds=seconds)
    return FittedEstimator(prepared, estimator, schema, course)


def seeded(estimator: Any, seed: int) -> Any:
    """Set every `random_state`, also those of nested estimators, each to a seed of its own derived from `seed`."""
    if not hasattr(estimator, "get_params"):  # a plain object with fit and predict will do
        return estimator
    names = [name for name in estimator.get_params() if name.split("__")[-1] == "random_state"]
    return estimator.set_params(**{name: derive("random_state", seed, name) for name in names})


def _fit_rounds(estimator: Any, matrix: Any, prepared: Prepared, lesson: Lesson) -> tuple[Any, Course]:
    """Grow a booster, and return it with its best number of rounds on the validation part."""
    booster, held = booster_of(estimator), _held_out(lesson)
    rounds = lesson.limits.rounds_or(estimator.get_params()[booster.rounds])
    estimator.set_params(**{booster.rounds: rounds, **({booster.threads: granted()} if booster.threads else {})})
    seen = None if held is None else (prepared(held.inputs), target_of(held))
    grown = booster.grow(
        estimator, Matter(matrix, target_of(lesson.train), seen, rounds, lesson.limits, lesson.train.weights)
    )
    return grown.estimator, Course(rounds=grown.best, stopped=grown.stopped)


def _held_out(lesson: Lesson) -> Part | None:
    """Return the validation items whose class was seen in training: a booster cannot score others."""
    train, valid = known_target(lesson.train), lesson.valid
    held = None if valid is None else known_target(valid)
    if train is None or valid is None or held is None:
        return None
    if np.issubdtype(held.dtype, np.integer):
        valid = valid.take(np.flatnonzero(np.isin(held, train)))
    return valid if len(valid) else None


def learned_numbers(estimator: Any) -> int | None:
    """Count learned numbers; None for trees and others that keep them elsewhere."""
    inner = getattr(estimator, "regressor_", estimator)
    held = [getattr(inner, name) for name in _LEARNED if hasattr(inner, name)]
    parts = [part for one in held for part in (one if isinstance(one, list) else [one])]
    return int(sum(np.size(part) for part in parts)) if held else None


_ANSWERS: Mapping[str, Callable[[Any, np.ndarray, int], Form]] = {
    "Probabilities": lambda estimator, matrix, classes: Probabilities(
        probabilities_of_all(estimator.predict_proba(matrix), estimator.classes_, classes)
    ),
    "Scores": lambda estimator, matrix, classes: Scores(
        scores_of_all(estimator.decision_function(matrix), estimator.classes_, classes)
    ),
    "Labels": lambda estimator, matrix, classes: Labels(np.asarray(estimator.predict(matrix), dtype=np.int64)),
    "Values": lambda estimator, matrix, classes: Values(np.asarray(estimator.predict(matrix), dtype=np.float64)),
    "Clusters": lambda estimator, matrix, classes: Clusters(np.asarray(estimator.predict(matrix), dtype=np.int64)),
    "Masks": lambda estimator, matrix, classes: Masks(np.asarray(estimator.predict(matrix), dtype=np.int16)),
    "Instances": lambda estimator, matrix, classes: instances_of(
        probabilities_of_pixels(estimator.predict_proba(matrix), estimator.classes_, 1 + classes)
    ),
    "Pictures": lambda estimator, matrix, classes: Pictures.clipped(estimator.predict(matrix)),
}
