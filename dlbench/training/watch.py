"""What the house does between batches and epochs: history, best weights, patience, deadline, divergence."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from dlbench.core.errors import Diverged
from dlbench.training.limits import Limits


class Watch:
    """Follows one Keras fit; hand `callbacks(watch)` to it and ask `watch` afterwards.

    Attributes:
        history: one mapping an epoch: epoch (from 1), loss, val_loss (None without validation), seconds.
        best: the epoch of least validation loss, or the last one without validation.
        stopped: "", "early" or "deadline".
    """

    def __init__(self, net: Any, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.net, self.limits, self.clock = net, limits, clock
        self.history: list[dict[str, Any]] = []
        self.best, self.stopped = 0, ""
        self._least, self._weights = math.inf, None
        self._epoch_began = self._batch_began = clock()
        self._batches: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._epoch_began = self.clock()

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        if len(self._batches) < 2:
            self._batch_began = self.clock()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        now = self.clock()
        if len(self._batches) < 2:
            self._batches.append(now - self._batch_began)
        if self.limits.deadline is not None and now >= self.limits.deadline:
            self._stop("deadline")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        logs = logs or {}
        entry = {"epoch": epoch + 1, "loss": _number(logs["loss"]), "val_loss": _number(logs.get("val_loss"))}
        self.history.append({**entry, "seconds": self.clock() - self._epoch_began})
        for name in ("loss", "val_loss"):
            value = entry[name]
            if value is not None and not math.isfinite(value):
                raise Diverged(f"{name} is {value} after epoch {epoch + 1}; try a smaller learning_rate")
        self._judge(epoch + 1, entry["val_loss"])

    def restore(self) -> None:
        """Give the net the weights of its best epoch, where a validation part told which."""
        if self._weights is not None:
            self.net.set_weights(self._weights)
            self._weights = None

    @property
    def timed(self) -> bool:
        """Whether the two batches that tell the compile time have been seen."""
        return len(self._batches) == 2

    @property
    def compile_seconds(self) -> float:
        """What the first batch took beyond the second one: tracing and compiling."""
        return max(0.0, self._batches[0] - self._batches[1]) if len(self._batches) == 2 else 0.0

    def _judge(self, epoch: int, loss: float | None) -> None:
        if loss is None:
            self.best = epoch
        elif loss < self._least:
            self.best, self._least, self._weights = epoch, loss, self.net.get_weights()
        elif self.limits.patience is not None and epoch - self.best >= self.limits.patience:
            self._stop("early")

    def _stop(self, why: str) -> None:
        self.stopped = self.stopped or why
        self.net.stop_training = True


def callbacks(watch: Watch) -> list[Any]:
    """Return the Keras callbacks that tell `watch` what happens."""
    from keras.callbacks import LambdaCallback

    told = ("on_epoch_begin", "on_epoch_end", "on_train_batch_begin", "on_train_batch_end")
    return [LambdaCallback(**{name: getattr(watch, name) for name in told})]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
