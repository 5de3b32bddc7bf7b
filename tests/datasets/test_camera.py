"""Turns that a camera tells of, among EXIF of any kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_annotations import TURNED, picture, turned, unwritable

from dlbench.core import catalog
from dlbench.core.errors import DataError
from dlbench.datasets import mask_files
from dlbench.datasets.pictures import Unreadable, Wanted, outside, pixels


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def spot(seen: np.ndarray) -> tuple[int, ...]:
    """Left, top, width and height of what is white."""
    where = np.argwhere(seen > 127)
    (top, left), (bottom, right) = where.min(axis=0), where.max(axis=0) + 1
    return tuple(int(side) for side in (left, top, right - left, bottom - top))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_is_turned_though_its_exif_cannot_be_written_anew(tmp_path: Path, turn: int, form: str) -> None:
    content = turned(turn, form=form, told=unwritable(turn))
    found = outside(content)
    assert (found.height, found.width) == ((40, 30) if turn > 4 else (30, 40))
    assert spot(pixels(content, Wanted(found.height, found.width, False))[..., 0]) == TURNED[turn]
    (tmp_path / "a.png").write_bytes(content)
    assert spot(mask_files.values_of(tmp_path / "a.png")) == TURNED[turn]


def test_no_reader_stops_at_a_picture_whose_exif_is_odd(tmp_path: Path) -> None:
    for label in "ab":
        (tmp_path / label).mkdir()
        for number in range(2):
            (tmp_path / label / f"{number}.png").write_bytes(picture())
    (tmp_path / "a" / "odd.jpg").write_bytes(turned(6, (30, 40), told=unwritable(6)))
    assert len(catalog.dataset("images").load({"images": str(tmp_path)})) == 5


def _harmed(content: bytes, random: np.random.Generator) -> bytes:
    """Return a file some bytes of which are others, more often near its head, where EXIF stands."""
    held = np.frombuffer(content, dtype=np.uint8).copy()
    reach = min(len(held), int(random.choice([120, 400, len(held)])))
    places = random.integers(2, reach, int(random.integers(1, 6)))
    held[places] = random.integers(0, 256, len(places))
    return held.tobytes()


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_harmed_picture_is_read_or_unreadable_and_nothing_else(tmp_path: Path, form: str) -> None:
    random, content = np.random.default_rng(0), turned(6, form=form, told=unwritable(6) if form != "TIFF" else None)

    def tried(read: Any, *given: Any) -> Any:
        try:
            return read(*given)
        except (Unreadable, DataError):
            return None

    for _ in range(150):
        harmed = _harmed(content, random)
        tried(pixels, harmed, Wanted(16, 16, True))
        (tmp_path / "a.png").write_bytes(harmed)
        tried(mask_files.values_of, tmp_path / "a.png")
