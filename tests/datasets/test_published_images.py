from __future__ import annotations

import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from dlbench.core.dataset import Dataset
from dlbench.core.errors import DataUnavailable
from dlbench.datasets import idx
from dlbench.datasets.fashion_mnist import FashionMnist
from dlbench.datasets.mnist import Mnist

REAL = os.environ.get("DLBENCH_DATA_DIR", "")
SETS: list[Dataset] = [Mnist(), FashionMnist()]

# MD5 of the four uncompressed IDX files, as their publishers state them
PUBLISHED = {
    "mnist": (
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ),
    "fashion_mnist": (
        "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "9018921c3c673c538a1fc5bad174d6f9",
        "8181f5470baa50b63fa0f6fddb340f0a",
        "15d484375f8d13e6eb1aabb0c3f46965",
    ),
}


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DLBENCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DLBENCH_OFFLINE", "1")


def small_set(seed: int = 0) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    shapes = ((12, 28, 28), (12,), (5, 28, 28), (5,))
    return tuple(rng.integers(0, 256 if len(shape) == 3 else 10, shape).astype(np.uint8) for shape in shapes)


def idx_bytes(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def put_npz(folder: Path, name: str, parts: tuple[np.ndarray, ...]) -> None:
    folder.mkdir(parents=True)
    np.savez(folder / f"{name}.npz", **dict(zip(idx.NPZ_NAMES, parts, strict=True)))


def put_idx(folder: Path, parts: tuple[np.ndarray, ...]) -> None:
    folder.mkdir(parents=True)
    for stem, part in zip(idx.IDX_NAMES, parts, strict=True):
        (folder / f"{stem}.gz").write_bytes(gzip.compress(idx_bytes(part), 1))


@pytest.mark.parametrize("images", SETS, ids=lambda images: images.name)
def test_both_layouts_give_the_same_data_and_identity(images: Dataset, tmp_path: Path) -> None:
    parts, found = small_set(), []
    put_npz(tmp_path / "data" / images.name, images.name, parts)
    found.append((images.load({}).fingerprint(), images.identity({})))
    (tmp_path / "data" / images.name / f"{images.name}.npz").unlink()
    (tmp_path / "data" / images.name).rmdir()
    put_idx(tmp_path / "data" / images.name, parts)
    found.append((images.load({}).fingerprint(), images.identity({})))
    assert found[0] == found[1]


def test_the_official_parts_keep_their_order() -> None:
    parts = small_set()
    put_npz(Path(os.environ["DLBENCH_DATA_DIR"]) / "mnist", "mnist", parts)
    data = Mnist().load({})
    assert data.test is not None
    np.testing.assert_array_equal(data.target[data.test], parts[3])
    np.testing.assert_array_equal(data.target[~data.test], parts[1])
    np.testing.assert_array_equal(data.inputs.arrays()[0][data.test][..., 0], parts[2])


def test_the_identity_follows_the_content_and_is_known_before_anything_is_fetched(tmp_path: Path) -> None:
    assert Mnist().identity({}) == {"content": Mnist.origin.content}
    put_npz(tmp_path / "data" / "mnist", "mnist", small_set())
    other = Mnist().identity({})
    assert other != {"content": Mnist.origin.content}
    (tmp_path / "data" / "mnist" / "mnist.npz").unlink()
    (tmp_path / "data" / "mnist").rmdir()
    put_npz(tmp_path / "data" / "mnist", "mnist", small_set(1))
    assert Mnist().identity({}) != other


def test_the_users_folder_goes_before_the_cache(tmp_path: Path) -> None:
    put_npz(tmp_path / "cache" / "dlbench" / "mnist", "mnist", small_set(1))
    cached = Mnist().load({}).fingerprint()
    put_npz(tmp_path / "data" / "mnist", "mnist", small_set(2))
    assert Mnist().load({}).fingerprint() != cached


@pytest.mark.parametrize("images", SETS, ids=lambda images: images.name)
def test_without_files_and_network_the_cure_is_named(images: Dataset) -> None:
    with pytest.raises(DataUnavailable, match=f"(?s)DLBENCH_OFFLINE.*set DLBENCH_DATA_DIR.*{images.name}.npz"):
        images.load({})


def test_a_damaged_file_is_named_and_does_not_stop_planning(tmp_path: Path) -> None:
    (tmp_path / "data" / "mnist").mkdir(parents=True)
    (tmp_path / "data" / "mnist" / "mnist.npz").write_bytes(b"PK\3\4")
    assert Mnist().identity({}) == {"content": Mnist.origin.content}
    with pytest.raises(DataUnavailable, match=r"mnist\.npz: damaged"):
        Mnist().load({})


def test_a_label_beyond_the_classes_is_refused(tmp_path: Path) -> None:
    images, labels, *rest = small_set()
    put_npz(tmp_path / "data" / "mnist", "mnist", (images, labels + 10, *rest))
    with pytest.raises(DataUnavailable, match="10 classes"):
        Mnist().load({})


@pytest.mark.parametrize("images", SETS, ids=lambda images: images.name)
def test_the_real_set_is_the_published_one(images: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLBENCH_DATA_DIR", REAL)
    paths = idx.find(Path(REAL) / images.name, images.name) if REAL else ()
    if not paths:
        pytest.skip(f"needs {images.name} in DLBENCH_DATA_DIR")
    parts = idx.read(paths)
    assert tuple(hashlib.md5(idx_bytes(part)).hexdigest() for part in parts) == PUBLISHED[images.name]
    assert images.identity({}) == {"content": type(images).origin.content}  # type: ignore[attr-defined]
    data = images.load({})
    assert data.test is not None
    assert (len(data), int(data.test.sum())) == (images.rows, 10000)
    assert len(np.unique(data.target)) == images.classes == len(data.classes)
