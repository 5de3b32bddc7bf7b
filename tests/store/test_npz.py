"""npz files are read as NumPy reads them, and nothing in them is run."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from dlbench.core.errors import CorruptRecord
from dlbench.npz import arrays_of
from dlbench.store import load_arrays

TYPES = st.one_of(
    arrays.boolean_dtypes(), arrays.integer_dtypes(), arrays.floating_dtypes(), arrays.unicode_string_dtypes(max_len=5)
)


def packed(**held: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **held)
    return stream.getvalue()


@given(TYPES.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(min_dims=0, min_side=0, max_side=5))))
@settings(max_examples=200, deadline=None)
def test_arrays_come_back_as_they_were(array: np.ndarray) -> None:
    held = {"rows": array, "columns": np.asfortranarray(array), "none": np.array([], "<U1")}
    found = arrays_of(packed(**held))
    assert list(found) == list(held)
    for name, expected in held.items():
        assert (found[name].dtype, found[name].shape) == (expected.dtype, expected.shape)
        np.testing.assert_array_equal(found[name], expected)
        assert found[name].flags.writeable


def test_objects_are_refused_before_anything_is_unpickled() -> None:
    with pytest.raises(CorruptRecord, match="objects"):
        load_arrays(packed(a=np.array([print], dtype=object)))


def test_damage_is_a_corrupt_record_wherever_it_lies() -> None:
    whole = packed(a=np.arange(300.0), b=np.arange(3))
    for place in range(0, len(whole), 7):
        bent = bytes([*whole[:place], whole[place] ^ 0xFF, *whole[place + 1 :]])
        try:
            load_arrays(bent)
        except CorruptRecord:
            continue
    for length in range(0, len(whole), 11):
        with pytest.raises(CorruptRecord):
            load_arrays(whole[:length])


@pytest.mark.parametrize(
    "content", [b"", b"\x93NUMPY", b"\x93NUMPY\x01\x00\xff\xffx", b"\x93NUMPY\x09\x00" + b"x" * 20]
)
def test_what_is_no_array_is_a_corrupt_record(content: bytes) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.npy", content)
    with pytest.raises(CorruptRecord):
        load_arrays(stream.getvalue())
