"""Parcels come out as they went in, or not at all."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlbench.core.errors import CorruptRecord
from dlbench.engine.parcels import gather, lay_out, pack, unpack

FILES = {"job/trials.json": b"[1]", "outside/search/validation.npz": b"PK", "job/job.log": b""}


def test_what_goes_in_comes_out() -> None:
    assert unpack(pack({"event": "ended", "n": 1}, FILES)) == ({"event": "ended", "n": 1}, FILES)


def test_a_parcel_cut_anywhere_is_refused() -> None:
    whole = pack({"event": "ended"}, {"job/a": b"xyz"})
    for length in range(len(whole)):
        with pytest.raises(CorruptRecord):
            unpack(whole[:length])


@given(st.binary(max_size=200))
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(CorruptRecord):
        unpack(noise)


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "", "a//b", ".a", "a\\b", "a b", "a/"])
def test_a_name_that_leads_astray_is_refused(name: str) -> None:
    with pytest.raises(CorruptRecord, match="misnamed"):
        unpack(pack({}, {name: b"x"}))


def test_arrays_are_plain_and_json_is_json(tmp_path) -> None:
    stream = io.BytesIO()
    np.savez(stream, things=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(CorruptRecord, match="npz"):
        lay_out({"job/predictions.npz": stream.getvalue()}, tmp_path)
    with pytest.raises(CorruptRecord, match=r"trials\.json: not JSON"):
        lay_out({"job/trials.json": b"[1,"}, tmp_path)


def test_only_plain_files_are_gathered(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert gather(tmp_path, into="job/") == {"job/a": b"1"}
    assert gather(tmp_path / "missing") == {}
