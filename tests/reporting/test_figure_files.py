"""Figures as files: two of each, drawn, named safely, and holding no text as markup."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hostile import NASTY
from made_run import Game, Player, made_run

from dlbench.core.errors import UsageError
from dlbench.reporting.figure_files import write_figures

SVG = "{http://www.w3.org/2000/svg}"


def source() -> Any:
    players = [
        Player("majority", "floor", 0.25, spread=0),
        Player(NASTY[0], "classic", 0.9),
        Player("net", "deep", 0.8),
    ]
    return made_run([Game("../digits", players, folds=2, items=40)])


def test_every_figure_is_an_svg_and_a_png_in_the_folder(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="vl-convert draws the files")
    files = list(write_figures(source(), tmp_path / "figures", Path.write_bytes))
    assert len(files) >= 4
    assert {path.parent for path in files} == {tmp_path / "figures"}
    assert sorted(tmp_path.rglob("*.*")) == sorted(files)
    for path in files:
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG")
            continue
        tags = {node.tag.removeprefix(SVG) for node in ElementTree.fromstring(path.read_bytes()).iter()}
        assert "path" in tags or "rect" in tags
        assert not tags & {"script", "image", "img", "a", "foreignObject"}


def test_without_vl_convert_the_cure_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    imported = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "vl_convert":
            raise ImportError(name)
        return imported(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match=r"dlbench\[figures\]"):
        list(write_figures(source(), tmp_path / "figures", Path.write_bytes))
    assert not list(tmp_path.iterdir())
