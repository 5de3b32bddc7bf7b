"""The lists for environments without TensorFlow hold what pyproject.toml asks for, and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _lines(file: str) -> list[str]:
    lines = (ROOT / "docs" / file).read_text(encoding="utf-8").splitlines()
    return sorted(line for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_list_is_the_project_without_tensorflow(backend):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"][backend]]
    assert _lines(f"requirements-{backend}.txt") == sorted(line for line in asked if not line.startswith("tensorflow"))


def test_uvs_override_drops_tensorflow_alone():
    assert _lines("without-tensorflow.txt") == ["tensorflow; sys_platform == 'never'"]
