"""Pictures a second that nets learn from, in float32 and in mixed precision: images_per_second.py [NET …]

Each net and precision has a process of its own. A first fit, with imports, tracing and compiling, is left out; of the
fits after it the epochs alone count, and the fastest fit is told: what else the machine does can only slow one down.
Pictures are MNIST's, or noise of its size, for the detector drawn scenes. `--device both` measures the processor before
the GPU. Backend as KERAS_BACKEND says; `--jit off` leaves TensorFlow's step as it is, which processors do by default.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from training_speed import House, images

NETS = ("lenet5", "resnet", "vit", "yolo")
SCENES = ("yolo", "faster_rcnn")


@dataclass(frozen=True)
class Seat:
    """What one process measures."""

    net: str
    precision: str
    device: str
    rows: int
    batch: int
    fits: int
    jit: str


def main() -> int:
    """Measure every net, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nets", nargs="*", default=list(NETS))
    parser.add_argument("--rows", type=int, default=2000, help="pictures of an epoch; of scenes a tenth")
    parser.add_argument("--batch", type=int, default=128, help="pictures of a step; of scenes an eighth")
    parser.add_argument("--fits", type=int, default=3, help="the fastest of so many")
    parser.add_argument("--device", choices=["default", "cpu", "both"], default="default")
    parser.add_argument("--jit", choices=["on", "off"], default="on", help="whether XLA compiles TensorFlow's step")
    parser.add_argument("--seat", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.seat:
        print(json.dumps(pace(Seat(**json.loads(asked.seat)))))
        return 0
    devices = ["cpu", "default"] if asked.device == "both" else [asked.device]
    for net in asked.nets:
        for device in devices:
            for precision in ("float32", "mixed"):
                seat = Seat(net, precision, device, asked.rows, asked.batch, asked.fits, asked.jit)
                found = measured(seat)
                told = f"{net:12} {precision:8} {found['device']:24} {found['pace']:9.0f} pictures a second"
                print(told, flush=True)
    return 0


def measured(seat: Seat) -> dict[str, object]:
    """Return what a process of its own finds."""
    hidden = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"} if seat.device == "cpu" else {}
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "XLA_PYTHON_CLIENT_PREALLOCATE": "false", **hidden}
    command = [sys.executable, __file__, "--seat", json.dumps(vars(seat))]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment, check=True)
    found: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return found


def pace(seat: Seat) -> dict[str, object]:
    """Fit some times; return pictures a second of the fastest, and what they were computed on."""
    import dlbench
    from dlbench.planning import plan_suite

    scenes = seat.net in SCENES
    rows, batch = (seat.rows // 10, max(1, seat.batch // 8)) if scenes else (seat.rows, seat.batch)
    with tempfile.TemporaryDirectory() as folder:
        drawn = {"name": "scenes", "rows": 2 * rows, "size": 64}
        content = {
            "name": "pace",
            "tasks": [{"dataset": drawn if scenes else images(2 * rows, Path(folder)), "as": "t", "limit": rows}],
            "models": [{"name": seat.net, "batch_size": batch}],
            "search": {"oracle": "none", "epochs": 3},
            "protocol": {"folds": 1, "precision": seat.precision, "jit": seat.jit},
        }
        house = House(plan_suite(dlbench.load_suite(content)).jobs[0])
        house()
        seconds = min(house() for _ in range(seat.fits))
    return {"device": device(), "pace": 3 * rows / seconds}


def device() -> str:
    """Return the name of what the backend computes on."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return str(jax.devices()[0].device_kind)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        cards = tf.config.list_physical_devices("GPU")
        return str(tf.config.experimental.get_device_details(cards[0])["device_name"]) if cards else "cpu"
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


if __name__ == "__main__":
    sys.exit(main())
