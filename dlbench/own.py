"""From the user's own file and a column to a suite: in memory for a run, or with comments for a file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

from dlbench.core import catalog
from dlbench.core.contestant import Contestant
from dlbench.core.dataset import Dataset
from dlbench.core.errors import UsageError
from dlbench.presets import Preset, inner_folds
from dlbench.suite.embedded import embedded_suites
from dlbench.suite.group_columns import TellsColumns

CONTESTANTS = (
    "majority", "mean", "logistic", "ridge", "svm", "random_forest", "hist_gradient_boosting", "mlp",
)  # fmt: skip
IMAGE_CONTESTANTS = ("majority", "logistic", "random_forest", "pca+svm", "hog+svm", "mlp", "lenet5", "resnet")
ENSEMBLE = "greedy_ensemble"
FOLDS, TRIALS, EPOCHS = 5, 4, 20
SEARCH_ROWS = 10_000
"""Rows of the training part beyond which a search uses so many; the refit sees all."""

_SPREAD = 6
_LEAST_MEMORY = 2**32


@runtime_checkable
class Tells(Protocol):
    """A dataset that says what it takes the user's columns for."""

    suffixes: tuple[str, ...]

    def inferred(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return column, kind, why, missing and warning of each column, the target first."""
        ...

    def count(self, params: Mapping[str, Any]) -> int:
        """Return how many rows have a target."""
        ...


class Sizes(Protocol):
    """A dataset of pictures that may need one size for all."""

    def wanted_size(self, params: Mapping[str, Any]) -> int | None:
        """Return the side that must be set; None where the pictures have one size."""
        ...


def is_data(source: str) -> bool:
    """Whether a word of the command line names data: a path that exists or ends like one, and is no suite.

    A folder is one of pictures, unless it is called like an embedded suite.
    """
    path = Path(source)
    if not source or path.suffix.lower() in (".yaml", ".yml") or source in embedded_suites():
        return False
    try:
        return path.exists() or _ending(path) in _readers()
    except (OSError, ValueError):
        return False


def suite(
    data: str | Path, target: str | int | None, *, test: str | Path | None = None, size: Preset | None = None,
    reading: Mapping[str, Any] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a suite that asks about a column of a file, as a mapping for `load_suite`.

    Args:
        data: any file that an own dataset reads, known by its ending; others are read as delimited text.
        target: name or place of the column that is to be predicted.
        test: file with the test rows.
        size: contestants, folds and trials of a preset; None for the usual ones, without a clock.
        reading: more parameters of the dataset, such as target_type or columns.

    Raises:
        UsageError: no target; DataError: a file that cannot be used.
    """
    path = Path(data)
    reader, dataset = reader_of(path)
    if dataset.modality == "image":
        if target is not None or test is not None:
            raise UsageError(
                f"{path}: images bring their classes and parts with them; --target and --test go with a table's file"
            )
        return _of_images(path, {reader: str(path.absolute()), **(reading or {})}, dataset, size)
    given: dict[str, Any] = {reader: str(path.absolute()), **({"test": str(Path(test).absolute())} if test else {})}
    if target is None:
        raise UsageError(f"which column is to be predicted? Name it with --target{_names(dataset, given)}")
    given |= {"target": target, **(reading or {})}
    told = cast(Tells, dataset).inferred(given)
    question, rows = dataset.task_type(given), cast(Tells, dataset).count(given)
    return {
        "name": _name(path),
        "description": f"Is deep learning worth it for {_title(told[0]['column'])}?",
        "tasks": [{"dataset": given, "as": _title(_stem(path))}],
        "models": models_for(question, CONTESTANTS if size is None else size.contestants_for(rows)),
        "search": {**_search(size, rows), **_search_rows(path)},
        "protocol": _protocol(size),
        **_memory([path, *([Path(test)] if test else [])]),
    }


def _of_images(path: Path, given: dict[str, Any], dataset: Dataset, size: Preset | None) -> dict[str, Any]:
    """Return a suite that asks for the class of images; pictures of several sizes get the side that suits them."""
    if "size" not in given and (side := cast(Sizes, dataset).wanted_size(given)):
        given["size"] = side
    cast(Tells, dataset).inferred(given)
    question = dataset.task_type(given)
    return {
        "name": _name(path),
        "description": f"Is deep learning worth it for the images in {_title(_stem(path))}?",
        "tasks": [{"dataset": given, "as": _title(_stem(path))}],
        "models": models_for(question, IMAGE_CONTESTANTS),
        "search": {**_search(size, cast(Tells, dataset).count(given)), **_search_rows(path)},
        "protocol": _protocol(size),
    }


def models_for(question: str, names: Sequence[str] = CONTESTANTS) -> list[str]:
    """Return those of `names` that are installed and can answer a task type, and the ensemble of them last."""
    task = catalog.task(question)
    fitting = [Contestant.named(name) for name in (*names, ENSEMBLE) if set(name.split("+")) <= set(catalog.models())]
    return [one.label for one in fitting if one.misfit(task.modalities[0], task.asks) is None]


def _search(size: Preset | None, rows: int) -> dict[str, int]:
    if size is None:
        return {"trials": TRIALS, "epochs": EPOCHS}
    return {"trials": size.trials, "epochs": size.epochs, "folds": inner_folds(rows)}


def _protocol(size: Preset | None) -> dict[str, int]:
    return {"folds": FOLDS} if size is None else {"folds": size.folds, "repeats": size.repeats}


def reader_of(path: Path) -> tuple[str, Dataset]:
    """Return the own dataset that reads files of such an ending."""
    name = "images" if path.is_dir() else _readers().get(_ending(path), "csv")
    return name, catalog.dataset(name)


def inferred(dataset: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what an own dataset takes its columns, or its pictures, for; empty for any other."""
    found = catalog.dataset(dataset)
    return found.inferred(params) if isinstance(found, TellsColumns) else []


def written(content: Mapping[str, Any], folder: Path) -> str:
    """Return a suite from `suite` as YAML with comments, its paths relative to the folder it is written to."""
    task = content["tasks"][0]
    given = dict(task["dataset"])
    reader = next(iter(given))
    told = inferred(reader, given)
    paths = {name: _relative(given[name], folder) for name in (reader, "test") if name in given}
    lines = [
        "# Run it with: dlbench run THIS_FILE. What the keys mean: dlbench schema, and the README.",
        f"name: {_yaml(content['name'])}",
        f"description: {_yaml(content['description'])}",
        "",
        "tasks:",
        "  - dataset:",
        *(f"      {name}: {_yaml(value)}" for name, value in {**given, **paths}.items()),
        *(_of_columns(told) if "target" in given else []),
        *(f"      # {note}" for note in _more(told)),
        *([_other_type(told[0]["why"])] if "target" in given and "target_type" not in given else []),
        f"    as: {_yaml(task['as'])}",
        "",
        "models:",
        *(f"  - {name}{_about(name)}" for name in content["models"]),
        "",
        "search:",
        *(f"  {name}: {value}{_MEANT.get(name, '')}" for name, value in content["search"].items()),
        "",
        "protocol:",
        f"  folds: {content['protocol']['folds']}"
        + ("  # not used: the test file is the split" if "test" in given else ""),
    ]
    if "policy" in content:
        lines += ["", "policy:", f"  memory: {content['policy']['memory']}  # of one job, in bytes: the table is large"]
    return "\n".join(lines) + "\n"


def _of_columns(told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what each column of a table is taken for, ready to be overruled."""
    return [
        "      # What each column is taken for. To overrule it, take the mark off `columns:` and a line below it;",
        "      # write number, category, date, text or drop.",
        "      # columns:",
        *(
            f"      #   {_yaml(one['column'])}: {one['kind']}{_why(one)}"
            for one in told[1:]
            if one["kind"] in _OVERRULED
        ),
    ]


_OVERRULED = ("number", "category", "date", "text", "drop")
_MEANT = {
    "trials": "  # settings that every model tries; the first is its default",
    "epochs": "  # most epochs of one fit of a net",
    "rows": "  # a search looks at so many training rows; the last fit sees all",
}


def _other_type(why: str) -> str:
    """Return the line that makes values of classes, or classes of values."""
    other = "classes" if why.startswith("values") else "values"
    return f"      # target_type: {other}  # to overrule what the target looks like; models that fit: dlbench ls models"


def _more(told: Sequence[Mapping[str, Any]]) -> list[str]:
    rest = [f"{one['column']}: {one['why']}" for one in told[1:] if one["kind"] in ("grey", "colour")]
    notes = [
        f"target: {told[0]['why']}",
        *rest,
        *(f"{one['column']}: {one['warning']}" for one in told if one["warning"]),
    ]
    return [_line(note) for note in notes]


def _why(one: Mapping[str, Any]) -> str:
    absent = f", {one['missing']:.1%} missing" if one["missing"] else ""
    return f"  # {_line(one['why'])}{absent}"


def _line(text: str) -> str:
    """Return text on one line, without what YAML takes for the end of a comment."""
    return "".join(char if char.isprintable() else " " for char in text)


def _about(name: str) -> str:
    title = " + ".join(catalog.model(part).title for part in name.split("+"))
    return f"  # {title}" if title != name else ""


def _yaml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=not str(value).isprintable())


def _relative(path: str, folder: Path) -> str:
    return (
        Path(path).relative_to(folder.absolute()).as_posix() if Path(path).is_relative_to(folder.absolute()) else path
    )


def _readers() -> dict[str, str]:
    """Return ending → name of the own dataset that reads it."""
    own = catalog.datasets().items()
    return {ending: name for name, dataset in own if isinstance(dataset, Tells) for ending in dataset.suffixes}


def _ending(path: Path) -> str:
    endings = [ending.lower() for ending in path.suffixes]
    return (endings[-2] if len(endings) > 1 else "") if endings[-1:] == [".gz"] else "".join(endings[-1:])


def _stem(path: Path) -> str:
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def _name(path: Path) -> str:
    plain = "".join(char if (char.isascii() and char.isalnum()) or char in "._-" else "-" for char in _stem(path))
    return plain.lstrip("._-")[:64] or "own"


def _title(text: str) -> str:
    return _line(text).strip()[:80] or "own"


def _search_rows(path: Path) -> dict[str, int]:
    """Return the limit of a search where the file is large: some 100 bytes a row are a modest guess."""
    return {"rows": SEARCH_ROWS} if path.stat().st_size > SEARCH_ROWS * 100 else {}


def _memory(paths: Sequence[Path]) -> dict[str, Any]:
    wanted = sum(path.stat().st_size for path in paths) * _SPREAD
    return {"policy": {"memory": math.ceil(wanted / 2**30) * 2**30}} if wanted > _LEAST_MEMORY else {}


def _names(dataset: Dataset, given: Mapping[str, Any]) -> str:
    told = dataset.problems({**given, "target": -1}) or [
        str(one["column"]) for one in cast(Tells, dataset).inferred({**given, "target": -1})
    ]
    return f": {', '.join(told[:30])}"
