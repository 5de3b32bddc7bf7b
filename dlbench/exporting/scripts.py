"""predict.py and reproduce.py: dlbench's own source put together, with the values of one model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from dlbench.core import catalog
from dlbench.core.errors import UsageError
from dlbench.exporting.join import CARRY, carried, joined
from dlbench.exporting.material import Material
from dlbench.exporting.steps import Steps
from dlbench.forms.objects import Objects
from dlbench.training.estimators import TRUSTED

_STANDALONE = "dlbench.exporting.standalone"
_READING = (
    "dlbench.datasets.column_kinds", "dlbench.datasets.manners", "dlbench.datasets.date_forms",
    "dlbench.prepare.softening", "dlbench.prepare.suppression", "dlbench.prepare.thinning", f"{_STANDALONE}.columns",
    f"{_STANDALONE}.pictured", f"{_STANDALONE}.answer",
)  # fmt: skip
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
    modules = [*_READING, f"{_STANDALONE}.predict_main"]
    before = f"import sys\n\nTRUSTED = {TRUSTED!r}"
    after = f'{_carrying(pieces)}\n\nif __name__ == "__main__":\n    sys.exit(main())'
    title = f"Lets the model {_plain(material.job.name)} answer for rows or pictures; dlbench is not needed."
    return joined(title, modules, before=before, after=after)


def _carrying(pieces: Iterable[str]) -> str:
    """Return code that makes the modules of dlbench that saved models name."""
    held = list(pieces)
    return f"{CARRY}\n\n{carried(held)}\n" if held else ""


def reproduce_script(material: Material, folder: Path, paths: Iterable[Path]) -> str:
    """Return reproduce.py, and leave the nets with their first weights in `folder`.

    Raises:
        UsageError: a link that cannot be written as code, or rows with weights.
    """
    if material.data.weights is not None:
        raise UsageError("its rows have weights, by which scikit-learn and Keras alone are not told to fit")
    if isinstance(material.data.target, Objects):
        raise UsageError("it learns from the objects of pictures, which neither scikit-learn's nor Keras's fit takes")
    steps = Steps(material, folder)
    made = [((member.weight, member.sharpness), steps.member(member)) for member in material.members]
    threads = str(material.spec.threads)
    modules = [*_READING, f"{_STANDALONE}.refit"]
    if steps.deep:
        modules += ["dlbench.training.pixels"]
        modules += ["dlbench.training.schedules", "dlbench.training.optimisers"]
        modules += [type(catalog.loss(name)).__module__ for name in steps.losses.values()]
        modules += [f"{_STANDALONE}.training"]
    before = _before(threads, [path.name for path in paths], steps) + _lent(steps.writer.pieces)
    title = (
        f"Fits the model {_plain(material.job.name)} again on the rows of its record, and compares; without dlbench."
    )
    return joined(title, modules, before=before, after=_members(made) + _losses(steps) + _RUN_REPRODUCE)


def _lent(pieces: Mapping[str, Iterable[str]]) -> str:
    """Return code that carries modules of dlbench and gives the script the names that it takes from them."""
    taken = [f"{name} = sys.modules[{module!r}].{name}" for module in sorted(pieces) for name in sorted(pieces[module])]
    return "\n\n".join(["", _carrying(sorted(pieces)), *taken]) if taken else ""


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
