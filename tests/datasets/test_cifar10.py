"""CIFAR-10 as published and as JPEG, on small stand-ins of the same layout; the real copy where it is at hand."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dlbench.core.errors import DataUnavailable
from dlbench.datasets.cifar10 import ARCHIVE, CLASSES, TEST, TRAIN, Cifar10
from dlbench.datasets.cifar10_jpg import Cifar10Jpg
from dlbench.datasets.fetch import RemoteFile
from dlbench.datasets.picture_files import files_of
from dlbench.datasets.pictures import SUFFIXES

REAL = os.environ.get("DLBENCH_DATA_DIR", "")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DLBENCH_OFFLINE", "1")


def put(path: Path, **files: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def batches(count: int = 4) -> dict[str, bytes]:
    random = np.random.default_rng(0)
    found = {}
    for name in (*TRAIN, TEST):
        items = random.integers(0, 256, (count, 3073)).astype(np.uint8)
        items[:, 0] = random.integers(0, 10, count)
        found[f"cifar-10-batches-bin/{name}"] = items.tobytes()
    return found


def test_planes_become_pixels_and_the_last_file_is_the_test_part(tmp_path: Path) -> None:
    held = batches()
    put(tmp_path / "data" / "cifar10" / ARCHIVE.name, **held)
    data = Cifar10().load({})
    assert (data.inputs.shape, len(data), data.classes) == ((32, 32, 3), 24, CLASSES)
    assert data.test is not None
    assert data.test.tolist() == [False] * 20 + [True] * 4
    first = np.frombuffer(held[f"cifar-10-batches-bin/{TRAIN[0]}"], np.uint8)[:3073]
    assert data.target[0] == first[0]
    np.testing.assert_array_equal(data.inputs.arrays()[0][0, :, :, 1].ravel(), first[1 + 1024 : 1 + 2048])


def test_the_identity_is_that_of_the_file_that_is_here(tmp_path: Path) -> None:
    assert Cifar10().identity({}) == {"published": ARCHIVE.checksum}
    put(tmp_path / "cache" / "dlbench" / "cifar10" / ARCHIVE.name, **batches())
    assert "content" in Cifar10().identity({})


def test_the_published_archive_is_the_same_before_and_after_it_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = put(tmp_path / ARCHIVE.name, **batches())
    published = RemoteFile(ARCHIVE.name, f"md5:{hashlib.md5(made.read_bytes()).hexdigest()}")
    monkeypatch.setattr("dlbench.datasets.cifar10.ARCHIVE", published)
    before = Cifar10().identity({})
    place = tmp_path / "cache" / "dlbench" / "cifar10" / ARCHIVE.name
    place.parent.mkdir(parents=True)
    made.rename(place)
    assert Cifar10().identity({}) == before == {"published": published.checksum}


@pytest.mark.parametrize("what", ["absent", "cut", "short", "missing", "label"])
def test_what_is_wrong_is_said_with_a_cure(tmp_path: Path, what: str) -> None:
    path, held = tmp_path / "data" / "cifar10" / ARCHIVE.name, batches()
    first = f"cifar-10-batches-bin/{TRAIN[0]}"
    if what == "short":
        held[first] = held[first][:-1]
    elif what == "missing":
        del held[first]
    elif what == "label":
        held[first] = b"\x0a" + held[first][1:]
    if what != "absent":
        put(path, **held)
    if what == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    said = {
        "absent": "set DLBENCH_DATA_DIR to a folder that holds cifar10/cifar-10-binary.tar.gz",
        "cut": "damaged or not what its name says",
        "short": "data_batch_1.bin has 12291 bytes",
        "missing": "it lacks data_batch_1.bin",
        "label": "a label 10, and there are 10 classes",
    }[what]
    with pytest.raises(DataUnavailable, match=said):
        Cifar10().load({})


def jpeg(colour: tuple[int, int, int]) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (32, 32), colour).save(held, "JPEG")
    return held.getvalue()


def test_the_jpeg_copy_says_what_it_is_and_reads_archive_and_folder_alike(tmp_path: Path) -> None:
    files = {
        f"cifar10/{part}/{label}/{i}.jpg": jpeg((20 * i, 90, 200))
        for part in ("train", "test")
        for label in ("cat", "dog")
        for i in range(3)
    }
    folder = tmp_path / "data" / "cifar10_jpg"
    with pytest.raises(DataUnavailable, match="set DLBENCH_DATA_DIR"):
        Cifar10Jpg().load({})
    put(folder / "cifar10_jpg.tar.gz", **files)
    packed = Cifar10Jpg().load({})
    (folder / "cifar10_jpg.tar.gz").unlink()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    plain = Cifar10Jpg().load({})
    np.testing.assert_array_equal(packed.inputs.arrays()[0], plain.inputs.arrays()[0])
    assert packed.test is not None
    assert packed.test.sum() == 6
    assert "recompressed as JPEG" in Cifar10Jpg.source
    assert "not the published pixels" in Cifar10Jpg.source


def test_the_real_copy_has_its_files_in_train_and_test() -> None:
    path = Path(REAL) / "cifar10_jpg" / "cifar10_jpg.tar.gz"
    if not REAL or not path.is_file():
        pytest.skip("no cifar10_jpg in DLBENCH_DATA_DIR")
    first = next(files_of(path, SUFFIXES))
    assert first.name.split("/")[0] == "cifar10"
    assert Image.open(io.BytesIO(first.content)).size == (32, 32)
