"""Faster R-CNN."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.detection.pyramid import pyramid_space
from dlbench.models.deep.detection.warping import warping_space
from dlbench.models.deep.training_space import training_space

if TYPE_CHECKING:
    import numpy as np

SIZE = 7
"""Bins of ROI align along a side (the paper's ROI pooling)."""


class FasterRcnn(DeepModel):
    """A first stage proposes boxes from a feature pyramid (strides 8, 16, 32), a second one looks into each of them.

    Anchors are fitted to the training boxes by k-means, three for each cell of each level. The first stage says of each
    anchor whether something is there and where; the `proposals` surest after suppression are cut out of the pyramid
    by ROI align and go through two dense layers to a class and a box. Both stages and the backbone learn together, the
    proposals being taken as they come (section 3.2, approximate joint training).

    As the paper has it but for: the pyramid (Lin et al., 2017), with batch normalisation behind its lateral and output
    convolutions and ReLU behind the latter, which is not theirs; anchors that cross the picture's edge, which are
    trained on; losses over all anchors, weighted as the paper's random sample of 256 is on average; suppression, which
    only the surest anchors enter, four times as many as `proposals`, and which ends after 16 rounds; ROI align instead
    of ROI pooling; boxes of the second stage alike for all classes, and all proposals of a picture in it, objects with
    a quarter of the weight where they are fewer, none of them true boxes mixed in. Objects of a crowd are not learned;
    those marked difficult are.
    """

    name = "faster_rcnn"
    title = "Faster R-CNN with a feature pyramid"
    paper = "Ren, He, Girshick and Sun, Faster R-CNN: towards real-time object detection, 2015"
    accepts = ("image",)
    gives = ("Boxes",)
    preparation = Preparation(layout="pixels")
    smallest = (32, 32)
    weights = False
    heads = 2  # the class and the box of a proposal
    bias = Bias("grid of pixels", "over positions", "local, then a box's", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **pyramid_space(hp),
            "units": hp.Choice("units", [128, 256, 512], default=256, legal=">= 1"),
            "proposals": hp.Choice("proposals", [32, 64, 128], default=64, legal=">= 1"),
            **warping_space(hp),
            **training_space(hp, 2e-3, 8, "adamw", "warmup", learns="objects"),
        }

    def measure(self, values: Mapping[str, Any], schema: Schema, target: Any) -> dict[str, Any]:
        from dlbench.models.deep.detection.anchors import fitted
        from dlbench.models.deep.detection.pyramid import STRIDES
        from dlbench.models.deep.detection.stages import EACH

        sizes = target.boxes[target.single, 2:]
        return {"anchors": fitted(sizes, len(STRIDES) * EACH)} if len(sizes) else {}

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model

        from dlbench.models.deep.detection.layout import learning
        from dlbench.models.deep.detection.stages import answered, loss_of

        size = schema.shape[0], schema.shape[1]
        seen = Input(shape=schema.shape)
        stages, anchors = _staged(seen, values, len(schema.classes))
        core = Model(seen, stages)
        answer = Model(seen, answered(stages, size))
        net, layout = learning(core, values, schema.shape)
        return Network(net, "objects", answering=answer, loss=loss_of(layout, anchors, size))


def _staged(inputs: Any, values: Mapping[str, Any], classes: int) -> tuple[dict[str, Any], np.ndarray]:
    """Return what both stages give, by name, and the (a, 4) anchors."""
    from keras import ops

    from dlbench.models.deep.detection.anchors import laid, usual
    from dlbench.models.deep.detection.pyramid import STRIDES, pyramid
    from dlbench.models.deep.detection.roi_align import roi_align
    from dlbench.models.deep.detection.stages import EACH, proposed

    maps = pyramid(inputs, values)
    shapes = [map_.shape[1:3] for map_ in maps]
    anchors = laid(shapes, STRIDES, values.get("anchors", usual(STRIDES, EACH)))
    first = _first(maps, values["width"], EACH)
    boxes = proposed(anchors, first, (inputs.shape[1], inputs.shape[2]), values["proposals"])
    classed, shifted = _second(roi_align(maps, STRIDES, boxes, SIZE), values["units"], classes)
    given = {"there": first[..., 0], "shifts": first[..., 1:], "proposals": ops.stop_gradient(boxes)}
    return {**given, "classes": classed, "moves": shifted}, anchors


def _first(maps: Sequence[Any], width: int, each: int) -> Any:
    """Return (n, anchors, 5): the logit that something is there, and deltas; the same layers for all levels."""
    from keras import initializers, layers, ops

    hidden = layers.Conv2D(width, 3, padding="same", activation="relu", kernel_initializer="he_normal")
    last = layers.Conv2D(5 * each, 1, kernel_initializer=initializers.RandomNormal(0.0, 0.01))
    return ops.concatenate([ops.reshape(last(hidden(map_)), (-1, _cells(map_) * each, 5)) for map_ in maps], axis=1)


def _second(grids: Any, units: int, classes: int) -> tuple[Any, Any]:
    """Return (n, k, classes + 1) logits, background last, and (n, k, 4) deltas from the proposals."""
    from keras import initializers, layers, ops

    hidden = ops.reshape(grids, (-1, grids.shape[1], SIZE * SIZE * grids.shape[-1]))
    for _ in range(2):
        hidden = layers.Dense(units, activation="relu", kernel_initializer="he_normal")(hidden)
    small = initializers.RandomNormal(0.0, 0.01)
    return layers.Dense(classes + 1, kernel_initializer=small)(hidden), layers.Dense(4, kernel_initializer=small)(
        hidden
    )


def _cells(map_: Any) -> int:
    height, width = map_.shape[1:3]
    return int(height * width)
