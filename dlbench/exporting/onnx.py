"""ONNX beside the native files, where the libraries can write it; refused with their reason where not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlbench.core.errors import UsageError
from dlbench.exporting.material import Material
from dlbench.exporting.standalone.answer import load_skops
from dlbench.prepare.table import Table

if TYPE_CHECKING:
    from dlbench.exporting.material import Member

_INSTALL = "pip install 'dlbench[onnx]'"


def convert(material: Material, folder: Path) -> list[str]:
    """Write `model.onnx` and return its name.

    A net is written without its preparation, which stays a skops file; a pipeline is written whole, its inputs named
    n0, n1, … for numbers and c0, c1, … for words.

    Raises:
        UsageError: an ensemble, a chain, a library that is missing or that cannot convert the model.
    """
    member, name = material.members[0], material.job.name
    if len(material.members) > 1 or len(member.contestant.links) > 1:
        raise UsageError(f"{name}: onnx: an ensemble or a chain is no single graph; export it as native")
    try:
        write = _net if member.contestant.head.trainer == "network" else _pipeline
        write(material, member, folder)
    except ImportError as error:
        raise UsageError(f"{name}: onnx: {error.name or error} is not installed; {_INSTALL}") from error
    except Exception as error:  # converters raise whatever they like
        told = str(error).strip().splitlines()
        reason = f"{type(error).__name__}: {told[0][:300] if told else ''}"
        raise UsageError(f"{name}: onnx: the library cannot convert it ({reason}); export it as native") from error
    return ["model.onnx"]


def _net(material: Material, member: Member, folder: Path) -> None:
    import importlib

    import keras

    importlib.import_module("tf2onnx" if keras.backend.backend() == "tensorflow" else "onnx")
    net = keras.saving.load_model(folder / "model.keras", compile=False, safe_mode=True)
    net.export(folder / "model.onnx", format="onnx", verbose=False)


def _pipeline(material: Material, member: Member, folder: Path) -> None:
    import importlib

    skl2onnx: Any = importlib.import_module("skl2onnx")
    types: Any = importlib.import_module("skl2onnx.common.data_types")
    pipeline, inputs = load_skops(folder / "model.skops"), material.data.inputs
    if isinstance(inputs, Table):
        asked = [(f"n{i}", types.FloatTensorType([None, 1])) for i in range(inputs.numbers.shape[1])]
        asked += [(f"c{i}", types.StringTensorType([None, 1])) for i in range(inputs.categories.shape[1])]
    else:
        asked = [("images", types.FloatTensorType([None, int(np.prod(inputs.shape))]))]
    options = {"zipmap": False} if material.form == "Probabilities" else None
    graph = skl2onnx.to_onnx(pipeline, initial_types=asked, options=options)
    (folder / "model.onnx").write_bytes(graph.SerializeToString())
