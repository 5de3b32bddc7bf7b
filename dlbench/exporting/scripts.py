"""predict.py and reproduce.py: dlbench's own source put together, with the values of one model."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from dlbench.core import catalog
from dlbench.core.errors import UsageError
from dlbench.exporting.join import joined
from dlbench.exporting.material import Material
from dlbench.exporting.steps import Steps
from dlbench.training.estimators import TRUSTED

_STANDALONE = "dlbench.exporting.standalone"
_READING = (
    "dlbench.datasets.column_kinds", "dlbench.datasets.manners", "dlbench.datasets.date_forms",
    "dlbench.prepare.softening", f"{_STANDALONE}.columns", f"{_STANDALONE}.answer",
)  # fmt: skip
_PIECES = ("dlbench.prepare.gaussian_units", "dlbench.prepare.gradients")
_LEND = '''
def lend(name, **things):
    """Let a saved model find what it names by dlbench's modules, without dlbench."""
    import types

    module = types.ModuleType(name)
    module.__dict__.update(things)
    sys.modules.setdefault(name, module)
'''
_RUN_REPRODUCE = '''
def main():
    """Fit, compare, and return the exit code."""
    parser = argparse.ArgumentParser(description="Fit this model again on the rows of its record, without dlbench.")
    what = "the file it was learned from, then that of the test rows"
    parser.add_argument("data", nargs="*", type=Path, default=USUAL, help=what)
    given = parser.parse_args()
    folder = Path(__file__).resolve().parent
    told = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    try:
        return reproduce(told, members(), [Path(path) for path in given.data], folder, TRAIN)
    except OSError as error:
        cure = f"name {what}: python {Path(__file__).name} DATA"
        print(f"Error: {error.filename}: {error.strerror}; {cure}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
'''


def pieces_of(files: Iterable[Path]) -> list[str]:
    """Return the modules of dlbench that saved pipelines name."""
    from skops.io import get_untrusted_types

    named = {name for file in files if file.suffix == ".skops" for name in get_untrusted_types(file=file)}
    return sorted({name.rpartition(".")[0] for name in named if name.startswith("dlbench.")})


def predict_script(material: Material, pieces: Iterable[str]) -> str:
    """Return predict.py."""
    modules = [*pieces, *_READING, f"{_STANDALONE}.predict_main"]
    before = f"import sys\n\nTRUSTED = {TRUSTED!r}"
    after = f'{_LEND if pieces else ""}{_lending(pieces)}\n\nif __name__ == "__main__":\n    sys.exit(main())'
    title = f"Lets the model {_plain(material.job.name)} answer for the rows of a CSV; dlbench is not needed."
    return joined(title, modules, before=before, after=after)


def _lending(pieces: Iterable[str]) -> str:
    """Return calls that make carried classes findable under their old names."""
    names = {"dlbench.prepare.gaussian_units": "GaussianUnits", "dlbench.prepare.gradients": "descriptors"}
    return "".join(f"\n\nlend({piece!r}, {names[piece]}={names[piece]})\n" for piece in pieces if piece in _PIECES)


def reproduce_script(material: Material, folder: Path, paths: Iterable[Path]) -> str:
    """Return reproduce.py, and leave the nets with their first weights in `folder`.

    Raises:
        UsageError: a link that cannot be written as code, or rows with weights.
    """
    if material.data.weights is not None:
        raise UsageError("its rows have weights, by which scikit-learn and Keras alone are not told to fit")
    steps = Steps(material, folder)
    made = [((member.weight, member.sharpness), steps.member(member)) for member in material.members]
    threads = str(material.spec.threads)
    modules = [*sorted(steps.writer.pieces), *_READING, f"{_STANDALONE}.refit"]
    if steps.deep:
        modules += ["dlbench.training.schedules", "dlbench.training.optimisers"]
        modules += [type(catalog.loss(name)).__module__ for name in steps.losses.values()]
        modules += [f"{_STANDALONE}.training"]
    before = _before(threads, [path.name for path in paths], steps)
    title = (
        f"Fits the model {_plain(material.job.name)} again on the rows of its record, and compares; without dlbench."
    )
    return joined(title, modules, before=before, after=_members(made) + _losses(steps) + _RUN_REPRODUCE)


def _before(threads: str, paths: list[str], steps: Steps) -> str:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    lines = ["import argparse", "import json", "import os", "import sys", "from pathlib import Path", ""]
    lines += [f"os.environ.setdefault({name!r}, {threads!r})  # before numpy is imported" for name in names]
    lines += ["", "import numpy as np", steps.writer.import_lines(), ""]
    lines += [f"TRUSTED = {TRUSTED!r}", f"USUAL = {paths!r}"]
    if steps.deep:
        lines += ["", "", "class Loss:", '    """What losses are; nothing is asked of it here."""']
    return "\n".join(lines)


def _members(made: list[tuple[tuple[float, float | None], list[str]]]) -> str:
    lines = ["def members():", '    """Return weight, sharpness and unfitted links of each member."""', "    return ["]
    for (weight, sharpness), steps in made:
        lines += [f"        ({weight!r}, {sharpness!r}, [", *(f"            {step}," for step in steps), "        ]),"]
    return "\n".join([*lines, "    ]"])


def _losses(steps: Steps) -> str:
    if not steps.deep:
        return "\n\n\nTRAIN = None\n"
    told = {asked: type(catalog.loss(name)).__name__ for asked, name in steps.losses.items()}
    return "\n\n\nLOSSES = {" + ", ".join(f"{asked!r}: {kind}" for asked, kind in told.items()) + "}\nTRAIN = trained\n"


def _plain(text: str) -> str:
    """Return text that cannot end a docstring."""
    return json.dumps(text).replace("\\", "").replace('"', "'")
