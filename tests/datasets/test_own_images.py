"""The user's own pictures: class folders packed or not, arrays, and all that is wrong with real ones."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_annotations import bomb, picture
from PIL import Image

from dlbench import own
from dlbench.core.errors import DataError, SuiteError, UsageError
from dlbench.datasets import class_folders, idx
from dlbench.datasets.images import OwnImages
from dlbench.datasets.picture_files import files_of, is_archive
from dlbench.datasets.pictures import SUFFIXES, Unreadable, Wanted, outside, pixels
from dlbench.prepare.images import Images
from dlbench.suite import load_suite

OWN = OwnImages()

square = partial(picture, (8, 8))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def put(folder: Path, **files: bytes) -> Path:
    """Write PNG files; `__` in a name stands for a folder."""
    for name, content in files.items():
        path = folder / (name.replace("__", "/") + ".png")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def two_classes(folder: Path, **more: bytes) -> Path:
    red, blue = square((255, 0, 0)), square((0, 0, 255))
    plain = {f"{name}__{i}": content for name, content in (("red", red), ("blue", blue)) for i in range(3)}
    return put(folder, **plain, **more)


def packed(folder: Path, path: Path) -> Path:
    names = sorted(one for one in folder.rglob("*") if one.is_file())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for one in names:
                archive.write(one, one.relative_to(folder.parent))
    else:
        with tarfile.open(path, "w:gz" if path.name.endswith("gz") else "w") as archive:
            for one in names:
                archive.add(one, one.relative_to(folder.parent))
    return path


@pytest.mark.parametrize("kind", ["folder", "pics.tar", "pics.tar.gz", "pics.tgz", "pics.zip"])
def test_a_folder_and_its_archives_give_the_same_images(tmp_path: Path, kind: str) -> None:
    folder = two_classes(tmp_path / "set")
    (folder / "red" / "notes.txt").write_text("no picture")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x.png").write_bytes(square())
    path = folder if kind == "folder" else packed(folder, tmp_path / kind)
    params = {"images": str(path)}
    assert OWN.problems(params) == []
    data = OWN.load(params)
    assert data.classes == ("blue", "red")
    assert data.target.tolist() == [0, 0, 0, 1, 1, 1]
    assert data.test is None
    assert data.inputs.shape == (8, 8, 3)
    assert data.inputs.arrays()[0][0, 0, 0].tolist() == [0, 0, 255]
    assert [name.split("/")[-2] for name in data.item_ids] == ["blue"] * 3 + ["red"] * 3
    assert not OWN.parted(params)


def test_train_and_test_folders_are_the_official_parts_and_validation_is_trained_on(tmp_path: Path) -> None:
    for part, count in (("train", 3), ("val", 1), ("test", 2)):
        for label in ("a", "b"):
            put(tmp_path / "set", **{f"{part}__{label}__{i}": square() for i in range(count)})
    params = {"images": str(tmp_path / "set")}
    data = OWN.load(params)
    assert OWN.parted(params)
    assert data.classes == ("a", "b")
    assert data.test is not None
    assert [name.split("/")[0] for name in data.item_ids[data.test]] == ["test"] * 4
    assert int((~data.test).sum()) == 8
    suite = load_suite({"name": "t", "tasks": [{"dataset": params, "as": "p"}], "models": ["majority"]})
    assert (suite.tasks[0].split, suite.tasks[0].type) == ("official", "image_classification")


@pytest.mark.parametrize(
    ("names", "labels", "test"),
    [
        (["a/1", "a/2", "b/1"], "aab", None),
        (["top/a/1", "top/a/deep/2", "top/b/1"], "aab", None),
        (["x/y/Train/a/1", "x/y/TEST/b/1"], "ab", [False, True]),
        (["train/a/1", "other/a/1"], ["train", "other"], None),
        (["train/1", "test/2"], ["train", "test"], None),
        (["train/a/1", "val/a/2", "Train/b/1"], "aab", [False, True, False]),
        (["train/a/1", "val/a/2", "test/a/3"], "aaa", [False, False, True]),
        (["val/a/1", "test/a/2"], ["val", "test"], None),
    ],
)
def test_folders_name_classes(names: list[str], labels: Any, test: Any) -> None:
    if names == ["train/1", "test/2"]:
        with pytest.raises(DataError, match="train/1 lies in no class folder"):
            class_folders.places(Path("p"), names)
        return
    found = class_folders.places(Path("p"), names)
    assert [found[name].label for name in names] == list(labels)
    assert [found[name].test for name in names] == (test or [False] * len(names))


@pytest.mark.parametrize("kind", ["folder", "pics.tar", "pics.zip"])
def test_validation_folders_are_the_test_part_where_there_is_no_other(tmp_path: Path, kind: str) -> None:
    for part, count in (("train", 3), ("val", 2)):
        for label in ("a", "b"):
            put(tmp_path / "set", **{f"{part}__{label}__{i}": square() for i in range(count)})
    path = tmp_path / "set" if kind == "folder" else packed(tmp_path / "set", tmp_path / kind)
    data = OWN.load({"images": str(path)})
    assert OWN.parted({"images": str(path)})
    assert data.classes == ("a", "b")
    assert data.test is not None
    assert {name.split("/")[-3] for name in data.item_ids[data.test]} == {"val"}
    assert int(data.test.sum()) == 4


@pytest.mark.parametrize("kind", ["folder", "pics.tar", "pics.zip"])
def test_class_folders_without_a_picture_are_counted_and_told(tmp_path: Path, kind: str) -> None:
    folder = two_classes(tmp_path / "set", green__1=b"")
    (folder / "cats").mkdir()
    (folder / "red" / "deeper").mkdir()
    (folder / ".hidden").mkdir()
    path = folder
    if kind.endswith("tar"):
        with tarfile.open(tmp_path / kind, "w") as archive:
            archive.add(folder, "set")
        path = tmp_path / kind
    elif kind.endswith("zip"):
        with zipfile.ZipFile(tmp_path / kind, "w") as packed_:
            for one in folder.rglob("*"):
                packed_.write(one, one.relative_to(folder.parent))
        path = tmp_path / kind
    within = "" if kind == "folder" else "set/"
    told = OWN.inferred({"images": str(path)})
    assert told[0]["warning"] == f"2 class folders without a picture: {within}cats, {within}green"
    assert OWN.load({"images": str(path)}).inferred["empty class folders"] == [f"{within}cats", f"{within}green"]
    if kind == "folder":
        (folder / "cats").rmdir()
        assert OWN.inferred({"images": str(path)})[0]["warning"] == "1 class folders without a picture: green"


def test_grey_pictures_have_one_channel_unless_one_of_them_has_colour(tmp_path: Path) -> None:
    grey = square(90, mode="L")
    folder = put(tmp_path / "g", a__1=grey, a__2=grey, b__1=grey, b__2=grey)
    assert OWN.load({"images": str(folder)}).inputs.shape == (8, 8, 1)
    assert OWN.load({"images": str(folder), "colour": True}).inputs.shape == (8, 8, 3)
    put(folder, b__3=square())
    assert OWN.load({"images": str(folder)}).inputs.shape == (8, 8, 3)
    assert OWN.load({"images": str(folder), "colour": False}).inputs.shape == (8, 8, 1)


def test_several_sizes_need_one_that_is_declared_and_recorded(tmp_path: Path) -> None:
    folder = two_classes(tmp_path / "set", red__wide=picture((16, 8), (255, 0, 0)))
    (problem,) = OWN.problems({"images": str(folder)})
    assert "pictures of 2 sizes, from 8×8 to 8×16: add size: 8" in problem
    data = OWN.load({"images": str(folder), "size": 12})
    assert data.inferred == {"pictures": ["pictures of 2 sizes from 8×8 to 8×16, read as 12×12 in colour"]}
    wide = data.inputs.arrays()[0][data.item_ids.tolist().index("red/wide.png")]
    assert wide[6, 6].tolist() == [255, 0, 0]
    assert wide[0].max() == wide[-1].max() == 0  # scaled to fit the width, black above and below
    assert OWN.problems({"images": str(folder), "size": 1}) == ["size: expected a number from 2 to 1024, got 1"]


FULL = Wanted(4, 4, True)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (square((0, 255, 255, 0), mode="CMYK", form="TIFF"), (255, 0, 0)),
        (square(40000, mode="I;16"), (156, 156, 156)),
        (square(1, mode="1"), (255, 255, 255)),
        (square((10, 20, 30, 255), mode="RGBA"), (10, 20, 30)),
        (square((10, 20, 30, 0), mode="RGBA"), (0, 0, 0)),
        (square((77, 255), mode="LA"), (77, 77, 77)),
        (square((9, 9, 9), form="BMP"), (9, 9, 9)),
    ],
    ids=["cmyk", "16 bit", "1 bit", "opaque", "transparent", "grey and alpha", "bmp"],
)
def test_every_mode_becomes_bytes(content: bytes, expected: tuple[int, int, int]) -> None:
    assert pixels(content, FULL)[1, 1].tolist() == list(expected)


def whole_numbers(values: list[list[int]], kind: type, form: str = "TIFF") -> bytes:
    held = io.BytesIO()
    Image.fromarray(np.array(values, dtype=kind)).save(held, form)
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (whole_numbers([[0, 200], [255, 3]], np.int32), [0, 200, 255, 3]),
        (whole_numbers([[0, 200], [256, 65535]], np.int32), [0, 0, 1, 255]),
        (whole_numbers([[0, 200], [255, 3]], np.uint16), [0, 0, 0, 0]),
        (whole_numbers([[0, 200], [255, 3]], np.uint16, "PNG"), [0, 0, 0, 0]),
        (b"P5 2 2 65535\n" + bytes([0, 0, 0, 200, 0, 255, 0, 3]), [0, 0, 0, 0]),
    ],
    ids=["bytes of 32 bits", "more of 32 bits", "16 bits", "16 bits of png", "16 bits of pgm"],
)
def test_whole_numbers_of_32_bits_are_read_by_their_range_and_16_bits_never(
    content: bytes, expected: list[int]
) -> None:
    assert pixels(content, Wanted(2, 2, False)).ravel().tolist() == expected


def test_formats_whose_readers_start_programs_are_no_pictures() -> None:
    drawing = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n%%EOF\n"
    assert Image.open(io.BytesIO(drawing)).format == "EPS"
    with pytest.raises(Unreadable, match="no picture that can be read"):
        outside(drawing)


def test_palettes_are_read_as_they_look() -> None:
    drawn = Image.new("RGB", (4, 4), (0, 128, 0)).convert("P", palette=Image.Palette.ADAPTIVE)
    held = io.BytesIO()
    drawn.save(held, "GIF")
    assert pixels(held.getvalue(), FULL)[0, 0].tolist() == [0, 128, 0]


def lying(mode: str, form: str) -> bytes:
    """A picture of 16 × 8 whose left half is white, to be turned by a quarter, clockwise: what is left comes up."""
    drawn = Image.fromarray(np.repeat(np.repeat([[65535, 0]], 8, axis=1), 8, axis=0).astype(np.uint16))
    drawn = drawn if mode == "I;16" else Image.fromarray((np.asarray(drawn) >> 8).astype(np.uint8)).convert(mode)
    exif = Image.Exif()
    exif[0x0112] = 6
    held = io.BytesIO()
    drawn.save(held, form, exif=exif)
    return held.getvalue()


def told_behind(content: bytes) -> bytes:
    """A PNG whose word of the camera comes after its pixels."""
    begin = content.index(b"eXIf") - 4
    end = begin + 12 + int.from_bytes(content[begin : begin + 4], "big")
    last = content.index(b"IEND") - 4
    return content[:begin] + content[end:last] + content[begin:end] + content[last:]


@pytest.mark.parametrize(
    "content",
    [
        *(lying("RGB", form) for form in ("JPEG", "PNG", "WEBP", "TIFF")),
        told_behind(lying("RGB", "PNG")),
        lying("I;16", "PNG"),
    ],
    ids=["jpeg", "png", "webp", "tiff", "told behind", "16 bit"],
)
def test_turned_pictures_are_read_as_they_look(content: bytes) -> None:
    found = outside(content)
    assert (found.height, found.width) == (16, 8)
    upright = pixels(content, Wanted(16, 8, True))
    assert upright[0].min() > 240
    assert upright[-1].max() < 15


def noise() -> bytes:
    random = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    held = io.BytesIO()
    Image.fromarray(random).save(held, "PNG")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bomb(), "too many pixels: .*400000000"),
        (noise()[:2000], "cut short or damaged"),
        (b"", "no picture that can be read"),
        (b"GIF89a but not really", "no picture|damaged"),
        (square(0.5, mode="F", form="TIFF"), "floating-point pixels: save it with 8 or 16 bits"),
    ],
    ids=["bomb", "cut", "empty", "lie", "floats"],
)
def test_what_cannot_be_used_says_why(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        pixels(content, FULL)


def test_bad_pictures_are_left_out_counted_and_named(tmp_path: Path) -> None:
    folder = two_classes(tmp_path / "set", red__bomb=bomb(), blue__cut=noise()[:2000], blue__empty=b"")
    params = {"images": str(folder), "size": 8}
    told = OWN.inferred(params)
    assert "2 left out: blue/empty.png: no picture that can be read" in told[1]["warning"]
    assert told[1]["missing"] == pytest.approx(2 / 9)
    data = OWN.load(params)
    assert len(data) == 6
    left = data.inferred["left out"]
    assert [line.split(":")[0] for line in left] == ["blue/cut.png", "blue/empty.png", "red/bomb.png"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no pictures in it: expected a folder for each class"),
        ({"1": square(), "2": square()}, "1.png lies in no class folder"),
        ({"a__1": square(), "a__2": square()}, "one class, 'a': at least two class folders are needed"),
        (
            {"a__1": square(), "a__2": square(), "b__1": square()},
            "class 'b' has one picture to learn from, and 2 are needed: add pictures, or take the class out",
        ),
        ({"a__1": b"", "b__1": b"x"}, "none of 2 pictures can be read: 2 left out: a/1.png"),
    ],
    ids=["empty", "flat", "one class", "one picture", "all bad"],
)
def test_a_folder_that_cannot_be_learned_from_is_a_mistake_of_the_suite(
    tmp_path: Path, files: dict[str, bytes], said: str
) -> None:
    (tmp_path / "set").mkdir()
    put(tmp_path / "set", **files)
    with pytest.raises(SuiteError, match=said) as caught:
        load_suite({"name": "t", "tasks": [{"dataset": {"images": str(tmp_path / "set")}}], "models": ["majority"]})
    assert str(tmp_path / "set") in str(caught.value)


def test_a_class_whose_pictures_break_when_they_are_read_is_named(tmp_path: Path) -> None:
    folder = put(tmp_path / "set", a__1=square(), a__2=square(), b__1=noise()[:2000], b__2=noise()[:2000])
    with pytest.raises(DataError, match=r"class 'b': no picture can be read\n2 left out: b/1.png: cut short"):
        OWN.load({"images": str(folder), "size": 8})


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz", "x.tar", "x.npz"])
def test_broken_archives_are_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\3\4 broken")
    (problem,) = OWN.problems({"images": str(tmp_path / name)})
    assert name in problem
    assert OWN.problems({"images": str(tmp_path / "nothing.zip")})[0].endswith("no such file or folder")


def test_a_cut_archive_and_one_that_lies_outside_of_itself(tmp_path: Path) -> None:
    whole = packed(two_classes(tmp_path / "set"), tmp_path / "a.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    (problem,) = OWN.problems({"images": str(tmp_path / "cut.tar.gz")})
    assert "cut short or broken" in problem
    with tarfile.open(tmp_path / "links.tar", "w") as archive:
        link = tarfile.TarInfo("a/passwd.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert list(files_of(tmp_path / "links.tar", SUFFIXES)) == []
    assert [is_archive(Path(name)) for name in ("a.tar.gz", "a.zip", "a.gz", "a.csv")] == [True, True, False, False]


def test_the_identity_follows_names_and_bytes_and_nothing_else(tmp_path: Path) -> None:
    params = {"images": str(two_classes(tmp_path / "one"))}
    first = OWN.identity(params)
    assert OWN.identity({"images": str(two_classes(tmp_path / "two"))}) == first
    assert OWN.identity({**params, "size": 16}) != first
    put(tmp_path / "one", red__0=square((1, 2, 3)))
    assert OWN.identity(params) != first
    assert OWN.identity({"images": str(tmp_path / "none")}) == {"unavailable": True, "reading": {}}


def arrays(count: int = 6, **more: np.ndarray) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    return {"images": random.integers(0, 256, (count, 5, 7)).astype(np.uint8), "labels": np.arange(count) % 2, **more}


def npz(path: Path, **held: np.ndarray) -> dict[str, str]:
    np.savez(path, **held)  # type: ignore[arg-type]
    return {"images": str(path)}


def test_arrays_of_one_file(tmp_path: Path) -> None:
    data = OWN.load(npz(tmp_path / "a.npz", **arrays(classes=np.array(["cat", "dog"]))))
    assert (data.inputs.shape, data.classes, data.test) == ((5, 7, 1), ("cat", "dog"), None)
    marked = np.arange(6) >= 4
    data = OWN.load(npz(tmp_path / "b.npz", **arrays(test=marked, labels=np.array(list("xyxyxy")))))
    assert data.classes == ("x", "y")
    np.testing.assert_array_equal(data.test, marked)  # type: ignore[arg-type]
    assert OWN.parted({"images": str(tmp_path / "b.npz")})
    assert not OWN.parted(npz(tmp_path / "two.npz", **arrays(x_test=np.zeros((2, 5, 7)), y_test=np.zeros(2))))
    assert OWN.load({"images": str(tmp_path / "two.npz")}).test is None
    images = arrays()["images"][..., None].repeat(3, axis=-1) / 255
    data = OWN.load(npz(tmp_path / "c.npz", images=images, labels=arrays()["labels"]))
    assert isinstance(data.inputs, Images)
    assert (data.inputs.shape, data.inputs.top) == ((5, 7, 3), 1.0)


@pytest.mark.parametrize(
    ("most", "kind", "top"),
    [
        (0, np.uint8, 1.0), (1, np.uint8, 1.0), (1, np.int64, 1.0), (1, np.bool_, 1.0), (0.5, np.float64, 1.0),
        (2, np.uint8, 255.0), (255, np.int64, 255.0), (9.5, np.float32, 255.0),
        (256, np.uint16, 65535.0), (65535, np.int64, 65535.0), (1000.0, np.float64, 1000.0), (70000.0, np.float64, 7e4),
    ],
)  # fmt: skip
def test_a_full_pixel_of_arrays_is_told_by_their_largest_value(
    tmp_path: Path, most: float, kind: type, top: float
) -> None:
    images = np.zeros((6, 3, 3), dtype=kind)
    images[::2, 1] = most
    data = OWN.load(npz(tmp_path / "a.npz", **arrays(images=images)))
    assert isinstance(data.inputs, Images)
    assert data.inputs.top == top
    assert data.inputs.unit().max() == pytest.approx(most / top)


def test_idx_files_and_the_npz_of_four_arrays_are_the_same_data(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    shapes = ((8, 6, 6), (8,), (4, 6, 6), (4,))
    parts = [random.integers(0, 2 if len(shape) == 1 else 256, shape).astype(np.uint8) for shape in shapes]
    parts[1][:4] = [0, 0, 1, 1]
    params = npz(tmp_path / "a.npz", **dict(zip(idx.NPZ_NAMES, parts, strict=True)))
    (tmp_path / "idx").mkdir()
    for name, part in zip(idx.IDX_NAMES, parts, strict=True):
        head = bytes([0, 0, 8, part.ndim]) + struct.pack(f">{part.ndim}I", *part.shape)
        (tmp_path / "idx" / name).write_bytes(head + part.tobytes())
    other = {"images": str(tmp_path / "idx")}
    assert OWN.load(params).fingerprint() == OWN.load(other).fingerprint()
    assert OWN.parted(params)
    assert OWN.parted(other)
    assert (OWN.load(other).test == (np.arange(12) >= 8)).all()
    (tmp_path / "idx" / idx.IDX_NAMES[0]).write_bytes(b"\0\0\x08\3 cut")
    assert "train-images-idx3-ubyte" in OWN.problems(other)[0]


def idx_folder(folder: Path, names: list[str], channels: int = 0) -> Path:
    """Four IDX files of the names given: 8 images to learn from and 4 to test on, of 5 × 7."""
    folder.mkdir(exist_ok=True)
    random, more = np.random.default_rng(0), (channels,) if channels else ()
    parts = [random.integers(0, 256, (8, 5, 7, *more)), np.arange(8) % 2]
    parts += [random.integers(0, 256, (4, 5, 7, *more)), np.arange(4) % 2]
    for name, part in zip(names, parts, strict=True):
        head = bytes([0, 0, 8, part.ndim]) + struct.pack(f">{part.ndim}I", *part.shape)
        (folder / name).write_bytes(head + part.astype(np.uint8).tobytes())
    return folder


def idx_names(begin: str, test: str = "test", axes: int = 3) -> list[str]:
    parts = [(part, what) for part in ("train", test) for what in (f"images-idx{axes}", "labels-idx1")]
    return [f"{begin}{part}-{what}-ubyte" for part, what in parts]


@pytest.mark.parametrize(("begin", "test"), [("emnist-letters-", "test"), ("my_", "t10k"), ("", "test")])
def test_idx_files_of_any_set_are_found_by_their_ending(tmp_path: Path, begin: str, test: str) -> None:
    params = {"images": str(idx_folder(tmp_path / "set", idx_names(begin, test)))}
    assert OWN.problems(params) == []
    data = OWN.load(params)
    assert (data.inputs.shape, data.classes, len(data)) == ((5, 7, 1), ("0", "1"), 12)
    assert data.test is not None
    assert data.test.tolist() == [False] * 8 + [True] * 4


def test_idx_files_of_colours_and_of_several_sets(tmp_path: Path) -> None:
    folder = idx_folder(tmp_path / "set", idx_names("", axes=4), channels=3)
    assert OWN.load({"images": str(folder)}).inputs.shape == (5, 7, 3)
    idx_folder(folder, idx_names("emnist-mnist-"))
    (problem,) = OWN.problems({"images": str(folder)})
    assert "IDX files of 2 sets, …, emnist-mnist-…: leave those of one in the folder" in problem


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"pixels": np.zeros((2, 3, 3))}, "expected x_train, .* or images and labels, found pixels"),
        (arrays(labels=np.arange(5)), r"labels of shape \(5,\)"),
        (arrays(labels=np.linspace(0, 1, 6)), "labels of shape .* and type float64: expected"),
        (arrays(images=np.zeros((6, 3, 3, 9))), "expected .n, height, width"),
        (arrays(images=np.full((6, 3, 3), -1.0)), "from -1 to -1: expected finite ones from 0 on"),
        (arrays(images=np.full((6, 3, 3), np.nan)), "expected finite ones"),
        (arrays(images=np.full((6, 3, 3), 65536)), r"a\.npz: pixels of int64 up to 65536: expected .* up to 65535"),
        (arrays(labels=np.zeros(6, np.int64)), "one class, '0'"),
        (arrays(labels=np.array([0, 0, 0, 0, 0, 1])), "class '1' has one picture to learn from"),
        (arrays(classes=np.array(["only"])), "labels from 0 to 1, but 1 classes are named"),
        (arrays(test=np.arange(6)), "test of shape .* expected .6,. booleans"),
        (arrays(test=np.zeros(6, np.bool_)), "the test part holds no image"),
        (arrays(labels=np.array([None] * 6, dtype=object)), "no .npz of plain arrays"),
    ],
)
def test_arrays_that_make_no_sense_are_refused(tmp_path: Path, held: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(DataError, match=said):
        OWN.load(npz(tmp_path / "a.npz", **held))
    assert OWN.problems({"images": str(tmp_path / "a.npz")})


def test_a_suite_is_made_for_a_folder_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = two_classes(tmp_path / "my pictures", red__wide=picture((20, 10)))
    assert own.is_data(str(folder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quick").mkdir()
    assert not own.is_data("quick")  # an embedded suite's name stays one
    made = own.suite(folder, None)
    assert made["tasks"][0]["dataset"] == {"images": str(folder), "size": 8}
    assert {"hog+svm", "lenet5", "resnet", "pca+svm"} <= set(made["models"])
    suite = load_suite(made)
    assert suite.tasks[0].type == "image_classification"
    (tmp_path / "own.yaml").write_text(own.written(made, tmp_path))
    again = load_suite(tmp_path / "own.yaml")
    assert again.tasks[0].dataset_params == suite.tasks[0].dataset_params
    assert "2 classes of 3 to 4 images" in (tmp_path / "own.yaml").read_text()
    with pytest.raises(UsageError, match="--target and --test go with a table"):
        own.suite(folder, "red")
