"""Folders of pictures and masks: what is read, and what is said of those that cannot be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_annotations import bomb
from PIL import Image

from dlbench import own
from dlbench.core import catalog
from dlbench.core.errors import DataError, DataUnavailable, SuiteError
from dlbench.datasets import mask_files
from dlbench.forms.outlined import OutlinedObjects
from dlbench.prepare.images import Images
from dlbench.suite import load_suite

OWN = catalog.dataset("image_masks")
RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLBENCH_CACHE_DIR", str(tmp_path / "cache"))


def saved(folder: Path, name: str, picture: np.ndarray, mask: np.ndarray | Image.Image) -> None:
    for part, image in (("images", Image.fromarray(picture)), ("masks", mask)):
        (folder / part).mkdir(parents=True, exist_ok=True)
        image = image if isinstance(image, Image.Image) else Image.fromarray(image)
        image.save(folder / part / f"{name}.png")


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """Four pictures of 12×16 with masks of 0, 255, and 128 where it is not known."""
    for name in "abcd":
        mask = np.zeros((12, 16), dtype=np.uint8)
        mask[2:6, 3:9], mask[0, 0] = 255, 128
        saved(tmp_path / "cells", name, RNG.integers(0, 255, (12, 16, 3), dtype=np.uint8), mask)
    return tmp_path / "cells"


def loaded(folder: Path, **params: Any) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    data = OWN.load({"image_masks": str(folder), **params})
    assert isinstance(data.inputs, Images)
    assert isinstance(data.target, np.ndarray)
    return data.inputs.pixels, data.target, data.classes


def test_values_become_classes_and_the_rest_of_the_square_has_none(cells: Path) -> None:
    pixels, codes, names = loaded(cells, size=16, void=128)
    assert names == ("0", "255")
    assert pixels.shape == (4, 16, 16, 3)
    np.testing.assert_array_equal(pixels[0, :12], np.asarray(Image.open(cells / "images" / "a.png")))
    assert (pixels[:, 12:] == 0).all()
    assert (codes[:, 12:] == -1).all()
    assert codes[0, 0, 0] == -1
    assert (codes == 1).sum(axis=(1, 2)).tolist() == [24] * 4


def test_named_classes_keep_their_order_and_a_value_that_is_none_is_told(cells: Path) -> None:
    _, codes, names = loaded(cells, size=16, void=128, classes={"rest": 0, "scratch": 7, "cell": 255})
    assert names == ("rest", "scratch", "cell")
    assert set(np.unique(codes)) == {-1, 0, 2}
    with pytest.raises(DataError, match=r"a\.png: a value 128 that is no class \(rest: 0, cell: 255\)"):
        loaded(cells, size=16, classes={"rest": 0, "cell": 255})


def test_pictures_are_brought_to_one_size_and_masks_stay_classes(tmp_path: Path) -> None:
    for name, sides in (("tall", (40, 20)), ("wide", (10, 80))):
        mask = np.zeros(sides, dtype=np.uint8)
        mask[: sides[0] // 2] = 9
        saved(tmp_path, name, np.full((*sides, 3), 200, dtype=np.uint8), mask)
    pixels, codes, names = loaded(tmp_path, size=16, grey=True)
    assert pixels.shape == (2, 16, 16, 1)
    assert names == ("0", "9")
    known = codes >= 0
    assert known.sum(axis=(1, 2)).tolist() == [16 * 8, 2 * 16]
    assert (pixels[known] == 200).all()
    assert (codes == 1).sum(axis=(1, 2)).tolist() == [8 * 8, 1 * 16]


def test_colours_and_palettes_are_classes_too(tmp_path: Path) -> None:
    colours = np.zeros((8, 8, 3), dtype=np.uint8)
    colours[:4], colours[4:, :4] = (255, 0, 0), (10, 10, 10)
    saved(tmp_path / "rgb", "a", np.zeros((8, 8, 3), np.uint8), colours)
    assert loaded(tmp_path / "rgb", size=8)[2] == ("0", "10", "#ff0000")
    classes = {"ground": "#000000", "roof": "#ff0000", "road": 10}
    assert np.bincount(loaded(tmp_path / "rgb", size=8, classes=classes)[1].ravel()).tolist() == [16, 32, 16]
    palette = Image.fromarray(np.repeat(np.array([[0, 5], [1, 5]], np.uint8), 4, axis=1).repeat(4, axis=0), mode="P")
    palette.putpalette([0, 0, 0, 128, 0, 0] + [0] * 762)
    saved(tmp_path / "p", "a", np.zeros((8, 8, 3), np.uint8), palette)
    assert loaded(tmp_path / "p", size=8)[2] == ("0", "1", "5")


def test_a_mask_is_turned_as_its_picture_is(tmp_path: Path) -> None:
    """Both lie on their side: what is left of them comes up."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = np.zeros((8, 16), dtype=np.uint8)
    lying[:, :8] = 200
    for part in ("images", "masks"):
        (tmp_path / part).mkdir()
        Image.fromarray(lying).save(tmp_path / part / "a.png", exif=exif)
    pixels, codes, names = loaded(tmp_path, size=16, grey=True)
    assert names == ("0", "200")
    assert (codes[0, :8, :8] == 1).all()
    assert (codes[0, 8:, :8] == 0).all()
    assert (pixels[0, :8, :8] == 200).all()
    assert (pixels[0, 8:, :8] == 0).all()


@pytest.mark.parametrize("mode", ["CMYK", "P", "LA", "RGBA", "1", "I;16", "L"])
def test_pictures_of_any_mode_become_colours_or_greys(tmp_path: Path, mode: str) -> None:
    base = Image.fromarray(np.full((8, 8, 3), (200, 200, 200), np.uint8))
    deep = np.full((8, 8), 200 * 257, np.uint16)
    made = {"I;16": lambda: Image.fromarray(deep), "P": lambda: base.quantize(4)}
    image = made.get(mode, lambda: base.convert(mode))()
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    image.save(path)
    for channels in (1, 3):
        pixels = mask_files.pixels_of(path, channels)
        assert pixels.shape == (8, 8, channels)
        assert pixels.dtype == np.uint8
        if mode != "1":
            assert abs(pixels.astype(int) - 200).max() <= 3


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("cut", "cut short or damaged"),
        ("bomb", "too many pixels|million pixels"),
        ("small", "a mask of 6×16 for a picture of 12×16"),
        ("text", "no picture that can be read"),
        ("gone", "a picture without a mask|no mask"),
    ],
)
def test_a_damaged_file_is_named_or_skipped_and_counted(cells: Path, harm: str, told: str) -> None:
    mask = cells / "masks" / "b.png"
    if harm == "cut":
        picture = cells / "images" / "b.png"
        picture.write_bytes(picture.read_bytes()[:200])
    elif harm == "bomb":
        mask.write_bytes(bomb())
    elif harm == "small":
        Image.fromarray(np.zeros((6, 16), np.uint8)).save(mask)
    elif harm == "text":
        mask.write_text("no picture")
    else:
        mask.unlink()
    params = {"image_masks": str(cells), "size": 16}
    if harm != "cut":
        assert any(word in " ".join(OWN.problems(params)) for word in told.split("|"))
    with pytest.raises(DataError, match=f"b.*({told})"):
        OWN.load(params)
    data = OWN.load({**params, "damaged": "skip"})
    assert data.item_ids.tolist() == ["a", "c", "d"]
    (skipped,) = data.inferred["skipped"]  # type: ignore[misc]
    assert any(word in skipped for word in told.split("|"))
    if harm != "cut":
        masks, pictures = own.inferred("image_masks", {**params, "damaged": "skip"})
        assert masks["why"] == "3 with a picture of their size"
        assert any(word in pictures["warning"] for word in told.split("|"))
        assert pictures["warning"].startswith("1 left out: ")
        assert pictures["missing"] == 0.25


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"size": 4}, "size: expected 8 to 2048"),
        ({"classes": {"cell": 255}}, "two or more"),
        ({"classes": {"a": 1, "b": 1}}, "a value of its own"),
        ({"classes": {"a": 0, "b": "red"}}, "a colour like '#ff8000'"),
        ({"void": "#12"}, "a colour like"),
        ({"damaged": "drop"}, "refuse or skip"),
        ({"masks": "labels"}, "labels: no such folder"),
    ],
)
def test_parameters_that_cannot_be_meant_are_told(cells: Path, params: dict[str, Any], told: str) -> None:
    (problem,) = OWN.problems({"image_masks": str(cells), **params})
    assert told in problem


def test_an_empty_folder_and_strangers_are_told(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    assert "holds no picture" in OWN.problems({"image_masks": str(tmp_path)})[0]
    saved(tmp_path, "a", np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.uint8))
    (tmp_path / "masks" / "a.png").rename(tmp_path / "masks" / "z.png")
    assert "no mask has the name of a picture" in OWN.problems({"image_masks": str(tmp_path)})[0]
    (tmp_path / "images" / "a.jpg").write_bytes((tmp_path / "images" / "a.png").read_bytes())
    assert "has the same name" in OWN.problems({"image_masks": str(tmp_path)})[0]


def test_a_file_of_names_makes_the_test_part(cells: Path) -> None:
    names = cells / "test.txt"
    names.write_text("b\nd.png\n")
    params = {"image_masks": str(cells), "size": 16, "void": 128, "test": str(names)}
    data = OWN.load(params)
    assert data.test is not None
    assert data.test.tolist() == [False, True, False, True]
    names.write_text("b\n", encoding="utf-8-sig")
    assert OWN.problems(params) == []
    for name in ("img", "img.01"):
        for part in ("images", "masks"):
            (cells / part / f"{name}.png").write_bytes((cells / part / "a.png").read_bytes())
    for line in ("img.01", "img.01.png", "images/img.01.png"):
        names.write_text(f"{line}\n")
        assert OWN.problems(params) == []
        data = OWN.load(params)
        assert data.test is not None
        assert data.item_ids[data.test].tolist() == ["img.01"]
    names.write_text("img.02\n")
    assert "'img.02' is no picture with a mask" in OWN.problems(params)[0]
    names.write_text("nobody\n")
    assert "'nobody' is no picture with a mask" in OWN.problems(params)[0]


def test_a_suite_finds_the_folder_from_its_own_place_and_tells_what_is_wrong(cells: Path) -> None:
    suite = cells.parent / "s.yaml"
    suite.write_text("name: s\ntasks: [{dataset: {image_masks: cells, size: 16, void: 128}}]\nmodels: [background]\n")
    (task,) = load_suite(suite).tasks
    assert (task.type, task.label, task.metrics) == ("segmentation", "cells", ("miou", "dice", "boundary_f"))
    before = OWN.identity(task.dataset_params)
    (cells / "masks" / "b.png").unlink()
    assert OWN.identity(task.dataset_params) != before
    with pytest.raises(SuiteError, match="b: a picture without a mask"):
        load_suite(suite)


def test_nuclei_are_read_with_their_fixed_split() -> None:
    if not (Path(os.environ.get("DLBENCH_DATA_DIR", "")) / "dsb2018_nuclei_subset").is_dir():
        pytest.skip("DLBENCH_DATA_DIR holds no dsb2018_nuclei_subset")
    nuclei = catalog.dataset("nuclei")
    data = nuclei.load({"size": 32})
    assert data.test is not None
    assert isinstance(data.target, np.ndarray)
    assert (len(data), int(data.test.sum()), data.classes) == (193, 39, ("ground", "nucleus"))
    assert data.item_ids[data.test][0] == min(data.item_ids)
    share = (data.target == 1).sum() / (data.target >= 0).sum()
    assert 0.1 < share < 0.2


def test_nuclei_that_are_not_here_are_unavailable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path))
    with pytest.raises(DataUnavailable, match="set DLBENCH_DATA_DIR to a folder that holds"):
        catalog.dataset("nuclei").load({})
    assert catalog.dataset("nuclei").identity({})["content"] == "absent"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six pictures of 16×16 as the set was published, the first with two nuclei, the others with one."""
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path))
    for name in "abcdef":
        place = tmp_path / "data-science-bowl-2018" / "stage1_train" / name
        for part in ("images", "masks"):
            (place / part).mkdir(parents=True)
        Image.fromarray(RNG.integers(0, 255, (16, 16, 4), dtype=np.uint8)).save(place / "images" / f"{name}.png")
        nucleus = np.zeros((16, 16), dtype=np.uint8)
        nucleus[4:8, 2:10] = 255
        Image.fromarray(nucleus).save(place / "masks" / f"{name}1.png")
    column = np.zeros((16, 16), dtype=np.uint8)
    column[:, 15] = 255
    Image.fromarray(column).save(tmp_path / "data-science-bowl-2018" / "stage1_train" / "a" / "masks" / "a2.png")
    return tmp_path / "data-science-bowl-2018" / "stage1_train"


def test_nuclei_are_read_as_they_were_published(published: Path) -> None:
    nuclei = catalog.dataset("nuclei")
    data = nuclei.load({"size": 16})
    assert data.classes == ("ground", "nucleus")
    assert data.item_ids.tolist() == list("abcdef")
    assert data.test is not None
    assert data.test.tolist() == [True, False, False, False, False, True]
    assert isinstance(data.target, np.ndarray)
    assert (data.target == 1).sum(axis=(1, 2)).tolist() == [32 + 16, 32, 32, 32, 32, 32]
    before = nuclei.identity({"size": 16})
    (published / "a" / "masks" / "a2.png").unlink()
    assert nuclei.identity({"size": 16}) != before


def test_published_nuclei_are_objects_with_a_mask_each(published: Path) -> None:
    dataset = catalog.dataset("nuclei_instances")
    data = dataset.load({"size": 16})
    assert isinstance(data.target, OutlinedObjects)
    assert data.classes == ("nucleus",)
    assert data.target.counts.tolist() == [2, 1, 1, 1, 1, 1]
    assert data.target.boxes[0].tolist() == [2, 4, 8, 4]
    assert data.test is not None
    assert int(data.test.sum()) == 2
    small = np.zeros((16, 16), dtype=np.uint8)
    small[0, 0] = 255
    Image.fromarray(small).save(published / "b" / "masks" / "b2.png")
    told = dataset.load({"size": 8}).inferred["objects"]
    assert "1 objects without a pixel at this size: left out" in told  # type: ignore[operator]


def test_a_copy_with_one_mask_a_picture_holds_no_single_nuclei(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path))
    saved(tmp_path / "dsb2018_nuclei_subset", "a", np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.uint8))
    assert len(catalog.dataset("nuclei").load({"size": 8})) == 1
    with pytest.raises(DataUnavailable, match="stage1_train as it was published, with a mask for each nucleus"):
        catalog.dataset("nuclei_instances").load({})
