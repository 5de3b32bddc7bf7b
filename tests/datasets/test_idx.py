from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlbench.core.errors import DataUnavailable
from dlbench.datasets import idx


def idx_bytes(array: np.ndarray) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


GOOD = idx_bytes(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@settings(deadline=None, max_examples=40)
@given(array=arrays(np.uint8, array_shapes(max_dims=4, max_side=5)), packed=st.booleans())
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, packed: bool) -> None:
    path = tmp_path_factory.mktemp("idx") / ("a.gz" if packed else "a")
    path.write_bytes(gzip.compress(idx_bytes(array)) if packed else idx_bytes(array))
    np.testing.assert_array_equal(idx.read_idx(path), array)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty", b""),
        ("short", GOOD[:3]),
        ("header", GOOD[:9]),
        ("floats", b"\0\0\x0d\3" + GOOD[4:]),
        ("magic", b"PK\3\4" + GOOD[4:]),
        ("truncated", GOOD[:-1]),
        ("longer", GOOD + b"\0"),
        ("huge", b"\0\0\x08\2" + b"\xff" * 8),
        ("cut.gz", gzip.compress(GOOD)[:-12]),
        ("checksum.gz", gzip.compress(GOOD)[:-8] + b"\0" * 8),
        ("text.gz", b"no gzip at all"),
        ("empty.gz", b""),
    ],
    ids=lambda part: part if isinstance(part, str) else "",  # gzip writes the time: bytes make no stable name
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataUnavailable, match=name):
        idx.read_idx(tmp_path / name)


def save_npz(path: Path, **changes: object) -> None:
    parts = {
        "x_train": np.zeros((3, 2, 2), np.uint8),
        "y_train": np.zeros(3, np.uint8),
        "x_test": np.zeros((1, 2, 2), np.uint8),
        "y_test": np.zeros(1, np.int64),
    }
    np.savez(path, **{name: value for name, value in {**parts, **changes}.items() if value is not None})


def test_an_npz_is_read_as_bytes(tmp_path: Path) -> None:
    save_npz(tmp_path / "set.npz")
    assert [(part.shape, part.dtype) for part in idx.read(idx.find(tmp_path, "set"))] == [
        ((3, 2, 2), np.uint8),
        ((3,), np.uint8),
        ((1, 2, 2), np.uint8),
        ((1,), np.uint8),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"y_test": None},
        {"y_train": np.zeros(2, np.uint8)},
        {"x_test": np.zeros((1, 3, 2), np.uint8)},
        {"x_train": np.zeros((3, 4), np.uint8)},
        {"x_train": np.zeros((3, 2, 2))},
        {"y_test": np.array([300])},
        {"y_test": np.array([object()])},
    ],
)
def test_an_npz_of_something_else_is_refused_and_no_pickle_is_read(tmp_path: Path, changes: dict[str, object]) -> None:
    save_npz(tmp_path / "set.npz", **changes)
    with pytest.raises(DataUnavailable, match=r"set\.npz"):
        idx.read((tmp_path / "set.npz",))


def test_an_npz_cut_off_is_refused(tmp_path: Path) -> None:
    save_npz(tmp_path / "set.npz")
    (tmp_path / "set.npz").write_bytes((tmp_path / "set.npz").read_bytes()[:-100])
    with pytest.raises(DataUnavailable, match=r"set\.npz"):
        idx.read((tmp_path / "set.npz",))


def test_four_files_are_found_packed_or_not_and_three_are_not_enough(tmp_path: Path) -> None:
    for i, stem in enumerate(idx.IDX_NAMES):
        assert idx.find(tmp_path, "set") == ()
        (tmp_path / (stem + (".gz" if i % 2 else ""))).touch()
    assert [path.name.removesuffix(".gz") for path in idx.find(tmp_path, "set")] == list(idx.IDX_NAMES)
