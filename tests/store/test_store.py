"""Records: written whole or not at all, read with suspicion, never overwritten."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dlbench.core.errors import CorruptRecord
from dlbench.store import Store, load_arrays


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def commit(store, key="k" * 32, **fields):
    staged = store.staging()
    np.savez(staged / "predictions.npz", ids=np.array(["a", "b"]), codes=np.array([0, 1]))
    return store.commit("jobs", staged, {"key": key, "status": "ok", "form": "Labels", **fields})


def test_what_is_committed_is_found(store):
    record = commit(store)
    assert store.find("jobs", "k" * 32) == record
    assert record["attempt"] == 1
    assert store.prediction(record).codes.tolist() == [0, 1]


def test_another_attempt_overwrites_nothing(store):
    first, second = commit(store, reason="first"), commit(store, reason="second")
    assert (first["attempt"], second["attempt"]) == (1, 2)
    assert store.record("jobs", "k" * 32, 1) == first
    assert store.find("jobs", "k" * 32) == second


def test_a_record_cut_at_any_byte_is_not_believed(store):
    record = commit(store)
    path = store.folder("jobs", record["key"], 1) / "record.json"
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert store.find("jobs", record["key"]) is None
    path.write_bytes(whole)
    assert store.find("jobs", record["key"]) == record


def test_an_altered_record_is_not_believed(store):
    record = commit(store)
    path = store.folder("jobs", record["key"], 1) / "record.json"
    path.write_text(json.dumps({**record, "status": "failed"}))
    with pytest.raises(CorruptRecord, match="altered"):
        store.record("jobs", record["key"], 1)


def test_an_older_attempt_stands_in_for_a_corrupt_one(store):
    first, second = commit(store), commit(store)
    (store.folder("jobs", second["key"], 2) / "record.json").write_text("{")
    assert store.find("jobs", first["key"]) == first


def test_altered_predictions_are_refused(store):
    record = commit(store)
    np.savez(store.folder("jobs", record["key"], 1) / "predictions.npz", ids=np.array(["a"]), codes=np.array([1]))
    with pytest.raises(CorruptRecord, match="hash"):
        store.prediction(record)


def test_a_pickle_in_an_npz_is_refused(tmp_path):
    np.savez(tmp_path / "evil.npz", codes=np.array([object()], dtype=object))
    with pytest.raises(CorruptRecord):
        load_arrays((tmp_path / "evil.npz").read_bytes())


def test_what_was_staged_and_never_committed_counts_for_nothing(store):
    staged = store.staging()
    (staged / "record.json").write_text("{}")
    assert store.find("jobs", "k" * 32) is None
    store.clear_staging()
    assert not staged.exists()
