"""Forests use the granted threads and grow the same trees; large aligned arrays become tensors without a copy."""

from __future__ import annotations

import joblib  # type: ignore[import-untyped]
import numpy as np
import pytest

from dlbench.core.contestant import Contestant
from dlbench.core.schema import Schema
from dlbench.core.space import Values
from dlbench.prepare.aligned import aligned, is_aligned
from dlbench.prepare.part import Part
from dlbench.prepare.table import Table
from dlbench.training import chain, tensors
from dlbench.training.limits import Limits
from dlbench.training.threads import granted, threaded


@pytest.mark.parametrize(("told", "threads"), [(None, 1), ("2", 2), ("0", 1), ("2,1", 1)])
def test_the_grant_is_openmps(told: str | None, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if told is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", told)
    assert granted() == threads
    with threaded():
        assert joblib.parallel.Parallel().n_jobs == threads


@pytest.mark.parametrize("name", ["random_forest", "extra_trees", "bagging"])
def test_threads_do_not_change_the_trees(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    table = Table(random.normal(size=(120, 3)))
    part = Part(table, (table.numbers[:, 0] > 0).astype(np.int64))
    schema = Schema("table", "Probabilities", table.shape, table.columns, ("a", "b"), len(table))
    contestant = Contestant.named(name)

    def answers(threads: int) -> np.ndarray:
        monkeypatch.setenv("OMP_NUM_THREADS", str(threads))
        values = [{**contestant.space(Values(), schema)[0], "n_estimators": 12}]
        fitted = chain.fit(contestant, values, schema, part, None, Limits(), 3)
        return fitted.predict(table).arrays()["values"]

    np.testing.assert_array_equal(answers(2), answers(1))


@pytest.mark.parametrize("shape", [(5, 3), (7,)])
def test_aligned_arrays_hold_the_same_and_are_moved_once(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    moved = aligned(array, np.float32)
    np.testing.assert_array_equal(moved, array.astype(np.float32))
    assert is_aligned(moved)
    assert aligned(moved, np.float32) is moved
    assert not is_aligned(np.asfortranarray(np.ones((3, 2), np.float32)))


def test_a_large_aligned_array_is_shared_with_its_tensor(monkeypatch: pytest.MonkeyPatch) -> None:
    tf = pytest.importorskip("tensorflow")
    monkeypatch.setattr(tensors, "LARGE", 1)
    array = aligned(np.arange(64).reshape(16, 4), np.float32)
    shared = tensors.tensor_of(array)
    learned = tf.function(lambda rows: tf.gather(shared, rows))(tf.constant([1, 15])).numpy()
    np.testing.assert_array_equal(learned, array[[1, 15]])
    if not tf.config.list_logical_devices("GPU"):
        assert np.shares_memory(np.from_dlpack(shared), array)
    array.setflags(write=False)
    np.testing.assert_array_equal(tensors.tensor_of(array).numpy(), array)
