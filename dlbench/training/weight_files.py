"""Reads the weights in files of Keras by the names of layers, without building what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dlbench.core.errors import UsageError

Weights = Mapping[str, list[np.ndarray]]
"""Name of a layer, `outer/inner` of one inside another → its weights, trainable ones first."""

_INSIDE = "model.weights.h5"


def read_weights(path: Path) -> Weights:
    """Return the weights of a `.keras` file, a `.weights.h5` file, or an `.h5` file as Keras 2 wrote them.

    Raises:
        UsageError: the file cannot be read, or holds none.
    """
    import h5py

    try:
        source: Any = path
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                source = io.BytesIO(archive.read(_INSIDE))
        with h5py.File(source, "r") as file:
            whole = file.get("model_weights", file)
            found = _older(whole) if "layer_names" in whole.attrs else _named(file)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UsageError(f"{path}: cannot be read as weights of Keras: {error}") from error
    if not found:
        raise UsageError(f"{path}: holds no weights of named layers; save the net again by a newer Keras")
    return found


def _named(file: Any) -> dict[str, list[np.ndarray]]:
    """Read Keras 3's layout: a group a layer, whose `vars` tell its name and hold its weights by number."""
    names: dict[str, str] = {}
    found: dict[str, list[np.ndarray]] = {}

    def visit(place: str, group: Any) -> None:
        owner, _, last = place.rpartition("/")
        if last != "vars" or not hasattr(group, "keys") or "name" not in group.attrs:
            return
        names[owner] = str(group.attrs["name"])
        if owner and len(group):
            above = [names[part] for part in _above(owner) if part in names]
            found["/".join([*above, names[owner]])] = [np.asarray(group[str(i)]) for i in range(len(group))]

    places: dict[str, Any] = {}
    file.visititems(lambda place, group: places.__setitem__(place, group))
    for place in sorted(places, key=lambda place: place.count("/")):  # outer layers are named before inner ones
        visit(place, places[place])
    return found


def _above(owner: str) -> list[str]:
    """Return the groups that a group lies in, outermost first, itself and the whole file left out."""
    steps = owner.split("/")
    return ["/".join(steps[:count]) for count in range(1, len(steps))]


def _older(whole: Any) -> dict[str, list[np.ndarray]]:
    """Read Keras 2's layout: the names of layers, and of the weights of each, as attributes."""
    found = {}
    for name in map(_text, whole.attrs["layer_names"]):
        held = [np.asarray(whole[name][_text(weight)]) for weight in whole[name].attrs["weight_names"]]
        if held:
            found[name.replace("/", "_")] = held  # Keras 3 allows no slash in the name of a layer
    return found


def _text(name: Any) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)
