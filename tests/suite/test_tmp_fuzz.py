"""Whatever stands in a suite, loading it ends in a Suite or a SuiteError."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlbench.core.errors import SuiteError
from dlbench.suite import load_suite

VALID: dict[str, Any] = {
    "name": "t",
    "description": "d",
    "tasks": [
        {"dataset": "iris", "metrics": ["accuracy"], "limit": 50, "models": ["svm"]},
        {"dataset": {"name": "moons", "noise": 0.1}, "as": "m", "reference": {"value": 0.9, "source": "s"}},
        {
            "dataset": {"csv": str(Path(__file__).parent / "flowers.csv"), "target": "y"},
            "type": "tabular_regression",
            "split": "folds",
        },
    ],
    "models": ["svm", {"name": "logistic", "as": "l", "stages": [{"name": "pca", "n_components": 2}], "C": 1.0}],
    "search": {"oracle": "random", "trials": 2, "seconds": None},
    "protocol": {"folds": 2, "validation": 0.5},
    "sweep": {"rows": [10, 20]},
    "policy": {"memory": "1GiB"},
    "include": [],
}
WORDS = [
    "",
    "iris",
    "svm",
    "csv",
    "as",
    "name",
    "+",
    "pca+svm",
    "*",
    "[",
    "..",
    "~root",
    "\x00",
    "\x1b[2J",
    "\ud800",
    "é",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.binary(max_size=3),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*WORDS, 1, None]), inner, max_size=3),
    max_leaves=6,
)
FUZZ = settings(deadline=None, max_examples=4000, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ways(value: Any, behind: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything in a suite."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in pairs:
        yield (*behind, key)
        yield from ways(child, (*behind, key))


WAYS = list(ways(VALID))


def mutated(changes: list[tuple[tuple[Any, ...], str, Any]]) -> dict[str, Any]:
    suite = copy.deepcopy(VALID)
    for way, what, value in changes:
        owner: Any = suite
        try:
            for step in way[:-1]:
                owner = owner[step]
            if what == "drop":
                del owner[way[-1]]
            elif what == "rename" and isinstance(owner, dict):
                owner[value if isinstance(value, str | int | None) else "x"] = owner.pop(way[-1])
            else:
                owner[way[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    return suite


def refusal(source: Any, overrides: dict[str, Any] | None = None) -> SuiteError | None:
    """Return the error of a suite, None where it loads; anything else that is raised fails the test."""
    try:
        load_suite(source, overrides=overrides)
    except SuiteError as error:
        return error
    return None


def loads_or_is_refused(source: Any, overrides: dict[str, Any] | None = None) -> None:
    error = refusal(source, overrides)
    assert error is None or (error.mistakes and str(error).replace("\n", "").isprintable())


def test_the_start_is_valid() -> None:
    assert refusal(VALID) is None


CHANGES = st.lists(st.tuples(st.sampled_from(WAYS), st.sampled_from(["set", "drop", "rename"]), VALUES), max_size=4)


@FUZZ
@given(CHANGES)
def test_mutated_mappings(changes: list[Any]) -> None:
    loads_or_is_refused(mutated(changes))


@FUZZ
@given(data=st.data())
def test_mutated_text(data: st.DataObject, tmp_path: Path) -> None:
    text = yaml.safe_dump(VALID)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 8)))
        piece = data.draw(
            st.sampled_from([*": -&*!|>%@`#{}[],?\n\t'\"<", "&a ", "*a", "!!int ", "<<: ", "é"]) | st.text(max_size=3)
        )
        text = text[:start] + piece + text[end:]
    path = tmp_path / "suite.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    loads_or_is_refused(path)


@FUZZ
@given(content=st.binary(max_size=60))
def test_any_bytes(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_bytes(content)
    loads_or_is_refused(path)


@FUZZ
@given(path=st.text(max_size=12) | st.sampled_from([".".join(map(str, way)) for way in WAYS]), value=VALUES)
def test_any_override(path: str, value: Any) -> None:
    loads_or_is_refused(VALID, {path: value})
