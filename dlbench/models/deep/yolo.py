"""A one-stage detector in the style of YOLO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING, Any

from dlbench.core.model import Bias, DeepModel, Network, Preparation
from dlbench.core.schema import Schema
from dlbench.core.space import DimensionSpace
from dlbench.models.deep.detection.pyramid import pyramid_space
from dlbench.models.deep.detection.warping import warping_space
from dlbench.models.deep.training_space import training_space

if TYPE_CHECKING:
    import numpy as np

BOX_WEIGHT = 2.0
"""Of boxes beside classes in the loss (Feng et al., 2021)."""

PRIOR = 0.01
"""What an untrained net says of each class at each place: objects are rare (Lin et al., Focal loss, 2017)."""


class Yolo(DeepModel):
    """Every cell of a feature pyramid (strides 8, 16, 32) says, in one pass, which class is there and where its box is.

    Without anchors: a cell gives the distances from its middle to the four edges of the box (Tian et al., FCOS, 2019;
    Ge et al., YOLOX, 2021). In training an object is found from the cells inside it that find it best at that time
    (Feng et al., TOOD, 2021). The loss of a picture is the cross entropy of every class at every cell, plus twice one
    less the generalised overlap of boxes, both over the worth of the cells that find something.

    Objects of a crowd are not learned; those marked difficult are.
    """

    name = "yolo"
    title = "one-stage detector"
    paper = "Redmon, Divvala, Girshick and Farhadi, You only look once: unified, real-time object detection, 2016"
    accepts = ("image",)
    gives = ("Boxes",)
    preparation = Preparation(layout="pixels")
    smallest = (32, 32)
    weights = False
    bias = Bias("grid of pixels", "over positions", "local, growing by depth", "the weights", "gradient descent")

    def space(self, hp: DimensionSpace, schema: Schema) -> dict[str, Any]:
        return {
            **pyramid_space(hp),
            **warping_space(hp),
            **training_space(hp, 2e-3, 8, "adamw", "warmup", learns="objects"),
        }

    def build(self, values: Mapping[str, Any], schema: Schema) -> Network:
        from keras import Input, Model, ops

        from dlbench.models.deep.detection.boxes import clipped
        from dlbench.models.deep.detection.layout import learning

        height, width = schema.shape[:2]
        seen = Input(shape=schema.shape)
        boxes, logits, points, strides = _predicted(seen, values, len(schema.classes))
        core = Model(seen, {"boxes": boxes, "logits": logits})
        answer = Model(seen, ops.concatenate([clipped(boxes, height, width), ops.sigmoid(logits)], axis=-1))
        net, layout = learning(core, values, schema.shape)
        return Network(net, "objects", answering=answer, loss=_loss(layout, points, strides, (height, width)))


def _predicted(inputs: Any, values: Mapping[str, Any], classes: int) -> tuple[Any, Any, np.ndarray, np.ndarray]:
    """Return (n, places, 4) corners, (n, places, classes) logits, the places in pixels, and their strides."""
    import numpy as np
    from keras import ops

    from dlbench.models.deep.detection.anchors import points
    from dlbench.models.deep.detection.pyramid import STRIDES, pyramid

    maps = pyramid(inputs, values)
    raw = _heads(maps, values["width"], classes)
    places = np.concatenate(
        [points(map_.shape[1], map_.shape[2], step) for map_, step in zip(maps, STRIDES, strict=True)]
    )
    counts = [map_.shape[1] * map_.shape[2] for map_ in maps]
    strides = np.repeat(np.array(STRIDES, dtype=np.float32), counts)
    reach = ops.exp(ops.clip(raw[..., :4], -6.0, 6.0)) * (2 * strides)[:, None]
    boxes = ops.concatenate([-reach[..., :2] + places, reach[..., 2:] + places], axis=-1)
    return boxes, raw[..., 4:], places, strides


def _heads(maps: Sequence[Any], width: int, classes: int) -> Any:
    """Return (n, places, 4 + classes): two convolutions and a linear map, the same for all levels."""
    from keras import initializers, layers, ops

    hidden = [layers.Conv2D(width, 3, padding="same", activation="relu", kernel_initializer="he_normal") for _ in "ab"]
    rare = initializers.Constant([0.0] * 4 + [_logit(PRIOR)] * classes)
    last = layers.Conv2D(4 + classes, 1, kernel_initializer=initializers.RandomNormal(0.0, 0.01), bias_initializer=rare)
    found = [last(hidden[1](hidden[0](map_))) for map_ in maps]
    return ops.concatenate([ops.reshape(map_, (-1, map_.shape[1] * map_.shape[2], 4 + classes)) for map_ in found], 1)


def _loss(layout: Any, points: np.ndarray, strides: np.ndarray, size: tuple[int, int]) -> Any:
    """Return the loss of truths (n, most, 5) and packed outputs, (n,)."""
    from keras import ops

    from dlbench.models.deep.detection.boxes import likeness
    from dlbench.models.deep.detection.matching import by_alignment
    from dlbench.models.deep.detection.warping import along

    def loss(truth: Any, output: Any) -> Any:
        given = layout.unpacked(output)
        truth = along(truth, given["told"], *size)
        boxes, logits = given["boxes"], given["logits"]
        sure = ops.stop_gradient(ops.sigmoid(logits))
        match = by_alignment(points, strides, truth, ops.stop_gradient(boxes), sure)
        worth = ops.stop_gradient(match.worth)
        wanted = ops.one_hot(match.codes, logits.shape[-1], dtype="float32") * worth[..., None]
        surprise = ops.sum(ops.softplus(logits) - wanted * logits, axis=(1, 2))
        apart = ops.sum(worth * (1.0 - likeness(boxes, match.boxes)), axis=1)
        return (surprise + BOX_WEIGHT * apart) / ops.maximum(ops.sum(worth, axis=1), 1.0)

    return loss


def _logit(share: float) -> float:
    return log(share / (1 - share))
