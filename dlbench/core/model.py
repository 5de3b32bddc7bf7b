"""The contract of a model, and the three kinds of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from dlbench.core.component import Component
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace

if TYPE_CHECKING:
    import numpy as np

# Fields of a Preparation that a space may ask for by these names, so that a search varies them.
_SEARCHABLE = ("scale", "categories", "missing")


@dataclass(frozen=True)
class Bias:
    """A model's inductive bias, in a few words each."""

    input_structure: str
    sharing: str
    range: str
    memory: str
    paradigm: str


@dataclass(frozen=True)
class Preparation:
    """What a model wants done to its inputs; fitted on the training part, never elsewhere.

    Attributes:
        layout: `matrix` (items × numbers) or `pixels` (items × height × width × channels, in [0, 1]).
        scale: numbers of a table: `standard` (mean 0, spread 1), `range` ([0, 1]), `robust` (median 0, quartiles 1
            apart), `quantile` (ranks as normal deviates) or `none`. Pixels always become [0, 1].
        categories: `one_hot`, `ordinal` (-1 where unseen) or `target` (mean target of a category, cross-fitted on
            the training part).
        missing: `impute` (median, and a flag column), or `keep` for models that read NaN.
        sparse: whether the model reads a sparse matrix; it then gets one where categories are very many.
    """

    layout: str = "matrix"
    scale: str = "standard"
    categories: str = "one_hot"
    missing: str = "impute"
    sparse: bool = False


class Model(Component):
    """What the catalog lists. Write the metadata, `space` and `build`; the house does the rest.

    Attributes:
        kind: floor, classic or deep.
        accepts: modalities it takes: table, image.
        gives: forms it can give. A model that gives `Embeddings` can stand before another: `pca+logistic`.
        preparation: what is done to its inputs.
        resource: what a Hyperband search rations: epochs, rounds or rows.
        smallest: least height and width of an image.
        bias: its inductive bias.
        weights: whether its fit counts rows by their weights; a table with weights is not given to it otherwise.
        trainer: `estimator` (scikit-learn's fit and predict), `network` (the house's Keras loop) or `detector` (fit on
            pixels and objects, predict boxes).
    """

    kind: ClassVar[str]
    accepts: ClassVar[tuple[str, ...]] = ("table",)
    gives: ClassVar[tuple[str, ...]]
    preparation: ClassVar[Preparation] = Preparation()
    resource: ClassVar[str] = "rows"
    smallest: ClassVar[tuple[int, int]] = (1, 1)
    weights: ClassVar[bool] = False
    bias: ClassVar[Bias]
    trainer: ClassVar[str]

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        """State the parameters by asking `hp` for each, and return name → value. Light: no heavy import."""
        return {}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Any:
        """Return an untrained thing for the trainer: an estimator, or a `Network`. Heavy imports go here."""
        raise NotImplementedError

    def prepare(self, values: Mapping[str, Any]) -> Preparation:
        """Return what is done to the inputs under the chosen values: the declared preparation, but for `scale`,
        `categories` and `missing` where the space asked for them."""
        return replace(self.preparation, **{name: values[name] for name in _SEARCHABLE if name in values})

    def objection(self, target: np.ndarray) -> str | None:
        """Say why a training target cannot be learned and what would help; None where it can."""
        return None

    def too_small(self, shape: tuple[int, ...]) -> str | None:
        """Say why an image of a shape (height, width, …) is too small for it; None where it is not."""
        height, width = self.smallest
        if shape[0] >= height and shape[1] >= width:
            return None
        return f"{self.name} needs images of at least {height}×{width}, not {shape[0]}×{shape[1]}"

    def width(self, values: Mapping[str, Any], schema: Schema) -> int:
        """Numbers an item has after `encode`; for models that give Embeddings. Light."""
        raise NotImplementedError


class Floor(Model):
    """The trivial answer that every contestant must beat."""

    kind = "floor"
    accepts: ClassVar[tuple[str, ...]] = ("table", "image")
    trainer = "estimator"
    bias = Bias("none", "none", "none", "a constant", "no learning")


class ClassicModel(Model):
    """A scikit-learn style estimator: `build` returns one with fit, predict and, where it has them,
    predict_proba, decision_function, transform. Its `random_state` is set by the trainer."""

    kind = "classic"
    accepts: ClassVar[tuple[str, ...]] = ("table", "image")
    trainer = "estimator"
    uses: ClassVar[tuple[str, ...]] = ("scikit-learn",)


class DeepModel(Model):
    """A Keras net written on keras.ops: `build` returns a `Network`. No model writes a train_step."""

    kind = "deep"
    trainer = "network"
    weights = True  # the loop weighs each item's loss
    resource = "epochs"
    uses: ClassVar[tuple[str, ...]] = ("keras",)
    heads: ClassVar[int] = 1  # of its last layers with weights: new, where the others are loaded

    def measure(self, values: Mapping[str, Any], schema: Schema, target: Any) -> dict[str, Any]:
        """Return values, by further names, that `build` reads off the target of the training part: anchors of boxes."""
        return {}


@dataclass(frozen=True)
class Network:
    """What a deep model gives the training loop.

    Attributes:
        net: keras.Model; for classes its outputs are logits of shape (items, classes), for values (items, 1),
            for masks logits of shape (items, height, width, classes), for instances with the ground as one class more
            before them, for pictures and reconstruction the shape of its inputs.
        learns: `target`, `inputs` for a net that reconstructs what it is given, or `objects` for one that finds them.
        encoder: keras.Model that shares layers with `net` and gives (items, width); for Embeddings.
        answering: keras.Model that shares layers with `net` and answers for it, where a net gives more while it learns;
            None where `net` answers. Of a net that learns objects it gives (items, m, 4 + classes): m boxes as left,
            top, right and bottom in pixels, and how sure it is of each class, from 0 to 1.
        loss: function of truth and output of `net` that gives (items,) losses, for a net that brings its own; None
            where losses of the catalog fit. For objects the truth is (items, most, 5): corners as above and a class
            code, -1 where an item has fewer objects than `most`.
    """

    net: Any
    learns: str = "target"
    encoder: Any = None
    answering: Any = None
    loss: Any = None

    @property
    def speaking(self) -> Any:
        """The net that answers."""
        return self.net if self.answering is None else self.answering
